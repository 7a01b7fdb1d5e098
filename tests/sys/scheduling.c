// SPDX-License-Identifier: MIT
// beyond: sched_setattr
// Scheduling: policies, parameters, priorities, deadlines' attributes, input and output priority.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct attr {
    uint32_t size, policy;
    uint64_t flags;
    int32_t nice;
    uint32_t priority;
    uint64_t runtime, deadline, period;
    uint32_t util_min, util_max;
};

static void policies(void)
{
    struct sched_param none = {0};
    CHECK(sched_setscheduler(0, SCHED_BATCH, &none) == 0 && sched_getscheduler(0) == SCHED_BATCH);
    CHECK(sched_setparam(0, &none) == 0 && sched_getparam(0, &none) == 0 && !none.sched_priority);
    none.sched_priority = 5;
    CHECK(sched_setparam(0, &none) == -1 && errno == EINVAL);
    CHECK(sched_setscheduler(0, 77, &none) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, 16l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_sched_setparam, 0, 16l) == -1 && errno == EFAULT);
    none.sched_priority = 0;
    CHECK(sched_setscheduler(0, SCHED_OTHER, &none) == 0);
    struct timespec interval = {-1, -1};
    CHECK(sched_rr_get_interval(0, &interval) == 0 && interval.tv_sec >= 0);
    CHECK(syscall(SYS_sched_rr_get_interval, 0, 16l) == -1 && errno == EFAULT);
}

static void attributes(void)
{
    struct attr a = {0};
    CHECK(syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) == 0 && a.size >= 48 &&
          a.policy == SCHED_OTHER);
    a = (struct attr){.size = 48, .policy = SCHED_BATCH, .nice = 3};
    CHECK(syscall(SYS_sched_setattr, 0, &a, 0) == 0);
    CHECK(syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) == 0 && a.policy == SCHED_BATCH &&
          a.nice == 3 && getpriority(PRIO_PROCESS, 0) == 3);
    CHECK(syscall(SYS_sched_getattr, 0, &a, 8u, 0) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_sched_getattr, 0, &a, sizeof a, 1) == -1 && errno == EINVAL);
    a.policy = 99;
    CHECK(syscall(SYS_sched_setattr, 0, &a, 0) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_sched_setattr, 0, 16l, 0) == -1 && errno == EFAULT);
}

static void priorities(void)
{
    errno = 0;
    CHECK(setpriority(PRIO_PROCESS, 0, 7) == 0 && getpriority(PRIO_PROCESS, 0) == 7 && !errno);
    CHECK(syscall(SYS_getpriority, PRIO_PROCESS, 0) == 13); // 20 less the value: never an error
    CHECK(setpriority(77, 0, 0) == -1 && errno == EINVAL && getpriority(77, 0) == -1);
    enum { WHO_PROCESS = 1, BEST_EFFORT = 2 << 13 };
    CHECK(syscall(SYS_ioprio_set, WHO_PROCESS, 0, BEST_EFFORT | 6) == 0 &&
          syscall(SYS_ioprio_get, WHO_PROCESS, 0) == (BEST_EFFORT | 6));
    CHECK(syscall(SYS_ioprio_set, 9, 0, BEST_EFFORT) == -1 && errno == EINVAL);
}

int main(void)
{
    policies();
    attributes();
    priorities();
    return guest_done();
}
