// SPDX-License-Identifier: MIT
// Futexes between processes: waiting, waking, time limits; robust lists of processes that die.
// beyond: robust lists
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long futex(unsigned *word, int op, unsigned value, const struct timespec *timeout,
                  unsigned *other, unsigned v3)
{
    return syscall(SYS_futex, word, op, value, timeout, other, v3);
}

static pid_t child(void (*body)(unsigned *), unsigned *words)
{
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        body(words);
        _exit(guest_failures);
    }
    return pid;
}

static void waiter(unsigned *w)
{
    while (__atomic_load_n(w, __ATOMIC_ACQUIRE) == 0) {
        long r = futex(w, FUTEX_WAIT, 0, NULL, NULL, 0);
        CHECK(r == 0 || errno == EAGAIN);
    }
}

static pthread_mutex_t *mutex;

static void dies_holding(unsigned *w)
{
    (void)w;
    pthread_mutex_lock(mutex);
    raise(SIGKILL);
}

int main(void)
{
    int status;
    unsigned *w = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct timespec little = {0, 10000000}, past = {1, 0};
    CHECK(futex(w, FUTEX_WAIT, 1, NULL, NULL, 0) == -1 && errno == EAGAIN);
    CHECK(futex(w, FUTEX_WAIT, 0, &little, NULL, 0) == -1 && errno == ETIMEDOUT);
    CHECK(futex(w, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &past, NULL, ~0u) == -1 &&
          errno == ETIMEDOUT);
    CHECK(futex(w, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0) == 0);
    CHECK(futex((unsigned *)3, FUTEX_WAKE, 1, NULL, NULL, 0) == -1 && errno == EINVAL);
    CHECK(futex((unsigned *)16, FUTEX_WAIT, 1, NULL, NULL, 0) == -1 && errno == EFAULT);
    CHECK(futex(w, 99, 1, NULL, NULL, 0) == -1 && errno == ENOSYS);
    pid_t pid = child(waiter, w);
    usleep(20000);
    __atomic_store_n(w, 1, __ATOMIC_RELEASE);
    CHECK(futex(w, FUTEX_WAKE, 1, NULL, NULL, 0) <= 1 && waitpid(pid, &status, 0) == pid &&
          status == 0);

    pthread_mutexattr_t attr;
    mutex = (pthread_mutex_t *)(w + 64);
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &attr);
    pid = child(dies_holding, w);
    CHECK(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGKILL);
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec += 5;
    CHECK(pthread_mutex_timedlock(mutex, &limit) == EOWNERDEAD);
    CHECK(pthread_mutex_consistent(mutex) == 0 && pthread_mutex_unlock(mutex) == 0);
    return guest_done();
}
