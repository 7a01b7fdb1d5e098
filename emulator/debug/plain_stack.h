// SPDX-License-Identifier: MIT
// Stacks as far as they can be seen without debug information: the chain of frame records.
#ifndef EMU_DEBUG_PLAIN_STACK_H
#define EMU_DEBUG_PLAIN_STACK_H

#include "debug/report.h"

struct thread;

// Adds thread t and the process's others, with what functions the files name. With the process's
// lock.
void plain_stacks(struct report *r, struct thread *t);

#endif
