// SPDX-License-Identifier: MIT
// What a guest's clone or clone3 asks for, and the same made of the host.
#ifndef EMU_LINUX_CLONE_H
#define EMU_LINUX_CLONE_H

#include <stddef.h>
#include <stdint.h>

struct cpu;
struct thread;

// As in the kernel's struct clone_args; `stack` is what sp becomes, or 0.
struct clone_wish {
    uint64_t flags, exit_signal;
    uint64_t stack, tls, parent_tid, child_tid, pidfd;
    uint64_t set_tid, set_tid_size, cgroup;
};

// The flags that only clone3 has.
enum {
    WISH_NEWTIME = 0x80,
    WISH_CLEAR_SIGHAND_BIT = 32,
    WISH_INTO_CGROUP_BIT = 33,
};
#define WISH_CLEAR_SIGHAND (UINT64_C(1) << WISH_CLEAR_SIGHAND_BIT)
#define WISH_INTO_CGROUP   (UINT64_C(1) << WISH_INTO_CGROUP_BIT)

// How a process of the host begins: with a copy of this stack (run: NULL), or in `run` on its own.
struct host_child {
    char *stack; // the end of it, at a multiple of 16
    size_t stack_size;
    void (*run)(void *argument); // does not return
    void *argument;
    uint32_t *alive; // zeroed and woken when the process no longer uses this memory, or NULL
};

// Makes a process with what the wish says, and with `flags` for what is the emulator's own
// (CLONE_VM and CLONE_VFORK). Returns its id, 0 in a child without `run`, or -errno.
int64_t host_clone(const struct clone_wish *w, uint64_t flags, const struct host_child *child);

// The new process's own registers, tid and signal state in `child`, as clone(2) promises them.
void clone_start(struct thread *child, const struct clone_wish *w);

// A number for a process that is to share this memory (base/lock.h) / that process is gone: what it
// was about is settled, and its part of the engine is c's alone.
uint32_t clone_number(void);
void clone_end(struct cpu *c, struct thread *gone, uint32_t number);

// A process that shares memory and runs beside its maker (clone_beside.c).
int64_t clone_beside(struct thread *t, const struct clone_wish *w);

// clone(2) and what is made of it: threads, fork, vfork, posix_spawn's CLONE_VM|CLONE_VFORK.
int64_t thread_clone(struct thread *t, const struct clone_wish *w);

#endif
