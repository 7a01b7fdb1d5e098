// SPDX-License-Identifier: MIT
// The trace of system calls and signals: who wants it (channel strace), of which calls, and where
// it goes.
#ifndef EMU_LINUX_SYS_TRACE_H
#define EMU_LINUX_SYS_TRACE_H

#include "base/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Chooses the calls that are shown: names of calls and classes (linux/sys_classes.def), with ! in
// front those that are not; `fail`: only what fails; `timing`: when and how long. All are shown if
// this is not called. NULL, or the first item that is unknown (static storage).
const char *trace_select(const char *list);

// Prints the classes, one line each.
void trace_list_classes(void);

// Sends the trace to `path` and not to the log: names, +, %d as in base/log.h. One that ends in
// .json or .jsonl has one JSON object a line. False with errno set if it cannot be opened.
bool trace_open(const char *path);

// What trace_open takes in another program to go on with this file, or NULL.
const char *trace_again(void);

// The descriptor of that file, or -1.
int trace_fd(void);

// A call that is being made, as the trace would begin it, in out[size].
const char *trace_describe(uint64_t nr, const uint64_t args[6], char *out, size_t size);

// A line of its own in the text: a signal of thread `tid`, a death.
void trace_say(int tid, const char *fmt, ...) PRINTF_LIKE(2, 3);

// The same among lines of JSON: `fmt` makes members of the object.
void trace_say_json(int tid, const char *fmt, ...) PRINTF_LIKE(2, 3);
bool trace_is_json(void);

#endif
