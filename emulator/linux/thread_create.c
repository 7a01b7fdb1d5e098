// SPDX-License-Identifier: MIT
// Threads of a process: each is a thread of the host, made and ended by the host's C library so
// that it has thread-local storage; they take turns (linux/turn.h).
#include "linux/thread_create.h"

#include "base/arena.h"
#include "base/die.h"
#include "base/log.h"
#include "engine/engine.h"
#include "linux/guest.h"
#include "linux/thread.h"
#include "linux/turn.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { HOST_STACK = 1 << 20 }; // the C library puts the thread-local storage there too

// What the maker hands to the new thread, on the maker's stack until `started` is posted.
struct birth {
    struct thread *thread;
    uint64_t flags, parent_tid, child_tid;
    sem_t started;
};

static struct thread *allocate(void)
{
    return arena_pages(sizeof(struct thread));
}

static void release(struct thread *t)
{
    if (t->cpu.engine)
        engine_thread_fini(&t->cpu);
    munmap(t, sizeof *t);
}

static void block_all(void)
{
    uint64_t all = ~UINT64_C(0);
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
}

// What makes the guest's pthread_join return. The guest's stack is not touched after this.
static void announce_end(struct thread *t)
{
    if (t->clear_child_tid && guest_write32(t->clear_child_tid, 0))
        syscall(SYS_futex, t->clear_child_tid, 1 /* FUTEX_WAKE */, 1, NULL, NULL, 0);
}

// Host threads that have ended or are about to, changed in turn only.
static struct {
    pthread_t *at;
    unsigned count, capacity;
} ended;

static void note_end(void)
{
    if (ended.count == ended.capacity) {
        ended.capacity = ended.capacity ? 2 * ended.capacity : 16;
        ended.at = realloc(ended.at, ended.capacity * sizeof *ended.at);
        assert_msg(ended.at, "out of memory for %u threads", ended.capacity);
    }
    ended.at[ended.count++] = pthread_self();
}

void thread_reap(void)
{
    for (unsigned i = 0; i < ended.count; i++)
        pthread_join(ended.at[i], NULL);
    ended.count = 0;
}

static void run_guest(struct birth *b)
{
    struct thread *t = b->thread;
    thread_self = t;
    t->tid = (int)syscall(SYS_gettid);
    if (b->flags & CLONE_PARENT_SETTID)
        guest_write32(b->parent_tid, (uint32_t)t->tid);
    if (b->flags & CLONE_CHILD_SETTID)
        guest_write32(b->child_tid, (uint32_t)t->tid);
    sem_post(&b->started);
    turn_take(t);
    signal_set_mask(t, t->signals.blocked);
    thread_run(t);
}

static void *run(void *argument)
{
    struct birth *b = argument;
    struct thread *t = b->thread;
    jmp_buf end;
    t->end = &end;
    if (!_setjmp(end))
        run_guest(b);
    // thread_exit: not ours to run any more, with all signals blocked.
    thread_self = NULL;
    release(t);
    return NULL;
}

// The registers and settings of a new thread, as clone(2) gives them.
static bool prepare(struct thread *child, const struct thread *t, uint64_t flags, uint64_t stack,
                    uint64_t tls, uint64_t child_tid)
{
    child->cpu = t->cpu;
    child->cpu.thread = child;
    child->cpu.engine = NULL;
    engine_thread_init(&child->cpu);
    child->cpu.s.interrupt = 0;
    child->cpu.s.monitor.size = 0;
    child->cpu.s.tagging.fault = 0;
    child->cpu.s.tagging.seed = 0;
    child->tagged_addr_ctrl = t->tagged_addr_ctrl;
    child->cpu.x[0] = 0;
    if (stack)
        child->cpu.sp = stack;
    if (flags & CLONE_SETTLS)
        child->cpu.tpidr = tls;
    child->clear_child_tid = flags & CLONE_CHILD_CLEARTID ? child_tid : 0;
    child->signals.blocked = t->signals.blocked;
    child->signals.altstack.flags = SS_DISABLE;
    child->actions = t->actions;
    return child->cpu.engine;
}

static int start_host_thread(struct birth *b)
{
    pthread_attr_t attr;
    pthread_t handle;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, HOST_STACK);
    block_all(); // the thread inherits this, and is interrupted only once it is complete
    int error = pthread_create(&handle, &attr, run, b);
    pthread_attr_destroy(&attr);
    return error;
}

int64_t thread_create(struct thread *t, uint64_t flags, uint64_t stack, uint64_t parent_tid,
                      uint64_t tls, uint64_t child_tid)
{
    const uint64_t needed = CLONE_VM | CLONE_SIGHAND;
    if ((flags & needed) != needed)
        return -EINVAL;
    struct birth b = {
        .flags = flags, .parent_tid = parent_tid, .child_tid = child_tid, .thread = allocate()};
    if (!b.thread)
        return -ENOMEM;
    if (!prepare(b.thread, t, flags, stack, tls, child_tid)) {
        release(b.thread);
        return -ENOMEM;
    }
    turn_share(t);
    thread_reap();
    sem_init(&b.started, 0, 0);
    __atomic_add_fetch(&process.threads, 1, __ATOMIC_ACQ_REL);
    int error = start_host_thread(&b);
    int64_t result = -error;
    if (error) {
        __atomic_sub_fetch(&process.threads, 1, __ATOMIC_ACQ_REL);
        release(b.thread);
    } else {
        while (sem_wait(&b.started) < 0)
            ;
        result = b.thread->tid;
    }
    sem_destroy(&b.started);
    signal_set_mask(t, t->signals.blocked);
    return result;
}

void thread_exit(struct thread *t, int status)
{
    // A vfork child is a thread of a process of its own, whose count stands in the parent's memory.
    if (getpid() != process.pid || __atomic_sub_fetch(&process.threads, 1, __ATOMIC_ACQ_REL) == 0) {
        announce_end(t);
        thread_exit_group(t, status);
    }
    if (log_on(LOG_strace))
        log_printf(") = ?\n");
    block_all();
    if (t->end)
        note_end();
    announce_end(t);
    turn_leave();
    if (t->end)
        _longjmp(*(jmp_buf *)t->end, 1);
    // The process's first thread: nobody waits for it, and its state is static.
    for (;;)
        syscall(SYS_exit, status);
}
