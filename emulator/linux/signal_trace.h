// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_SIGNAL_TRACE_H
#define EMU_LINUX_SIGNAL_TRACE_H

#include <signal.h>

struct thread;

// One line on the trace: a signal reaches thread t / kills it.
void signal_trace(const struct thread *t, const siginfo_t *info);
void signal_trace_death(const struct thread *t, int sig);

#endif
