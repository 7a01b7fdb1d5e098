// SPDX-License-Identifier: MIT
// All threads of the process come to rest, so that one of them can look at the whole of it: each
// at a place where its registers are complete and no lock is held. Those that wait in a system call
// stay in it; the others come by the run loop. The word goes round by a signal that no guest can
// block, SIGSEGV with a value that no guest can know.
#ifndef EMU_LINUX_STOP_H
#define EMU_LINUX_STOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

struct thread;

enum thread_rest {
    THREAD_RUNS,
    THREAD_RESTS,
    THREAD_RESTS_IN_CALL, // pc is behind the svc instruction; x8, x0 to x5 are the call
};

// What the run loop has to look at: bits.
enum {
    STOP_WANTED = 1, // somebody has asked the threads to rest
    STOP_LOOK = 2,   // the process was asked to be looked at (process_watch.asked)
};
extern uint32_t stop_wishes;

// Thread t begins / ends / is the only one, in the child of a fork. Locks.
void threads_add(struct thread *t);
void threads_remove(struct thread *t);
void threads_alone(struct thread *t);

// Brings all threads but t to rest, within `ms` milliseconds. Without the process's lock; what
// threads that do not come to rest in time hold of it is taken from them. False: another thread has
// asked for the same; then t rests itself until that one lets go, if it ever does.
bool threads_stop(struct thread *t, unsigned ms);

// Lets them go on.
void threads_resume(void);

// The run loop, if there are stop_wishes.
void stop_point(struct thread *t);

// The host handler: whether this signal is one of those above; then it has been done with.
// `in_call`: it came in a system call that thread t (NULL: none) makes for the guest.
bool stop_signal(struct thread *t, const siginfo_t *info, bool in_call);

// Has process_watch.asked called once, `seconds` from now, by one of the threads. Not inherited by
// children.
void stop_look_later(unsigned seconds);

#endif
