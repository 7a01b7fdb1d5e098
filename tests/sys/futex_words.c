// SPDX-License-Identifier: MIT
// beyond: futex_waitv, futex_wake, futex_wait, futex_requeue
// The newer futex calls, which name the size of the word; the list of robust mutexes.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { WAITV = 449, WAKE = 454, WAIT, REQUEUE, SIZE_U32 = 2, PRIVATE = 128 };

struct waiter {
    uint64_t value, address;
    uint32_t flags, reserved;
};

static uint32_t word, word2;

static void *wake_later(void *arg)
{
    struct timespec pause = {0, 1000000};
    do
        nanosleep(&pause, NULL);
    while (syscall(WAKE, arg, 0xfffffffful, 1, SIZE_U32 | PRIVATE) == 0);
    return NULL;
}

static struct timespec soon(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    now.tv_sec += 20;
    return now;
}

static void woken(int several)
{
    pthread_t thread;
    struct timespec limit = soon(), past = {0};
    CHECK(pthread_create(&thread, NULL, wake_later, &word2) == 0);
    if (several) {
        struct waiter w[2] = {{0, (uintptr_t)&word, SIZE_U32 | PRIVATE, 0},
                              {0, (uintptr_t)&word2, SIZE_U32 | PRIVATE, 0}};
        CHECK(syscall(WAITV, w, 2u, 0u, &limit, CLOCK_MONOTONIC) == 1); // which one
        w[0].value = 5;
        CHECK(syscall(WAITV, w, 2u, 0u, &limit, CLOCK_MONOTONIC) == -1 && errno == EAGAIN);
        w[0].value = 0;
        CHECK(syscall(WAITV, w, 2u, 0u, &past, CLOCK_MONOTONIC) == -1 && errno == ETIMEDOUT);
        CHECK(syscall(WAITV, 16l, 2u, 0u, &limit, CLOCK_MONOTONIC) == -1 && errno == EFAULT);
        CHECK(syscall(WAITV, w, 0u, 0u, &limit, CLOCK_MONOTONIC) == -1 && errno == EINVAL);
    } else {
        CHECK(syscall(WAIT, &word2, 0ul, 0xfffffffful, SIZE_U32 | PRIVATE, &limit, CLOCK_MONOTONIC) == 0);
        CHECK(syscall(WAIT, &word2, 1ul, 0xfffffffful, SIZE_U32 | PRIVATE, &limit, CLOCK_MONOTONIC) == -1 &&
              errno == EAGAIN);
        CHECK(syscall(WAIT, &word2, 0ul, 0xfffffffful, SIZE_U32 | PRIVATE, &past, CLOCK_MONOTONIC) == -1 &&
              errno == ETIMEDOUT);
        struct waiter w[2] = {{0, (uintptr_t)&word, SIZE_U32 | PRIVATE, 0},
                              {0, (uintptr_t)&word2, SIZE_U32 | PRIVATE, 0}};
        CHECK(syscall(REQUEUE, w, 0u, 1, 1) == 0 && syscall(REQUEUE, w, 1u, 1, 1) == -1 &&
              errno == EINVAL);
        CHECK(syscall(REQUEUE, 16l, 0u, 1, 1) == -1 && errno == EFAULT);
    }
    CHECK(pthread_join(thread, NULL) == 0);
}

int main(void)
{
    struct timespec past = {0};
    struct waiter w = {0, (uintptr_t)&word, SIZE_U32 | PRIVATE, 0};
    CHECK(syscall(WAITV, &w, 1u, 0u, &past, CLOCK_MONOTONIC) == -1);
    if (errno != ENOSYS)
        woken(1);
    if (syscall(WAKE, &word, 0xfffffffful, 1, SIZE_U32 | PRIVATE) == 0)
        woken(0);
    else
        CHECK(errno == ENOSYS);
    void *head = NULL;
    size_t size = 0;
    CHECK(syscall(SYS_get_robust_list, 0, &head, &size) == 0 && size == 24);
    CHECK(syscall(SYS_set_robust_list, head, 24ul) == 0);
    CHECK(syscall(SYS_set_robust_list, head, 8ul) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_get_robust_list, 0, 16l, &size) == -1 && errno == EFAULT);
    long known = syscall(SYS_membarrier, 0, 0u, 0);
    CHECK(known > 0 || errno == ENOSYS);
    CHECK(syscall(SYS_membarrier, 1 << 30, 0u, 0) == -1 && (known < 0 || errno == EINVAL));
    return guest_done();
}
