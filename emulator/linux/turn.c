// SPDX-License-Identifier: MIT
// A ticket lock that sleeps. Who waits longer than a time slice interrupts who runs.
#include "linux/turn.h"

#include "base/host.h"
#include "engine/engine.h"
#include "linux/thread.h"

#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { SLICE_NS = 4000000 };

static struct {
    bool shared;      // there is more than one thread
    uint32_t tickets; // given out
    uint32_t serving; // whose turn it is
    struct thread *holder;
} turn;

static long futex(uint32_t *word, int op, uint32_t value, const struct timespec *timeout)
{
    return syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, timeout, NULL, 0);
}

static void wait_for(uint32_t ticket)
{
    static const struct timespec slice = {0, SLICE_NS};
    for (;;) {
        uint32_t serving = __atomic_load_n(&turn.serving, __ATOMIC_ACQUIRE);
        if (serving == ticket)
            return;
        if (futex(&turn.serving, FUTEX_WAIT, serving, &slice) < 0 && errno == ETIMEDOUT) {
            struct thread *holder = __atomic_load_n(&turn.holder, __ATOMIC_ACQUIRE);
            if (holder)
                engine_interrupt(&holder->cpu);
        }
    }
}

// Translations may have been thrown away while others ran; what this thread remembers of them is
// then void.
static void drop_stale_code(struct thread *t)
{
    if (likely(t->flushes_seen == engine_stats.flushes))
        return;
    engine_thread_fini(&t->cpu);
    engine_thread_init(&t->cpu);
    t->flushes_seen = engine_stats.flushes;
}

void turn_take(struct thread *t)
{
    if (likely(!turn.shared))
        return;
    wait_for(__atomic_fetch_add(&turn.tickets, 1, __ATOMIC_ACQ_REL));
    __atomic_store_n(&turn.holder, t, __ATOMIC_RELEASE);
    drop_stale_code(t);
}

void turn_leave(void)
{
    if (likely(!turn.shared))
        return;
    struct thread *t = thread_self;
    t->flushes_seen = engine_stats.flushes;
    __atomic_store_n(&turn.holder, NULL, __ATOMIC_RELEASE);
    uint32_t next = __atomic_add_fetch(&turn.serving, 1, __ATOMIC_ACQ_REL);
    if (__atomic_load_n(&turn.tickets, __ATOMIC_ACQUIRE) != next)
        futex(&turn.serving, FUTEX_WAKE, INT32_MAX, NULL);
}

void turn_yield(struct thread *t)
{
    if (turn.shared && __atomic_load_n(&turn.tickets, __ATOMIC_ACQUIRE) != turn.serving + 1) {
        turn_leave();
        turn_take(t);
    }
}

void turn_share(struct thread *t)
{
    if (turn.shared)
        return;
    turn.tickets = turn.serving + 1;
    turn.holder = t;
    t->flushes_seen = engine_stats.flushes;
    turn.shared = true;
}

void turn_keep(struct thread *t)
{
    __atomic_store_n(&turn.holder, t, __ATOMIC_RELEASE);
    if (turn.shared)
        drop_stale_code(t);
}

void turn_after_fork(struct thread *t)
{
    turn.shared = false;
    turn.holder = t;
}
