// SPDX-License-Identifier: MIT
// Users and groups belong to threads; the C library changes those of all threads, by a signal that
// it has taken for itself. With few threads and many, from the first and from another, and in
// children.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 12, OTHER = 4321, SIGNAL = 33 };

static pthread_barrier_t changed, looked;
static volatile int end;
static gid_t wanted;
static int wrong;

static gid_t group(void)
{
    gid_t real, effective, saved;
    return getresgid(&real, &effective, &saved) == 0 && real == effective ? real : (gid_t)-1;
}

static void *look(void *unused)
{
    for (;;) {
        pthread_barrier_wait(&changed);
        if (end)
            return unused;
        __atomic_fetch_add(&wrong, group() != wanted, __ATOMIC_RELAXED);
        pthread_barrier_wait(&looked);
    }
}

static void *compute(void *unused)
{
    volatile unsigned sum = 0;
    while (!end)
        sum = sum * 5 + 1;
    return unused;
}

static void *change(void *to)
{
    wanted = (gid_t)(uintptr_t)to;
    CHECK(setresgid(wanted, wanted, -1) == 0);
    pthread_barrier_wait(&changed);
    pthread_barrier_wait(&looked);
    return NULL;
}

static void in_all(gid_t other)
{
    pthread_t threads[THREADS], changing, busy;
    gid_t own = getgid();
    end = wrong = 0;
    pthread_barrier_init(&changed, NULL, THREADS + 1);
    pthread_barrier_init(&looked, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, look, NULL) == 0);
    CHECK(pthread_create(&busy, NULL, compute, NULL) == 0);
    for (int i = 0; i < 8; i++) {
        gid_t to = i % 2 ? own : other;
        if (i % 4 < 2) {
            change((void *)(uintptr_t)to);
        } else {
            CHECK(pthread_create(&changing, NULL, change, (void *)(uintptr_t)to) == 0);
            pthread_join(changing, NULL);
        }
        CHECK(group() == to);
    }
    CHECK(wrong == 0);
    end = 1;
    pthread_barrier_wait(&changed);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_join(busy, NULL);
    CHECK(group() == own);
}

static int status_of(pid_t pid)
{
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

// Only the thread that makes the call, when the C library is not asked.
static void *alone(void *other)
{
    gid_t own = getgid();
    if (syscall(SYS_setresgid, -1, (gid_t)(uintptr_t)other, -1) == 0)
        CHECK(getegid() == (gid_t)(uintptr_t)other && own == getgid());
    return NULL;
}

// Nobody has the signal but the program.
static void *nothing(void *unused)
{
    return unused;
}

static void signal_is_the_programs(void)
{
    struct {
        uint64_t handler, rest[3];
    } none = {0}, now = {1};
    pthread_t t;
    CHECK(pthread_create(&t, NULL, nothing, NULL) == 0 && pthread_join(t, NULL) == 0);
    CHECK(syscall(SYS_rt_sigaction, SIGNAL, &none, NULL, 8) == 0);
    CHECK(pthread_create(&t, NULL, nothing, NULL) == 0 && pthread_join(t, NULL) == 0);
    CHECK(syscall(SYS_rt_sigaction, SIGNAL, NULL, &now, 8) == 0 && now.handler == 0);
    syscall(SYS_tgkill, getpid(), syscall(SYS_gettid), SIGNAL);
}

int main(void)
{
    gid_t own = getgid(), other = getuid() == 0 ? OTHER : own;
    pid_t pid = fork();
    if (!pid) {
        signal_is_the_programs();
        _exit(1);
    }
    int status = status_of(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGNAL);
    in_all(other);
    pthread_t t;
    CHECK(pthread_create(&t, NULL, alone, (void *)(uintptr_t)other) == 0 &&
          pthread_join(t, NULL) == 0);
    CHECK(getegid() == own);
    pid = fork();
    if (!pid) {
        in_all(other);
        _exit(guest_failures != 0);
    }
    CHECK(status_of(pid) == 0);
    if (getuid() == 0) {
        gid_t groups[2] = {OTHER, OTHER + 1}, got[4];
        CHECK(setgroups(2, groups) == 0 && getgroups(4, got) == 2 && got[1] == OTHER + 1);
        CHECK(setreuid(OTHER, OTHER) == 0 && geteuid() == OTHER && setuid(0) == -1 &&
              errno == EPERM);
    }
    return guest_done();
}
