// SPDX-License-Identifier: MIT
// Children of vfork, until they execute a program or end. Each shares the parent's memory, traps
// and all, and is served by the parent's server, as a thread of `tracing` that has a process of its
// own: it is told and held until gdb lets it go, and stops at breakpoints as long as gdb has not
// left it. The program that it executes is a peer (debug/gdb_peers.h).
//
// Of the process that leads, and not theirs: others are not told, and pass breakpoints.
#ifndef EMU_DEBUG_GDB_VFORK_H
#define EMU_DEBUG_GDB_VFORK_H

#include "linux/thread.h"

#include <stdbool.h>
#include <stdint.h>

// ---- By the parent's thread: around a vfork (struct tracer)
void vfork_begins(struct thread *t);
void vfork_over(struct thread *t, int64_t child);

// ---- By the child

// A process of its own that shares the memory is about to run: the child as a traced thread, once
// it is let go, or NULL if it is not to be told or gdb has left it.
struct traced *vfork_child(struct thread *t);

// Whether t is such a child, and traced: until gdb leaves it.
bool vfork_is_child(const struct thread *t);

// The child ends so.
void vfork_child_ends(const struct thread *t, int status, int sig);

// The child executes a program: the descriptor that makes it a peer, or -1 / it could not: the
// descriptor again, or -1.
int vfork_child_executes(const struct thread *t);
int vfork_child_stays(const struct thread *t);

// ---- By the server, with the lock

// Whether that process is a child.
bool vfork_has_child(uint64_t pid);

// In a new process, which has the parent's memory once more: there is none.
void vfork_forget(void);

// gdb leaves the parent: if it has children it is served until they have gone. False: there is
// none.
bool vfork_leave_parent(void);

// Whether x is a thread of the parent, which is left.
bool vfork_has_left(const struct traced *x);

// Whether that has come: the parent is left, and the children have gone.
bool vfork_parent_goes(void);

// gdb leaves the child that process is: it goes on, and passes breakpoints / all that it has /
// kills it.
void vfork_release(uint64_t pid);
void vfork_release_all(void);
void vfork_kill(uint64_t pid);

#endif
