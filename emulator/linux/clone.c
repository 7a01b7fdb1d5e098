// SPDX-License-Identifier: MIT
// New processes. fork is the host's fork. vfork and posix_spawn (CLONE_VM|CLONE_VFORK) are the
// host's vfork: parent and child share all memory, the emulator's too, but the parent sleeps until
// the child is gone, so the child may run on with a copy of the thread, and what it writes
// (posix_spawn's error) is the parent's as well.
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#    include <sanitizer/asan_interface.h>
#endif

#include "base/arena.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/lock.h"
#include "linux/sys.h"
#include "linux/thread.h"
#include "linux/thread_create.h"

// What a guest's clone may ask the host's for besides the exit signal; the rest is about threads or
// set up here.
static const uint64_t process_flags = CLONE_PIDFD | CLONE_FS | CLONE_FILES | CLONE_VFORK |
                                      CLONE_PARENT | CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS |
                                      CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET |
                                      CLONE_IO | CLONE_SYSVSEM | CSIGNAL;

// The child's own registers, tid and signal state in `child`, as clone(2) promises them.
static void start_child(struct thread *child, uint64_t flags, uint64_t stack, uint64_t tls,
                        uint64_t child_tid)
{
    child->tid = (int)syscall(SYS_gettid);
    child->cpu.x[0] = 0;
    child->cpu.s.tagging.fault = 0;
    child->cpu.s.tagging.seed = 0;
    if (stack)
        child->cpu.sp = stack;
    if (flags & CLONE_SETTLS)
        child->cpu.tpidr = tls;
    child->clear_child_tid = flags & CLONE_CHILD_CLEARTID ? child_tid : 0;
    if (flags & CLONE_CHILD_SETTID)
        guest_write32(child_tid, (uint32_t)child->tid);
    signal_after_fork(child);
}

static int64_t do_fork(struct thread *t, uint64_t flags, uint64_t stack, uint64_t parent_tid,
                       uint64_t tls, uint64_t child_tid)
{
    threads_hold();
    long r = syscall(SYS_clone, flags & process_flags, NULL, flags & CLONE_PIDFD ? parent_tid : 0,
                     NULL, NULL);
    int error = errno;
    engine_fork_end(&t->cpu, r == 0);
    if (r == 0) {
        t->tid = getpid();
        process.threads = 1;
        process.pid = t->tid;
    }
    threads_let_go();
    if (r < 0)
        return -error;
    if (r == 0) {
        start_child(t, flags, stack, tls, child_tid);
    } else if (flags & CLONE_PARENT_SETTID) {
        guest_write32(parent_tid, (uint32_t)r);
    }
    return r;
}

// What the child of a vfork needs of its own.
struct vfork_child {
    struct thread thread;
    struct signal_actions actions;
    uint64_t flags, stack, tls, child_tid;
};

enum { VFORK_STACK = 256 << 10 }; // the child's host stack, below its struct vfork_child

static int run_vfork_child(void *argument)
{
    struct vfork_child *v = argument;
    // The host's thread-local storage is shared with the sleeping parent, which sets this back.
    thread_self = &v->thread;
    v->thread.actions = &v->actions;
    start_child(&v->thread, v->flags, v->stack, v->tls, v->child_tid);
    thread_run(&v->thread);
}

// clone with a stack for the child; the C library's clone is enough, as nothing of the library is
// used in between.
static int64_t do_vfork(struct thread *t, uint64_t flags, uint64_t stack, uint64_t parent_tid,
                        uint64_t tls, uint64_t child_tid)
{
    size_t size = VFORK_STACK + ((sizeof(struct vfork_child) + MM_PAGE - 1) & ~(MM_PAGE - 1));
    char *area = arena_pages(size);
    if (!area)
        return -ENOMEM;
#ifdef __SANITIZE_ADDRESS__
    // What the sanitizer remembers of an earlier child's stack at this place, which was never
    // unwound.
    __asan_unpoison_memory_region(area, size);
#endif
    struct vfork_child *v = (struct vfork_child *)(area + VFORK_STACK);
    v->thread = *t;
    v->thread.cpu.thread = &v->thread;
    v->actions = *t->actions;
    v->flags = flags;
    v->stack = stack;
    v->tls = tls;
    v->child_tid = child_tid;

    uint64_t all = ~UINT64_C(0); // the child starts with nothing pending that is the parent's
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
    int pid = clone(run_vfork_child, area + VFORK_STACK,
                    (int)((flags & process_flags) | CLONE_VM | CLONE_VFORK), v,
                    flags & CLONE_PIDFD ? parent_tid : 0);
    int error = errno;
    thread_self = t;
    engine_vfork_end(&t->cpu);
    process_lock_break(&v->thread);
    signal_set_mask(t, t->signals.blocked);
    munmap(area, size);
    if (pid < 0)
        return -error;
    if (flags & CLONE_PARENT_SETTID)
        guest_write32(parent_tid, (uint32_t)pid);
    return pid;
}

int64_t thread_clone(struct thread *t, uint64_t flags, uint64_t stack, uint64_t parent_tid,
                     uint64_t tls, uint64_t child_tid)
{
    // Both would be stored at parent_tid.
    if (flags & CLONE_PIDFD && flags & (CLONE_PARENT_SETTID | CLONE_THREAD | CLONE_DETACHED))
        return -EINVAL;
    if (flags & CLONE_SIGHAND && !(flags & CLONE_VM))
        return -EINVAL;
    if (flags & CLONE_THREAD)
        return thread_create(t, flags, stack, parent_tid, tls, child_tid);
    if (flags & CLONE_VM && !(flags & CLONE_VFORK)) {
        static bool said;
        return sys_refused(&said, "clone", "a process that shares memory and does not wait for it",
                           ENOSYS);
    }
    if (flags & CLONE_VM)
        return do_vfork(t, flags, stack, parent_tid, tls, child_tid);
    return do_fork(t, flags, stack, parent_tid, tls, child_tid);
}
