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
    bool looked_at; // held while somebody sets or follows `holder`: a thread's state is gone soon
                    // after its last turn
} turn;

static void set_holder(struct thread *t)
{
    while (__atomic_test_and_set(&turn.looked_at, __ATOMIC_ACQUIRE))
        syscall(SYS_sched_yield);
    turn.holder = t;
    __atomic_clear(&turn.looked_at, __ATOMIC_RELEASE);
}

static void interrupt_holder(void)
{
    if (__atomic_test_and_set(&turn.looked_at, __ATOMIC_ACQUIRE))
        return; // it changes just now
    if (turn.holder)
        engine_interrupt(&turn.holder->cpu);
    __atomic_clear(&turn.looked_at, __ATOMIC_RELEASE);
}

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
        if (futex(&turn.serving, FUTEX_WAIT, serving, &slice) < 0 && errno == ETIMEDOUT)
            interrupt_holder();
    }
}

void turn_take(struct thread *t)
{
    if (likely(!turn.shared))
        return;
    wait_for(__atomic_fetch_add(&turn.tickets, 1, __ATOMIC_ACQ_REL));
    set_holder(t);
}

void turn_leave(void)
{
    if (likely(!turn.shared))
        return;
    set_holder(NULL);
    uint32_t next = __atomic_add_fetch(&turn.serving, 1, __ATOMIC_ACQ_REL);
    if (__atomic_load_n(&turn.tickets, __ATOMIC_ACQUIRE) != next)
        futex(&turn.serving, FUTEX_WAKE, INT32_MAX, NULL);
}

void turn_share(void)
{
    turn.shared = true;
}

void turn_break(const struct thread *gone)
{
    if (turn.shared && turn.holder == gone)
        turn_leave();
}

void turn_after_fork(void)
{
    turn.shared = false;
    turn.tickets = turn.serving; // of threads that are not here
    turn.looked_at = false;
    turn.holder = NULL;
}
