// SPDX-License-Identifier: MIT
// What is left of a program that went wrong: core files, crash reports, hang reports. All of it
// costs nothing but a few signal dispositions at the start until something has happened.
#ifndef EMU_DEBUG_DEBUG_H
#define EMU_DEBUG_DEBUG_H

#include <stdbool.h>

enum report_when {
    REPORT_AUTO, // if somebody looks: ctest, or a terminal
    REPORT_NEVER,
    REPORT_ALWAYS,
};

// May be set before debug_begin.
struct debug_settings {
    bool ctest;       // this was started by ctest
    const char *core; // --core: a file, or "": named as the host would; NULL: by RLIMIT_CORE alone
    enum report_when report; // --report
    const char *report_file; // --report-file, or NULL: standard error
    bool json;               // --report-format
    // --hang-report: whether SIGTERM leaves one (not just that of ctest), and after how many
    // seconds one is made (0: never).
    enum report_when hang;
    unsigned hang_seconds;
};
extern struct debug_settings debug_settings;

// Has this module told of what happens to the process. Once, before it is started.
void debug_begin(void);

#endif
