// SPDX-License-Identifier: MIT
// Threads of a process: each is a thread of the host, made and ended by the host's C library so
// that it has thread-local storage.
#include "linux/thread_create.h"

#include "base/arena.h"
#include "base/bits.h"
#include "base/die.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/clone.h"
#include "linux/guest.h"
#include "linux/host_thread.h"
#include "linux/lock.h"
#include "linux/robust.h"
#include "linux/stop.h"
#include "linux/thread.h"
#include "linux/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// The C library puts the thread-local storage there too. What is below is not mapped.
enum { HOST_STACK = 1 << 20 };

// Of threads that have ended, for threads to come: their pages are there. With the process's lock.
struct spares {
    void *at[8];
    unsigned count;
};
static struct spares spare, spare_stacks;

// NULL if there is none left, or no room for one more.
static void *take_spare(struct spares *s)
{
    return s->count ? s->at[--s->count] : NULL;
}

static bool keep_spare(struct spares *s, void *p)
{
    if (s->count == ARRAY_LEN(s->at))
        return false;
    s->at[s->count++] = p;
    return true;
}

static struct thread *take_thread(void)
{
    process_lock();
    struct thread *t = take_spare(&spare);
    process_unlock();
    if (!t)
        return arena_pages(sizeof *t);
    memset(t, 0, sizeof *t);
    return t;
}

void thread_release(struct thread *t)
{
    if (t->cpu.engine)
        engine_thread_fini(&t->cpu);
    seccomp_leave(t);
    process_lock();
    bool kept = keep_spare(&spare, t);
    process_unlock();
    if (!kept)
        munmap(t, sizeof *t);
}

static void block_all(void)
{
    uint64_t all = ~UINT64_C(0);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
}

void thread_announce_end(struct thread *t)
{
    uint64_t word = t->clear_child_tid;
    t->clear_child_tid = 0;
    if (word && guest_write32(word, 0))
        syscall(SYS_futex, word, 1 /* FUTEX_WAKE */, 1, NULL, NULL, 0);
}

// Guest threads on their way out, guarded by the process's lock: first counted, then, when all that
// is left to them is to end in the C library, listed to be joined. They are of one process: others
// that share the memory have no threads.
struct end {
    pthread_t host;
    void *stack;
};
static struct {
    unsigned leaving;
    struct end *at;
    unsigned count, capacity;
} ends;

static void host_thread_leaves(void)
{
    process_lock();
    __atomic_add_fetch(&ends.leaving, 1, __ATOMIC_RELAXED);
    process_unlock();
}

static void host_thread_ends(void *stack)
{
    process_lock();
    if (ends.count == ends.capacity) {
        ends.capacity = ends.capacity ? 2 * ends.capacity : 16;
        ends.at = realloc(ends.at, ends.capacity * sizeof *ends.at);
        assert_msg(ends.at, "out of memory for %u threads", ends.capacity);
    }
    ends.at[ends.count++] = (struct end){pthread_self(), stack};
    __atomic_sub_fetch(&ends.leaving, 1, __ATOMIC_RELEASE);
    process_unlock();
}

static void give_stack(void *stack)
{
    if (!keep_spare(&spare_stacks, stack))
        munmap(stack, HOST_STACK);
}

// Joins the host's threads of ended guest threads that are gone; with `all`, waits until they are.
// The caller has the lock; they do not need it any more.
static void reap(bool all)
{
    unsigned left = 0;
    for (unsigned i = 0; i < ends.count; i++) {
        struct end *e = &ends.at[i];
        if (all ? pthread_join(e->host, NULL) : pthread_tryjoin_np(e->host, NULL))
            ends.at[left++] = *e;
        else
            give_stack(e->stack);
    }
    ends.count = left;
}

// Waits until they are gone without taking a lock of the C library, in a process that may be killed
// meanwhile.
static void wait_for_ends(void)
{
    clockid_t clock;
    for (unsigned i = 0; i < ends.count; i++)
        while (!pthread_getcpuclockid(ends.at[i].host, &clock))
            sched_yield();
}

void threads_hold(void)
{
    for (;;) {
        engine_fork_begin(&thread_self->cpu);
        process_lock();
        if (!ends.leaving)
            break;
        process_unlock();
        engine_fork_end(&thread_self->cpu, false);
        // Without the locks, which those that leave need: who takes them again and again lets
        // nobody else in.
        while (__atomic_load_n(&ends.leaving, __ATOMIC_ACQUIRE))
            sched_yield();
    }
    if (thread_is_neighbour())
        wait_for_ends();
    else
        reap(true);
}

void threads_let_go(void)
{
    process_unlock();
}

// The number of one of the host's threads that is not gone, without a system call: the clock of its
// processor time has it (clock_gettime(2)).
static int tid_of(pthread_t host)
{
    clockid_t clock;
    int error = pthread_getcpuclockid(host, &clock);
    assert_msg(!error, "linux: a thread has no clock (error %d)", error);
    return ~(clock >> 3);
}

// Both the new thread and its maker know the number before the other has told it. Whoever comes
// first writes it; the other does not write any more, since it is read then. (ThreadSanitizer takes
// a compare-and-exchange for a write when it is none, so it does not see this one.)
__attribute__((no_sanitize("thread"))) static int set_tid(struct thread *t, int tid)
{
    int none = 0;
    __atomic_compare_exchange_n(&t->tid, &none, tid, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    return tid;
}

// CLONE_PARENT_SETTID: before the new thread runs, and before its maker goes on, and only once,
// since the word is theirs then. Whoever comes first does it.
static void tell_tid(struct thread *child, const struct clone_wish *w)
{
    enum { UNTOLD, TELLING, TOLD };
    uint32_t untold = UNTOLD;
    if (!(w->flags & CLONE_PARENT_SETTID))
        return;
    if (__atomic_compare_exchange_n(&child->told, &untold, TELLING, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE)) {
        guest_write32(w->parent_tid, (uint32_t)child->tid);
        __atomic_store_n(&child->told, TOLD, __ATOMIC_RELEASE);
    }
    while (__atomic_load_n(&child->told, __ATOMIC_ACQUIRE) != TOLD)
        sched_yield();
}

// Since Linux 6.9.
#ifndef PIDFD_THREAD
#    define PIDFD_THREAD O_EXCL
#endif

// Whether a thread can get CLONE_PIDFD's descriptor, and its place be written: the kernel makes no
// thread else.
static int64_t try_pidfd(const struct clone_wish *w)
{
    uint32_t word;
    if (!guest_read(&word, w->pidfd, sizeof word) || !guest_write32(w->pidfd, word))
        return -EFAULT;
    int fd = (int)syscall(SYS_pidfd_open, gettid(), PIDFD_THREAD);
    return fd < 0 ? -errno : close(fd);
}

static void give_pidfd(const struct thread *child, const struct clone_wish *w)
{
    guest_write32(w->pidfd, (uint32_t)syscall(SYS_pidfd_open, child->tid, PIDFD_THREAD));
}

static void run_guest(struct thread *t)
{
    const struct clone_wish w = t->wish;
    thread_self = t;
    lock_holder = process.number;
    set_tid(t, tid_of(pthread_self()));
    // The C library's threads share these; a thread that does not has copies from now on.
    uint64_t apart = ~w.flags & (CLONE_FS | CLONE_FILES | CLONE_SYSVSEM);
    if (apart)
        syscall(SYS_unshare, apart);
    tell_tid(t, &w);
    if (w.flags & CLONE_CHILD_SETTID)
        guest_write32(w.child_tid, (uint32_t)t->tid);
    signal_set_mask(t, t->signals.blocked);
    thread_run(t);
}

static void *run(void *argument)
{
    struct thread *t = argument;
    jmp_buf end;
    t->end = &end;
    if (!_setjmp(end))
        run_guest(t);
    // thread_exit: not ours to run any more, with all signals blocked.
    void *stack = t->host_stack;
    thread_self = NULL;
    thread_release(t);
    host_thread_ends(stack);
    return NULL;
}

struct thread *thread_prepare(const struct thread *t, const struct clone_wish *w)
{
    struct thread *child = take_thread();
    if (!child)
        return NULL;
    child->cpu = t->cpu;
    child->cpu.thread = child;
    child->cpu.engine = NULL;
    engine_thread_init(&child->cpu);
    child->cpu.s.interrupt = 0;
    child->cpu.s.monitor.size = 0;
    child->cpu.s.tagging.fault = 0;
    child->cpu.s.tagging.seed = 0;
    child->tagged_addr_ctrl = t->tagged_addr_ctrl;
    child->injected = (struct inject_counts){0};
    child->traced = NULL;
    child->cpu.x[0] = 0;
    if (w->stack)
        child->cpu.sp = w->stack;
    if (w->flags & CLONE_SETTLS)
        child->cpu.tpidr = w->tls;
    child->clear_child_tid = w->flags & CLONE_CHILD_CLEARTID ? w->child_tid : 0;
    child->signals.blocked = t->signals.blocked;
    child->signals.altstack.flags = SS_DISABLE;
    child->actions = t->actions;
    return child;
}

// The thread begins with all signals blocked, and is interrupted only once it is complete. Its
// stack is not the C library's, which gives the pages back whenever a thread ends: what the next
// one needs are the same again.
static int64_t host_thread(struct thread *child, pthread_t *handle)
{
    static pthread_attr_t attr;
    static bool ready;
    if (!ready) {
        sigset_t all;
        sigfillset(&all);
        pthread_attr_init(&attr);
        pthread_attr_setsigmask_np(&attr, &all);
        ready = true;
    }
    void *stack = take_spare(&spare_stacks);
    child->host_stack = stack ? stack : arena_pages(HOST_STACK);
    if (!child->host_stack)
        return -EAGAIN;
    pthread_attr_setstack(&attr, child->host_stack, HOST_STACK);
    int64_t result = -host_thread_new(handle, &attr, run, child);
    if (result)
        give_stack(child->host_stack);
    return result;
}

// Until the lock is given back the new thread may run, but not end: then it is known here, what it
// has told is told, and it is among the process's threads.
int64_t thread_create(struct thread *t, const struct clone_wish *w)
{
    int64_t possible = w->flags & CLONE_PIDFD ? try_pidfd(w) : 0;
    if (possible < 0)
        return possible;
    struct thread *child = thread_prepare(t, w);
    pthread_t host;
    if (!child)
        return -ENOMEM;
    child->wish = *w;
    // One that the guest leaves its default must not end the process in a thread that has not
    // begun.
    if (!process.watched_for[WATCHED_FOR_THREADS])
        signal_watch(t, WATCHED_FOR_THREADS, HOST_THREAD_SIGNALS);
    __atomic_add_fetch(&process.threads, 1, __ATOMIC_ACQ_REL);
    cpu_share_memory();
    process_lock();
    reap(false);
    seccomp_inherit(child, t);
    int64_t result = host_thread(child, &host);
    if (!result) {
        result = set_tid(child, tid_of(host));
        tell_tid(child, w);
        if (w->flags & CLONE_PIDFD)
            give_pidfd(child, w);
        threads_add(child);
    }
    process_unlock();
    if (result < 0) {
        __atomic_sub_fetch(&process.threads, 1, __ATOMIC_ACQ_REL);
        thread_release(child);
    }
    return result;
}

void thread_exit(struct thread *t, int status)
{
    // A vfork child is a thread of a process of its own, whose count stands in the parent's memory.
    if (thread_is_neighbour() || __atomic_sub_fetch(&process.threads, 1, __ATOMIC_ACQ_REL) == 0) {
        thread_exit_group(t, status);
    }
    if (tracer)
        tracer->leaves(t);
    threads_remove(t);
    block_all();
    if (t->end)
        host_thread_leaves();
    robust_end(t);
    thread_announce_end(t);
    if (t->end)
        _longjmp(*(jmp_buf *)t->end, 1);
    // The process's first thread: nobody waits for it, and its state is static.
    for (;;)
        syscall(SYS_exit, status);
}
