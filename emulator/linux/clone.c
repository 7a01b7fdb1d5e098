// SPDX-License-Identifier: MIT
// New processes. fork is the host's fork. vfork and posix_spawn (CLONE_VM|CLONE_VFORK) are the
// host's vfork: parent and child share all memory, the emulator's too, but the parent sleeps until
// the child is gone, so the child may run on with a copy of the thread, and what it writes
// (posix_spawn's error) is the parent's as well.
#include "linux/clone.h"

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
#include "base/die.h"
#include "base/heap.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/lock.h"
#include "linux/path.h"
#include "linux/signal_host.h"
#include "linux/stop.h"
#include "linux/sys.h"
#include "linux/thread.h"
#include "linux/thread_create.h"
#include "linux/tracer.h"
#include "linux/uring.h"
#include "linux/vma.h"
#include "linux/watch.h"

void clone_start(struct thread *child, const struct clone_wish *w)
{
    signal_in_child(child);
    child->tid = (int)syscall(SYS_gettid);
    child->cpu.x[0] = 0;
    child->cpu.s.tagging.fault = 0;
    child->cpu.s.tagging.seed = 0;
    if (child->judged & JUDGED_INJECT)
        child->injected = (struct inject_counts){0};
    memset(child->indexed, 0, sizeof child->indexed);
    if (w->stack)
        child->cpu.sp = w->stack;
    if (w->flags & CLONE_SETTLS)
        child->cpu.tpidr = w->tls;
    child->clear_child_tid = w->flags & CLONE_CHILD_CLEARTID ? w->child_tid : 0;
    if (w->flags & CLONE_PARENT_SETTID && w->flags & CLONE_VM)
        guest_write32(w->parent_tid, (uint32_t)child->tid);
    if (w->flags & CLONE_CHILD_SETTID)
        guest_write32(w->child_tid, (uint32_t)child->tid);
    if (w->flags & WISH_CLEAR_SIGHAND)
        signal_clear_handlers(child);
    host_set_mask(child->signals.blocked);
}

uint32_t clone_number(void)
{
    process_lock();
    vma_share(&process.mm.vmas);
    uint32_t number = ++process.last_number;
    process_unlock();
    assert_msg(number <= LOCK_HOLDERS, "linux: too many processes shared this memory");
    return number;
}

void clone_end(struct cpu *c, struct thread *gone, uint32_t number)
{
    heap_settle(number);
    process_lock_settle(gone, number);
    uring_settle(number);
    engine_vfork_end(c, number);
    process_forget_stale(gone);
    process_lock();
    vma_unshare(&process.mm.vmas);
    process_unlock();
}

static int64_t do_fork(struct thread *t, const struct clone_wish *w)
{
    struct host_child copy = {0};
    if (tracer)
        tracer->fork_begins(t, false);
    threads_hold();
    uint64_t mask = signal_hold();
    int64_t r = host_clone(w, 0, &copy);
    if (r != 0)
        signal_let_go(mask);
    if (r == 0)
        heap_alone();
    engine_fork_end(&t->cpu, r == 0);
    if (r == 0) {
        t->tid = getpid();
        process.threads = 1;
        process.pid = t->tid;
        threads_alone(t);
        process.number = lock_holder;
    }
    threads_let_go();
    if (r == 0) {
        process_lock();
        mm_after_fork();
        process_unlock();
        clone_start(t, w);
        if (process_watch.forked)
            process_watch.forked(t);
        if (tracer)
            tracer->in_child(t);
        return r;
    }
    if (tracer)
        tracer->forked(t, r, false);
    if (r > 0 && w->flags & CLONE_PARENT_SETTID)
        guest_write32(w->parent_tid, (uint32_t)r);
    return r;
}

// What the child of a vfork needs of its own.
struct vfork_child {
    struct thread thread;
    struct signal_actions actions;
    const struct clone_wish *wish;
    uint32_t number;
};

enum { VFORK_STACK = 256 << 10 }; // the child's host stack, below its struct vfork_child

static void run_vfork_child(void *argument)
{
    struct vfork_child *v = argument;
    // The host's thread-local storage is shared with the sleeping parent, which sets this back.
    thread_self = &v->thread;
    lock_holder = v->number;
    clone_start(&v->thread, v->wish);
    thread_run(&v->thread);
}

static int64_t do_vfork(struct thread *t, const struct clone_wish *w)
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
    process_lock(); // others change who is next to it
    v->thread = *t;
    process_unlock();
    v->thread.next = NULL;
    v->thread.cpu.thread = &v->thread;
    seccomp_inherit(&v->thread, t);
    v->thread.clear_child_tid = 0;
    v->wish = w;
    v->number = clone_number();
    v->thread.actions = signal_share_actions(t, w->flags & CLONE_SIGHAND, &v->actions);

    if (tracer)
        tracer->fork_begins(t, true);
    signal_hold();
    struct host_child own = {.stack = area + VFORK_STACK,
                             .stack_size = VFORK_STACK,
                             .run = run_vfork_child,
                             .argument = v};
    uint32_t number = lock_holder;
    engine_vfork_begin();
    int64_t r = host_clone(w, CLONE_VM, &own);
    thread_self = t;
    lock_holder = number;
    clone_end(&t->cpu, &v->thread, v->number);
    seccomp_leave(&v->thread);
    if (r > 0)
        thread_announce_end(&v->thread);
    signal_set_mask(t, t->signals.blocked);
    if (tracer)
        tracer->forked(t, r, true); // it may have looked at the child meanwhile
    munmap(area, size);
    return r;
}

// The rules of the kernel that do not show in what the host is asked for.
static bool allowed(const struct clone_wish *w)
{
    uint64_t flags = w->flags;
    if (flags & (CLONE_NEWNS | CLONE_NEWUSER) && flags & CLONE_FS)
        return false;
    if (flags & CLONE_THREAD &&
        (!(flags & CLONE_SIGHAND) || flags & (CLONE_NEWUSER | CLONE_NEWPID)))
        return false;
    if (flags & CLONE_SIGHAND && (!(flags & CLONE_VM) || flags & WISH_CLEAR_SIGHAND))
        return false;
    return !(flags & CLONE_PIDFD && flags & CLONE_DETACHED);
}

enum { NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET };

// A thread of the C library has the number that the kernel gives it, and stays in its cgroup and in
// its maker's namespaces, and nobody waits for its end.
static int64_t clone_thread(struct thread *t, const struct clone_wish *w)
{
    static bool said;
    if (w->set_tid_size)
        return sys_refused(&said, "clone3", "a number for a new thread (set_tid)", EPERM);
    if (w->flags & WISH_INTO_CGROUP)
        return sys_refused(&said, "clone3", "a cgroup for a new thread", EOPNOTSUPP);
    if (w->flags & (NAMESPACES | WISH_NEWTIME))
        return sys_refused(&said, "clone", "a namespace for a new thread (it may call unshare)",
                           EPERM);
    if (w->flags & CLONE_VFORK)
        return sys_refused(&said, "clone", "to wait for a new thread (CLONE_VFORK)", EINVAL);
    if (thread_is_neighbour())
        return sys_refused(&said, "clone", "a thread of a process that shares another's memory",
                           EAGAIN);
    return thread_create(t, w);
}

int64_t thread_clone(struct thread *t, const struct clone_wish *w)
{
    if (w->flags & CLONE_VM)
        path_sysroot(); // is found once, and nobody else is there yet
    if (!allowed(w))
        return -EINVAL;
    if (w->flags & CLONE_THREAD)
        return clone_thread(t, w);
    if (!(w->flags & CLONE_VM))
        return do_fork(t, w);
    return w->flags & CLONE_VFORK ? do_vfork(t, w) : clone_beside(t, w);
}
