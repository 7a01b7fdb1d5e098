// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_THREAD_CREATE_H
#define EMU_LINUX_THREAD_CREATE_H

#include <stdint.h>

struct thread;

// clone with CLONE_THREAD.
int64_t thread_create(struct thread *t, uint64_t flags, uint64_t stack, uint64_t parent_tid,
                      uint64_t tls, uint64_t child_tid);

// Waits until the host's threads of ended guest threads are gone.
void thread_reap(void);

#endif
