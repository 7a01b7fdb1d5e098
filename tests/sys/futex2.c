// SPDX-License-Identifier: MIT
// beyond: futex_waitv, futex_wait and its kind
// The futex calls of Linux 5.16 and 6.7: waits for one of several words, with masks, and moving who waits.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WAITV = 449, WAKE = 454, WAIT, REQUEUE };
enum { SIZE_U8 = 0, SIZE_U32 = 2, PRIVATE = 128 };
struct waiter {
    uint64_t value, word;
    uint32_t flags, reserved;
};

static uint32_t words[4];
static volatile int ready;

// When `ms` from now is.
static struct timespec in_ms(long ms)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_nsec += ms * 1000000;
    t.tv_sec += t.tv_nsec / 1000000000;
    t.tv_nsec %= 1000000000;
    return t;
}

static void *waits_for_any(void *unused)
{
    struct waiter w[4];
    struct timespec end = in_ms(20000);
    (void)unused;
    for (int i = 0; i < 4; i++)
        w[i] = (struct waiter){0, (uint64_t)&words[i], SIZE_U32 | PRIVATE, 0};
    ready = 1;
    return (void *)syscall(WAITV, w, 4, 0, &end, CLOCK_MONOTONIC);
}

static void several(void)
{
    struct waiter w = {1, (uint64_t)&words[0], SIZE_U32 | PRIVATE, 0};
    struct timespec end = in_ms(5);
    pthread_t t;
    void *which;
    CHECK(syscall(WAITV, &w, 1, 0, &end, CLOCK_MONOTONIC) == -1 && errno == EAGAIN);
    w.value = 0;
    CHECK(syscall(WAITV, &w, 1, 0, &end, CLOCK_MONOTONIC) == -1 && errno == ETIMEDOUT);
    CHECK(syscall(WAITV, &w, 0, 0, &end, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    CHECK(syscall(WAITV, &w, 129, 0, &end, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    CHECK(syscall(WAITV, &w, 1, 1, &end, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    CHECK(syscall(WAITV, 16l, 1, 0, &end, CLOCK_MONOTONIC) == -1 && errno == EFAULT);
    w.reserved = 1;
    CHECK(syscall(WAITV, &w, 1, 0, &end, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    pthread_create(&t, NULL, waits_for_any, NULL);
    while (!ready)
        usleep(1000);
    long woken = 0;
    for (int i = 0; i < 5000 && !woken; i++, usleep(1000))
        woken = syscall(SYS_futex, &words[2], 1 | PRIVATE, 1, NULL, NULL, 0);
    pthread_join(t, &which);
    CHECK(woken == 1 && (long)which == 2);
}

static void *waits_with_mask(void *mask)
{
    struct timespec end = in_ms(20000);
    return (void *)syscall(WAIT, &words[0], 0ul, (unsigned long)mask, SIZE_U32 | PRIVATE, &end, CLOCK_MONOTONIC);
}

static void one(void)
{
    struct timespec end = in_ms(5);
    pthread_t t;
    void *result;
    if (syscall(WAKE, &words[0], ~0u, 1, SIZE_U32 | PRIVATE) == -1) {
        CHECK(errno == ENOSYS);
        return;
    }
    CHECK(syscall(WAIT, &words[0], 5ul, 1ul, SIZE_U32 | PRIVATE, &end, CLOCK_MONOTONIC) == -1 && errno == EAGAIN);
    CHECK(syscall(WAIT, &words[0], 0ul, 1ul, SIZE_U32 | PRIVATE, &end, CLOCK_MONOTONIC) == -1 && errno == ETIMEDOUT);
    CHECK(syscall(WAIT, &words[0], 0ul, 0ul, SIZE_U32 | PRIVATE, &end, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    CHECK(syscall(WAIT, &words[0], 0ul, 1ul, SIZE_U8, &end, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    CHECK(syscall(WAIT, 16l, 0ul, 1ul, SIZE_U32, &end, CLOCK_MONOTONIC) == -1 && errno == EFAULT);
    CHECK(syscall(WAKE, (char *)words + 1, 1ul, 1, SIZE_U32) == -1 && errno == EINVAL);
    pthread_create(&t, NULL, waits_with_mask, (void *)2);
    long woken = 0;
    for (int i = 0; i < 5000 && !woken; i++, usleep(1000)) {
        CHECK(syscall(WAKE, &words[0], 5ul, 1, SIZE_U32 | PRIVATE) == 0); // another mask
        woken = syscall(WAKE, &words[0], 2ul, 1, SIZE_U32 | PRIVATE);
    }
    pthread_join(t, &result);
    CHECK(woken == 1 && result == NULL);
    // Moved to another word, and woken there.
    struct waiter w[2] = {{0, (uint64_t)&words[0], SIZE_U32 | PRIVATE, 0}, {0, (uint64_t)&words[1], SIZE_U32 | PRIVATE, 0}};
    pthread_create(&t, NULL, waits_with_mask, (void *)2);
    long moved = 0;
    for (int i = 0; i < 5000 && !moved; i++, usleep(1000))
        moved = syscall(REQUEUE, w, 0, 0, 1);
    CHECK(moved == 1 && syscall(WAKE, &words[0], ~0u, 1, SIZE_U32 | PRIVATE) == 0);
    CHECK(syscall(WAKE, &words[1], ~0u, 1, SIZE_U32 | PRIVATE) == 1);
    pthread_join(t, &result);
    CHECK(result == NULL);
    w[0].value = 9;
    CHECK(syscall(REQUEUE, w, 0, 0, 1) == -1 && errno == EAGAIN);
    CHECK(syscall(REQUEUE, 16l, 0, 0, 1) == -1 && errno == EFAULT);
}

int main(void)
{
    struct waiter w = {1, (uint64_t)&words[0], SIZE_U32, 0};
    one();
    if (syscall(WAITV, &w, 1, 0, NULL, 0) == -1 && errno == ENOSYS)
        return guest_done();
    several();
    return guest_done();
}
