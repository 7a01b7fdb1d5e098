// SPDX-License-Identifier: MIT
// The robust list of a thread that ends by itself (get_robust_list(2)). The host's kernel walks it
// when its own thread ends; but the guest is told earlier that the thread is gone, may lend its
// memory to another one, and finds its locks locked still. So the list is walked here before.
#ifndef EMU_LINUX_ROBUST_H
#define EMU_LINUX_ROBUST_H

struct thread;

// Marks the locks that `t`, the caller, holds as a dead owner's, and wakes who waits for one. The
// host's kernel has no list of it any more.
void robust_end(const struct thread *t);

#endif
