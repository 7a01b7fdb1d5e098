// SPDX-License-Identifier: MIT
// 600 threads at once: each has its stack, its number, its thread-local storage and its signals; they meet at a barrier, are
// counted in /proc, are all awake together, and end in every way. Then it all happens again.
#define _GNU_SOURCE
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 600 };

static pthread_barrier_t all_here, may_end;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static long counted, turn;
static _Atomic int wrong, signalled, awake;
static int tids[THREADS];
static __thread uint64_t own = 0x1234;

static void handler(int sig)
{
    (void)sig;
    signalled++;
    wrong += own == 0x1234; // not the thread's
}

static void *work(void *argument)
{
    long me = (long)argument;
    volatile long on_stack = me;
    wrong += own != 0x1234;
    own = (uint64_t)me * 0x10001 + 7;
    tids[me] = (int)syscall(SYS_gettid);
    pthread_barrier_wait(&all_here);
    pthread_barrier_wait(&may_end); // the signals come here
    for (int i = 0; i < 50; i++) {
        pthread_mutex_lock(&mutex);
        counted++;
        pthread_mutex_unlock(&mutex);
    }
    pthread_mutex_lock(&mutex);
    if (++turn == THREADS)
        pthread_cond_broadcast(&changed);
    while (turn < THREADS)
        pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    awake++;
    wrong += own != (uint64_t)me * 0x10001 + 7 || on_stack != me || tids[me] != (int)syscall(SYS_gettid);
    if (me % 3 == 0)
        pthread_exit((void *)(me + 1));
    while (me % 3 == 1)
        pause(); // cancelled
    return (void *)(me + 1);
}

static int tasks(void)
{
    int n = 0;
    DIR *folder = opendir("/proc/self/task");
    for (struct dirent *e; folder && (e = readdir(folder));)
        n += e->d_name[0] != '.';
    closedir(folder);
    return n;
}

static void round_of_threads(void)
{
    static pthread_t threads[THREADS];
    pthread_attr_t small;
    void *result;
    counted = turn = 0;
    signalled = awake = 0;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 128 << 10);
    for (long i = 0; i < THREADS; i++) {
        int r = pthread_create(&threads[i], &small, work, (void *)i);
        if (r) {
            printf("thread %ld: %s\n", i, strerror(r));
            CHECK(0);
            _exit(guest_done());
        }
    }
    pthread_barrier_wait(&all_here);
    CHECK(tasks() >= THREADS + 1);
    for (int i = 0; i < THREADS; i++)
        CHECK(syscall(SYS_tgkill, getpid(), tids[i], SIGUSR1) == 0);
    while (signalled < THREADS)
        usleep(1000);
    pid_t pid = fork(); // a child has one of them
    if (!pid)
        _exit(tasks() >= THREADS);
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    pthread_barrier_wait(&may_end);
    while (awake < THREADS)
        usleep(1000);
    for (long i = 1; i < THREADS; i += 3)
        CHECK(pthread_cancel(threads[i]) == 0);
    for (long i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], &result) == 0 && result == (i % 3 == 1 ? PTHREAD_CANCELED : (void *)(i + 1)));
    CHECK(counted == THREADS * 50 && signalled == THREADS && wrong == 0);
    // The kernel shows a thread for a moment after it has been joined.
    for (int i = 0; i < 5000 && tasks() > 2; i++)
        usleep(1000);
    CHECK(tasks() <= 2); // a sanitizer of the emulator has one of its own
    pthread_attr_destroy(&small);
}

static void *sleeps(void *argument)
{
    pthread_barrier_wait(&all_here);
    pause();
    return argument;
}

// A process that ends while all of them sleep.
static void ends_with_all(void)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        pthread_t t;
        for (int i = 0; i < THREADS; i++)
            if (pthread_create(&t, NULL, sleeps, NULL))
                _exit(1);
        pthread_barrier_wait(&all_here);
        _exit(42);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

int main(void)
{
    struct sigaction sa = {.sa_handler = handler, .sa_flags = SA_RESTART};
    sigaction(SIGUSR1, &sa, NULL);
    pthread_barrier_init(&all_here, NULL, THREADS + 1);
    pthread_barrier_init(&may_end, NULL, THREADS + 1);
    round_of_threads();
    round_of_threads();
    ends_with_all();
    return guest_done();
}
