// SPDX-License-Identifier: MIT
// Whose turn it is: of a process's threads one at a time runs guest code or looks at the process's
// tables; the others wait for their turn or sleep in a host system call. While a process has one
// thread this costs a test.
#ifndef EMU_LINUX_TURN_H
#define EMU_LINUX_TURN_H

#include <stdbool.h>

struct thread;

// Waits until it is thread t's turn / lets the next one have it. Turns are taken in the order in
// which they were asked for.
void turn_take(struct thread *t);
void turn_leave(void);

// Lets those go first who wait now.
void turn_yield(struct thread *t);

// From now on there is more than one thread; the caller has the turn.
void turn_share(struct thread *t);

// The turn of thread t was shared by `from`, a vfork child that is gone: takes it over, or waits
// for another if the child had let it go.
void turn_take_back(struct thread *t, struct thread *from);

// In the child of a fork: the caller is alone and has the turn.
void turn_after_fork(struct thread *t);

#endif
