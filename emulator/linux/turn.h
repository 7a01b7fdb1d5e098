// SPDX-License-Identifier: MIT
// Whose turn it is: of a process's threads one at a time is in the engine. While a process has one
// thread this costs a test. Who has the turn may take the process's lock, not the other way round.
#ifndef EMU_LINUX_TURN_H
#define EMU_LINUX_TURN_H

struct thread;

// Waits until it is thread t's turn / lets the next one have it. Turns are taken in the order in
// which they were asked for.
void turn_take(struct thread *t);
void turn_leave(void);

// From now on there is more than one thread; nobody has the turn.
void turn_share(void);

// Ends the turn of `gone`, a vfork child that died in it, if it did.
void turn_break(const struct thread *gone);

// In the child of a fork, whose caller had the turn: it is alone.
void turn_after_fork(void);

#endif
