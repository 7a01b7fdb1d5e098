// SPDX-License-Identifier: MIT
// A process that shares its maker's memory and runs beside it (CLONE_VM without CLONE_THREAD and
// CLONE_VFORK). Both then use the emulator's tables and locks as two threads do; what the new one
// lacks is a stack and thread-local storage of the host. The storage is that of a host thread of
// the maker's which is made for it, its carrier: that one makes it and sleeps until it is gone or
// runs another program, without touching the storage, then takes what is left of it away.
//
// Such a process may be killed anywhere: what it was about is then settled (mm_settle.c, the engine
// begins anew). LIMIT: not if it was in the C library, with one of its locks: in the log's stream,
// or in what makes a carrier or a file of /proc.
#include "base/arena.h"
#include "engine/engine.h"
#include "linux/clone.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/thread.h"
#include "linux/thread_create.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>
#include <sys/mman.h>

// What the maker learns, on its stack until `known` is posted.
struct made {
    int64_t result;
    sem_t known;
};

struct neighbour {
    struct thread *thread;
    struct clone_wish wish;
    struct signal_actions actions;  // unless they are the maker's
    uint32_t alive;                 // a futex: zeroed by the kernel
    uint32_t number, makers_number; // base/lock.h
    struct made *made;
};

enum { STACK = 256 << 10 }; // the process's host stack, below its struct neighbour

static size_t area_size(void)
{
    return STACK + ((sizeof(struct neighbour) + MM_PAGE - 1) & ~(MM_PAGE - 1));
}

static char *area_of(struct neighbour *n)
{
    return (char *)n - STACK;
}

static void run(void *argument)
{
    struct neighbour *n = argument;
    lock_holder = n->number;
    clone_start(n->thread, &n->wish);
    thread_run(n->thread);
}

// The process is gone, perhaps with a lock.
static void clear_away(struct neighbour *n)
{
    struct thread *gone = thread_self = n->thread;
    lock_holder = n->makers_number;
    clone_end(&gone->cpu, gone, n->number);
    thread_announce_end(gone);
    thread_host_killed(n->number); // threads of its own went with it, wherever they were
    thread_host_leaves();
    thread_self = NULL;
    thread_release(gone);
    munmap(area_of(n), area_size());
    thread_host_ends();
}

static void *carry(void *argument)
{
    struct neighbour *n = argument;
    struct made *made = n->made;
    thread_self = n->thread; // the process's, as all of the storage from now on
    lock_holder = n->makers_number;
    n->alive = 1;
    struct host_child child = {
        .stack = (char *)n, .stack_size = STACK, .run = run, .argument = n, .alive = &n->alive};
    int64_t r = host_clone(&n->wish, CLONE_VM, &child);
    made->result = r;
    sem_post(&made->known);
    while (r > 0 && __atomic_load_n(&n->alive, __ATOMIC_ACQUIRE))
        host_call(SYS_futex, &n->alive, FUTEX_WAIT, 1, NULL, NULL, 0);
    if (r < 0)
        n->thread->clear_child_tid = 0;
    clear_away(n);
    return NULL;
}

static struct neighbour *prepare(struct thread *t, const struct clone_wish *w, struct made *made)
{
    char *area = arena_pages(area_size());
    struct thread *child = area ? thread_prepare(t, w) : NULL;
    if (!child) {
        if (area)
            munmap(area, area_size());
        return NULL;
    }
    struct neighbour *n = (struct neighbour *)(area + STACK);
    n->thread = child;
    n->wish = *w;
    n->made = made;
    n->number = clone_number();
    n->makers_number = lock_holder;
    child->actions = signal_share_actions(t, w->flags & CLONE_SIGHAND, &n->actions);
    return n;
}

int64_t clone_beside(struct thread *t, const struct clone_wish *w)
{
    struct made made;
    struct neighbour *n = prepare(t, w, &made);
    if (!n)
        return -ENOMEM;
    sem_init(&made.known, 0, 0);
    cpu_memory_shared = true;
    pthread_t carrier;
    int64_t result = -thread_start_host(carry, n, &carrier);
    if (result < 0) {
        clone_end(&n->thread->cpu, n->thread, n->number);
        thread_release(n->thread);
        munmap(area_of(n), area_size());
    } else {
        while (sem_wait(&made.known) < 0)
            ;
        result = made.result;
    }
    sem_destroy(&made.known);
    return result;
}
