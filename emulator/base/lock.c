// SPDX-License-Identifier: MIT
#include "base/lock.h"

#include "base/host.h"

#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FREE    UINT32_C(0)
#define AWAITED UINT32_C(0x80000000)

__thread uint32_t lock_holder = 1;

static bool change(struct lock *l, uint32_t from, uint32_t to)
{
    return __atomic_compare_exchange_n(&l->state, &from, to, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

// Who has waited does not know whether others still do.
static void wait(struct lock *l)
{
    while (!change(l, FREE, lock_holder | AWAITED)) {
        uint32_t now = __atomic_load_n(&l->state, __ATOMIC_RELAXED);
        if (now != FREE && (now & AWAITED || change(l, now, now | AWAITED)))
            syscall(SYS_futex, &l->state, FUTEX_WAIT_PRIVATE, now | AWAITED, NULL, NULL, 0);
    }
}

void lock_take(struct lock *l)
{
    if (unlikely(!change(l, FREE, lock_holder)))
        wait(l);
}

void lock_give(struct lock *l)
{
    if (unlikely(__atomic_exchange_n(&l->state, FREE, __ATOMIC_RELEASE) & AWAITED))
        syscall(SYS_futex, &l->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

bool lock_take_over(struct lock *l, uint32_t gone)
{
    for (;;) {
        uint32_t now = __atomic_load_n(&l->state, __ATOMIC_ACQUIRE);
        if ((now & ~AWAITED) != gone) {
            // It may have ended between giving the lock and waking who waits, or when it was woken.
            syscall(SYS_futex, &l->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
            return false;
        }
        if (change(l, now, lock_holder | (now & AWAITED)))
            return true;
    }
}
