// SPDX-License-Identifier: MIT
// The signals that the host's handler has noted for a thread, in the order in which they came. The
// thread takes them out; its own handler, which may interrupt it anywhere, puts them in.
#ifndef EMU_LINUX_SIGNAL_QUEUE_H
#define EMU_LINUX_SIGNAL_QUEUE_H

#include "linux/signal.h"

// Puts *info behind the others. What no longer fits is lost: each that is there came while the
// guest had it open and the host let it through, and then the host lets nothing more through.
void signal_enqueue(struct thread_signals *s, const siginfo_t *info);

// Takes out the first of the signals of `set` (bits). False if there is none.
bool signal_dequeue(struct thread_signals *s, uint64_t set, siginfo_t *info);

// Those that are there (bits).
uint64_t signal_queued(const struct thread_signals *s);

#endif
