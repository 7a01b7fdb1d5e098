// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t1-20
// beyond: IC IVAU of a second mapping of what was written
// env: A64RUN_CACHE=128k
/* jit_threads.c with so little memory for compiled code that it is begun anew all the time. */
#include "jit_threads.c"
