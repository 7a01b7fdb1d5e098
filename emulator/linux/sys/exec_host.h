// SPDX-License-Identifier: MIT
// What a program of the host is given so that it can execute guest programs: a library for its
// dynamic linker (sdk/preload/exec.c), which stands beside the emulator, and in a variable the
// words of a command line. The library takes both away before the program can see them.
#ifndef EMU_LINUX_SYS_EXEC_HOST_H
#define EMU_LINUX_SYS_EXEC_HOST_H

#include "linux/path.h"

#include <stdbool.h>
#include <stddef.h>

#define EXEC_HOST_VARIABLE "A64KIT_EXEC_EMULATOR="
#define EXEC_HOST_LIBRARY  "liba64exec.so"

struct exec_host {
    char emulator[PATH_SIZE], library[PATH_SIZE];
    char words[4 * PATH_SIZE]; // the variables
    char preload[2 * PATH_SIZE];
};

// Finds emulator and library; false if there is none, or none that a list of libraries can name.
bool exec_host_find(struct exec_host *h);

// Makes the variable of the emulator and its `count` options; false if they are too long.
bool exec_host_words(struct exec_host *h, const char *const options[], size_t count);

// Makes LD_PRELOAD, in front of the libraries that the guest names (NULL: none).
bool exec_host_preload(struct exec_host *h, const char *others);

#endif
