// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_THREAD_CREATE_H
#define EMU_LINUX_THREAD_CREATE_H

#include <pthread.h>
#include <stdint.h>

struct thread;
struct clone_wish;

// clone with CLONE_THREAD.
int64_t thread_create(struct thread *t, const struct clone_wish *w);

// A thread of which registers and settings are as clone(2) says, or NULL. thread_release ends it.
struct thread *thread_prepare(const struct thread *t, const struct clone_wish *w);
void thread_release(struct thread *t);

// Starts a thread of the host with all signals blocked; returns 0 and the thread, or errno. Its
// last acts are thread_host_leaves, before it has nothing of the guest's to do any more, and
// thread_host_ends, before it returns.
int thread_start_host(void *(*start)(void *), void *argument, pthread_t *host);
void thread_host_leaves(void);
void thread_host_ends(void);

// Process `number`, which shared the memory, is gone: its threads between the two are, too.
void thread_host_killed(uint32_t number);

// Until threads_let_go: no other thread is inside the emulator's tables or the C library's locks,
// so that a copy of the process by fork can use them. Both for the caller and, in the copy, for it
// alone. The engine's lock is given back by engine_fork_end.
void threads_hold(void);
void threads_let_go(void);

#endif
