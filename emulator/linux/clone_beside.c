// SPDX-License-Identifier: MIT
// A process that shares its maker's memory and runs beside it (CLONE_VM without CLONE_THREAD and
// CLONE_VFORK). Both then use the emulator's tables and locks as two threads do; what the new one
// lacks is a stack and thread-local storage of the host. They are those of a host thread of the
// maker's which is made for it, its carrier: that one makes it and sleeps until it is gone or runs
// another program, without touching the storage, then takes what is left of it away.
//
// Such a process may be killed anywhere: what it was about is then settled (mm_settle.c, heap.c,
// the engine begins anew). It never has a lock of the C library's that only this could give back:
// memory comes from base/heap.c, the log and the trace are written without a lock, carriers are no
// threads of the C library, and its list of streams is used with the process's lock.
#include "engine/engine.h"
#include "linux/carrier.h"
#include "linux/clone.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/thread.h"
#include "linux/thread_create.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <semaphore.h>
#include <string.h>

// What the maker learns, on its stack until `known` is posted.
struct made {
    int64_t result;
    sem_t known;
};

struct neighbour {
    struct carrier *carrier;
    struct thread *thread;
    struct clone_wish wish;
    struct signal_actions actions;  // unless they are the maker's
    uint32_t alive;                 // a futex: zeroed by the kernel
    uint32_t number, makers_number; // base/lock.h
    struct made *made;
};

static void run(void *argument)
{
    struct neighbour *n = argument;
    lock_holder = n->number;
    clone_start(n->thread, &n->wish);
    thread_run(n->thread);
}

// The process is gone, perhaps with a lock.
static _Noreturn void clear_away(struct neighbour *n)
{
    struct thread *gone = thread_self = n->thread;
    lock_holder = n->makers_number;
    clone_end(&gone->cpu, gone, n->number);
    thread_announce_end(gone);
    thread_self = NULL;
    thread_release(gone);
    carrier_end(n->carrier);
}

static void carry(void *room)
{
    struct neighbour *n = room;
    struct made *made = n->made;
    thread_self = n->thread; // the process's, as all of the storage from now on
    lock_holder = n->makers_number;
    n->alive = 1;
    struct host_child child = {.stack = n->carrier->stack,
                               .stack_size = n->carrier->stack_size,
                               .run = run,
                               .argument = n,
                               .alive = &n->alive};
    int64_t r = host_clone(&n->wish, CLONE_VM, &child);
    made->result = r;
    sem_post(&made->known);
    while (r > 0 && __atomic_load_n(&n->alive, __ATOMIC_ACQUIRE))
        host_call(SYS_futex, &n->alive, FUTEX_WAIT, 1, NULL, NULL, 0);
    if (r < 0)
        n->thread->clear_child_tid = 0;
    clear_away(n);
}

static struct neighbour *prepare(struct thread *t, const struct clone_wish *w, struct made *made)
{
    struct carrier *carrier = carrier_new(sizeof(struct neighbour));
    struct thread *child = carrier ? thread_prepare(t, w) : NULL;
    if (!child) {
        if (carrier)
            carrier_free(carrier);
        return NULL;
    }
    struct neighbour *n = carrier->room;
    n->carrier = carrier;
    n->thread = child;
    n->wish = *w;
    seccomp_inherit(child, t);
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
    cpu_share_memory();
    int64_t result = carrier_start(n->carrier, carry);
    if (result < 0) {
        clone_end(&n->thread->cpu, n->thread, n->number);
        thread_release(n->thread);
        carrier_free(n->carrier);
    } else {
        while (sem_wait(&made.known) < 0)
            ;
        result = made.result;
    }
    sem_destroy(&made.known);
    return result;
}
