// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_THREAD_CREATE_H
#define EMU_LINUX_THREAD_CREATE_H

#include <stdint.h>

struct thread;
struct clone_wish;

// clone with CLONE_THREAD.
int64_t thread_create(struct thread *t, const struct clone_wish *w);

// A thread of which registers and settings are as clone(2) says, or NULL. thread_release ends it.
struct thread *thread_prepare(const struct thread *t, const struct clone_wish *w);
void thread_release(struct thread *t);

// Until threads_let_go: no other thread is inside the emulator's tables or the C library's locks,
// so that a copy of the process by fork can use them. Both for the caller and, in the copy, for it
// alone. The engine's lock is given back by engine_fork_end.
void threads_hold(void);
void threads_let_go(void);

#endif
