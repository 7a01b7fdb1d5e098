// SPDX-License-Identifier: MIT
// The host's clone, for processes. The C library is not asked: its wrapper has no clone3.
#include "linux/clone.h"
#include "linux/host_call.h"

#include <sched.h>

// What the host is asked for as it is; the rest is about threads or set up here.
static const uint64_t host_flags =
    CLONE_PIDFD | CLONE_FS | CLONE_FILES | CLONE_VFORK | CLONE_PARENT | CLONE_NEWNS |
    CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
    CLONE_IO | CLONE_SYSVSEM | CLONE_UNTRACED | WISH_NEWTIME | WISH_INTO_CGROUP;

// What clone cannot say, so that it takes a host that has clone3.
static const uint64_t needs_clone3 = WISH_NEWTIME | WISH_INTO_CGROUP;

enum { HOST_CLONE3 = 435 };

// The kernel's struct clone_args, version 2.
struct host_clone_args {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    uint64_t set_tid, set_tid_size, cgroup;
};

// A system call after which a child may have another stack.
static int64_t make(long nr, long a0, long a1, long a2, long a3, void (*run)(void *),
                    void *argument)
{
    register long r10 __asm__("r10") = a3;
    register long r8 __asm__("r8") = 0;
    register void (*r9)(void *) __asm__("r9") = run;
    register void *r12 __asm__("r12") = argument;
    __asm__ volatile("syscall\n\t"
                     "test %%rax, %%rax\n\t"
                     "jnz 1f\n\t"
                     "test %%r9, %%r9\n\t"
                     "jz 1f\n\t"
                     "xor %%ebp, %%ebp\n\t"
                     "mov %%r12, %%rdi\n\t"
                     "call *%%r9\n"
                     "1:"
                     : "+a"(nr)
                     : "D"(a0), "S"(a1), "d"(a2), "r"(r10), "r"(r8), "r"(r9), "r"(r12)
                     : "rcx", "r11", "cc", "memory");
    return nr;
}

static int64_t ask(const struct clone_wish *w, uint64_t flags, const struct host_child *child)
{
    flags |= w->flags & host_flags;
    if (flags & CLONE_VM)
        flags |= w->flags & CLONE_SIGHAND;
    if (child->alive)
        flags |= CLONE_CHILD_CLEARTID;
    if (!w->set_tid_size && !(flags & needs_clone3))
        return make(SYS_clone, (long)(flags | w->exit_signal), (long)child->stack, (long)w->pidfd,
                    (long)child->alive, child->run, child->argument);
    struct host_clone_args a = {
        .flags = flags,
        .pidfd = w->pidfd,
        .child_tid = (uint64_t)child->alive,
        .exit_signal = w->exit_signal,
        .stack = (uint64_t)(child->stack - child->stack_size),
        .stack_size = child->stack_size,
        .set_tid = w->set_tid,
        .set_tid_size = w->set_tid_size,
        .cgroup = w->cgroup,
    };
    return make(HOST_CLONE3, (long)&a, sizeof a, 0, 0, child->run, child->argument);
}

#ifdef __SANITIZE_THREAD__
// Its library must know of a fork, or it compares what the child does with the parent's other
// threads, and waits for them. It calls these where the C library makes one.
void __sanitizer_syscall_pre_impl_fork(void);
void __sanitizer_syscall_post_impl_fork(long result);

int64_t host_clone(const struct clone_wish *w, uint64_t flags, const struct host_child *child)
{
    if (flags & CLONE_VM)
        return ask(w, flags, child);
    __sanitizer_syscall_pre_impl_fork();
    int64_t r = ask(w, flags, child);
    __sanitizer_syscall_post_impl_fork(r);
    return r;
}
#else
int64_t host_clone(const struct clone_wish *w, uint64_t flags, const struct host_child *child)
{
    return ask(w, flags, child);
}
#endif
