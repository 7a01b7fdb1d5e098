// SPDX-License-Identifier: MIT
// What is left of a program that went wrong: core files, crash reports, hang reports. All of it
// costs nothing but a few signal dispositions at the start until something has happened.
#ifndef EMU_DEBUG_DEBUG_H
#define EMU_DEBUG_DEBUG_H

#include <stdbool.h>

// May be set before debug_begin.
struct debug_settings {
    const char *core; // --core: a file, or "": named as the host would; NULL: by RLIMIT_CORE alone
};
extern struct debug_settings debug_settings;

// Has this module told of what happens to the process. Once, before it is started.
void debug_begin(void);

#endif
