// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_THREAD_CREATE_H
#define EMU_LINUX_THREAD_CREATE_H

#include <stdint.h>

struct thread;

// clone with CLONE_THREAD.
int64_t thread_create(struct thread *t, uint64_t flags, uint64_t stack, uint64_t parent_tid,
                      uint64_t tls, uint64_t child_tid);

// Until threads_let_go: no other thread is inside the emulator's tables or the C library's locks,
// so that a copy of the process by fork can use them. Both for the caller and, in the copy, for it
// alone. The engine's lock is given back by engine_fork_end.
void threads_hold(void);
void threads_let_go(void);

#endif
