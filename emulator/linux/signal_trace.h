// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_SIGNAL_TRACE_H
#define EMU_LINUX_SIGNAL_TRACE_H

#include <signal.h>
#include <stddef.h>

struct thread;

// "SIGSEGV", in buf / "SEGV_MAPERR", or NULL.
const char *signal_name(int sig, char *buf, size_t size);
const char *signal_code_name(const siginfo_t *info);

// One line on the trace: a signal reaches thread t / kills it.
void signal_trace(const struct thread *t, const siginfo_t *info);
void signal_trace_death(const struct thread *t, int sig);

#endif
