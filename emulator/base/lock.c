// SPDX-License-Identifier: MIT
#include "base/lock.h"

#include "base/host.h"

#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FREE, TAKEN, AWAITED };

static void wait(struct lock *l)
{
    while (__atomic_exchange_n(&l->state, AWAITED, __ATOMIC_ACQUIRE) != FREE)
        syscall(SYS_futex, &l->state, FUTEX_WAIT_PRIVATE, AWAITED, NULL, NULL, 0);
}

void lock_take(struct lock *l)
{
    uint32_t expected = FREE;
    if (unlikely(!__atomic_compare_exchange_n(&l->state, &expected, TAKEN, false, __ATOMIC_ACQUIRE,
                                              __ATOMIC_RELAXED)))
        wait(l);
}

void lock_give(struct lock *l)
{
    if (unlikely(__atomic_exchange_n(&l->state, FREE, __ATOMIC_RELEASE) == AWAITED))
        syscall(SYS_futex, &l->state, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}
