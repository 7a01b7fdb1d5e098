// SPDX-License-Identifier: MIT
// The command line and the environment variables that stand for it.
#ifndef EMU_MAIN_OPTIONS_H
#define EMU_MAIN_OPTIONS_H

#include "linux/thread.h"

// Fills *options from environment and command line, and *envp (a new array) from the host's
// environment with the changes asked for. Returns the index in argv of what is the program's
// argv[0]. Ends the process on help, version and bad usage.
int options_parse(int argc, char **argv, char **host_env, struct linux_options *options,
                  char ***envp);

#endif
