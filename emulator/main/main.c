// SPDX-License-Identifier: MIT
// a64run: runs an AArch64 Linux program.
#include "base/log.h"
#include "debug/debug.h"
#include "main/options.h"

#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct linux_options options = {0};
    char **envp;
    log_init();
    int first = options_parse(argc, argv, environ, &options, &envp);
    if (options.argv0)
        argv[first] = (char *)options.argv0;
    debug_begin();
    return linux_start(&options, argc - first, argv + first, envp);
}
