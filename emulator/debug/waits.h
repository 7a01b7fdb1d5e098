// SPDX-License-Identifier: MIT
// What threads are doing: the system call each is in, and if it is one that waits for another
// thread, for which. Threads that wait for each other in a circle never go on.
#ifndef EMU_DEBUG_WAITS_H
#define EMU_DEBUG_WAITS_H

#include "debug/report.h"
#include "linux/thread.h"

// Adds "TID.name", "TID.state", "TID.call", "TID.waits", "TID.owner" of thread t and of the
// process's others, which rest, and "deadlock". With the process's lock.
void waits_add(struct report_facts *f, const struct thread *t);

#endif
