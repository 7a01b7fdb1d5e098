// SPDX-License-Identifier: MIT
// A look at a thread of this guest or of another one, which is a process that runs the same
// emulator file and has its `process` at the same address.
#ifndef EMU_LINUX_THREAD_PEEK_H
#define EMU_LINUX_THREAD_PEEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Reads `size` bytes from `offset` of the struct thread of thread `tid`, in process `pid` (or any
// of its threads). False: it is no guest's, has ended, or the host does not let one look. The
// caller has the process's lock.
bool thread_peek(int pid, int tid, size_t offset, void *to, size_t size);

// Where the struct thread is, in that process; 0 if there is none. The caller has made sure that it
// is a guest's.
uint64_t thread_address(int pid, int tid);

#endif
