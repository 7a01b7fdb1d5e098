// SPDX-License-Identifier: MIT
// label: slow
// timeout: 240
// A program of 64 threads, each doing in turn: locks of every kind and condition variables, signals
// to others, children made by fork and vfork, some of which end while they hold a robust lock,
// mappings, code that is written and run. For as many seconds as the first argument says (default:
// 20; two minutes by hand). Each thread must have come around, and at the end nothing may be left
// over: no children, no mappings, no descriptors, no locks.
#define _GNU_SOURCE
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 64, PAGE = 4096 };

static pthread_t threads[THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned long shared, added[THREADS], rounds[THREADS];
static volatile int stop, signals;
static pthread_rwlock_t pair_lock = PTHREAD_RWLOCK_INITIALIZER;
static unsigned long pair[2]; // always the same, for who has the lock
static pthread_mutex_t inheriting;
static unsigned long inherited, inherited_by[THREADS];
// Shared with the children, who leave it locked: robust, and robust with priority inheritance. With
// each the number of children that have left it so, and of threads that were told.
static struct left {
    pthread_mutex_t lock;
    unsigned long left, found;
} * robust;
static pthread_barrier_t end; // nobody is gone before nobody is asked for any more
static int faults, fault_line;

static void note_at(int ok, int line)
{
    if (ok)
        return;
    __atomic_fetch_add(&faults, 1, __ATOMIC_RELAXED);
    fault_line = line;
}
#define note(ok) note_at(ok, __LINE__)

static void caught(int sig)
{
    __atomic_fetch_add(&signals, sig == SIGUSR1, __ATOMIC_RELAXED);
}

static void use_locks(int me)
{
    for (int i = 0; i < 20; i++) {
        pthread_mutex_lock(&lock);
        shared++;
        added[me]++;
        if (i % 5 == 0)
            pthread_cond_broadcast(&changed);
        if (i == 10) {
            struct timespec soon;
            clock_gettime(CLOCK_REALTIME, &soon);
            soon.tv_nsec += 1000000;
            soon.tv_sec += soon.tv_nsec / 1000000000;
            soon.tv_nsec %= 1000000000;
            pthread_cond_timedwait(&changed, &lock, &soon);
        }
        pthread_mutex_unlock(&lock);
    }
}

static void use_pair(int me)
{
    for (int i = 0; i < 6; i++) {
        int write = (me + i) % 5 == 0;
        note((write ? pthread_rwlock_wrlock(&pair_lock) : pthread_rwlock_rdlock(&pair_lock)) == 0);
        unsigned long n = pair[0];
        if (write)
            pair[0]++;
        if (i == 3)
            sched_yield();
        if (write)
            pair[1]++;
        note(pair[1] == n + (unsigned long)write);
        note(pthread_rwlock_unlock(&pair_lock) == 0);
    }
}

static void use_inheriting(int me)
{
    for (int i = 0; i < 4; i++) {
        note((i % 3 == 2
                  ? pthread_mutex_trylock(&inheriting) == EBUSY && pthread_mutex_lock(&inheriting)
                  : pthread_mutex_lock(&inheriting)) == 0);
        inherited++;
        inherited_by[me]++;
        note(pthread_mutex_unlock(&inheriting) == 0);
    }
}

// True when it is locked, whether or not the owner before has ended with it.
static int take(struct left *it)
{
    int e = pthread_mutex_lock(&it->lock);
    if (e != EOWNERDEAD)
        return e == 0;
    it->found++;
    return pthread_mutex_consistent(&it->lock) == 0;
}

static void use_robust(void)
{
    for (int i = 0; i < 4; i++) {
        struct left *it = robust + i % 2;
        note(take(it));
        note(it->left == it->found);
        note(pthread_mutex_unlock(&it->lock) == 0);
    }
}

static void send_signals(int me)
{
    for (int i = 1; i < 4; i++)
        pthread_kill(threads[(me + i * 7) % THREADS], SIGUSR1);
}

static int wait_for(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void make_child(int me)
{
    pid_t pid = me % 2 ? fork() : vfork();
    if (!pid) {
        if (me % 4 == 1 && take(robust + me / 4 % 2))
            robust[me / 4 % 2].left++;
        _exit(me);
    }
    note(pid > 0 && wait_for(pid) == me);
}

static void use_memory(int me)
{
    size_t size = PAGE * (1 + (size_t)me % 8);
    char *p = mmap(0, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        note(0);
        return;
    }
    memset(p, me, size);
    note(mprotect(p, size, PROT_READ) == 0 && p[size - 1] == me);
    char *q = mremap(p, size, size + PAGE, MREMAP_MAYMOVE);
    note(q != MAP_FAILED && q[size - 1] == me && q[size] == 0);
    note(munmap(q, size + PAGE) == 0);
}

#if GUEST_ARM64
// movz w0, #n; ret
static void write_code(uint32_t *to, unsigned n)
{
    to[0] = 0x52800000 | n << 5;
    to[1] = 0xd65f03c0;
    __builtin___clear_cache((char *)to, (char *)(to + 2));
}
#else
static void write_code(uint32_t *to, unsigned n)
{
    uint8_t code[6] = {0xb8, (uint8_t)n, (uint8_t)(n >> 8), 0, 0, 0xc3};
    memcpy(to, code, sizeof code);
}
#endif

static void change_code(int me)
{
    uint32_t *p =
        mmap(0, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        note(0);
        return;
    }
    for (unsigned n = 0; n < 4; n++) {
        write_code(p, (unsigned)me * 8 + n);
        for (int i = 0; i < 60; i++)
            note(((unsigned (*)(void))p)() == (unsigned)me * 8 + n);
    }
    munmap(p, PAGE);
}

static void *work(void *argument)
{
    int me = (int)(intptr_t)argument;
    while (!stop) {
        use_locks(me);
        use_pair(me);
        use_inheriting(me);
        use_robust();
        send_signals(me);
        use_memory(me);
        change_code(me);
        if (rounds[me] % 4 == 0)
            make_child(me);
        rounds[me]++;
    }
    pthread_barrier_wait(&end);
    return NULL;
}

static void make_locks(void)
{
    pthread_mutexattr_t kind;
    pthread_mutexattr_init(&kind);
    CHECK(pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_INHERIT) == 0);
    CHECK(pthread_mutex_init(&inheriting, &kind) == 0);
    robust = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(robust != MAP_FAILED);
    CHECK(pthread_mutexattr_setpshared(&kind, PTHREAD_PROCESS_SHARED) == 0);
    CHECK(pthread_mutexattr_setrobust(&kind, PTHREAD_MUTEX_ROBUST) == 0);
    CHECK(pthread_mutex_init(&robust[1].lock, &kind) == 0);
    CHECK(pthread_mutexattr_setprotocol(&kind, PTHREAD_PRIO_NONE) == 0);
    CHECK(pthread_mutex_init(&robust[0].lock, &kind) == 0);
}

static int count_in(const char *folder)
{
    int n = 0;
    DIR *d = opendir(folder);
    while (d && readdir(d))
        n++;
    if (d)
        closedir(d);
    return n;
}

int main(int argc, char **argv)
{
    int seconds = argc > 1 ? atoi(argv[1]) : 20;
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = caught, .sa_flags = SA_RESTART}, NULL);
    int files = count_in("/proc/self/fd");
    make_locks();
    pthread_barrier_init(&end, NULL, THREADS);
    pthread_mutex_lock(&lock); // all are there before the first looks for others
    for (intptr_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    pthread_mutex_unlock(&lock);
    while (seconds-- > 0)
        sleep(1);
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    unsigned long sum = 0;
    for (int i = 0; i < THREADS; i++) {
        CHECK(rounds[i] > 0);
        sum += added[i];
    }
    CHECK(sum == shared);
    CHECK(pair[0] == pair[1] && pair[0] > 0);
    sum = 0;
    for (int i = 0; i < THREADS; i++)
        sum += inherited_by[i];
    CHECK(sum == inherited && sum > 0);
    for (int i = 0; i < 2; i++)
        CHECK(take(robust + i) && robust[i].left == robust[i].found && robust[i].left > 0);
    CHECK(signals > 0);
    CHECK(faults == 0);
    if (faults)
        printf("%d faults, the last in line %d\n", faults, fault_line);
    CHECK(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
    CHECK(count_in("/proc/self/fd") == files);
    // ., .. and this one, as soon as the others are gone from there
    for (int i = 0; i < 1000 && count_in("/proc/self/task") != 3; i++)
        usleep(5000);
    CHECK(count_in("/proc/self/task") == 3);
    return guest_done();
}
