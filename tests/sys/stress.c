// SPDX-License-Identifier: MIT
// label: full
// timeout: 240
// beyond: programs are executed without help from the kernel
// A program of 64 threads, each doing in turn: locks of every kind and condition variables, signals
// to others, timers, children made by fork and vfork, some of which end while they hold a robust
// lock, are killed or execute a program, pipes, sockets, mappings, faults that a handler mends, code
// that is written and run. For as many seconds as the first argument says (default: 4; ten minutes
// by hand), and until each thread has come around. At the end nothing may be left over: no children,
// no mappings, no descriptors, no locks, no memory.
#define _GNU_SOURCE
#include "guest.h"
#include "stress_talk.h"

#include <dirent.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { THREADS = 64, PAGE = 4096, TURN = 8 }; // rounds in which all is done once

static pthread_t threads[THREADS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static unsigned long shared, added[THREADS], rounds[THREADS];
static volatile int stop, signals, alarms, mended;
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
    __atomic_fetch_add(sig == SIGUSR1 ? &signals : &alarms, 1, __ATOMIC_RELAXED);
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
    for (int i = 1; i < 4; i++)
        note(send_value(threads[(me + i * 11) % THREADS], me + i));
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

// A page that nobody may touch, until somebody has.
static __thread char *volatile guarded;

static void open_up(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    char *at = (char *)((uintptr_t)info->si_addr & -(uintptr_t)PAGE);
    if (!guarded || at != guarded || info->si_code != SEGV_ACCERR || mprotect(at, PAGE, PROT_READ | PROT_WRITE))
        abort();
    __atomic_fetch_add(&mended, 1, __ATOMIC_RELAXED);
}

static void use_guard(int me)
{
    char *p = mmap(0, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        note(0);
        return;
    }
    memset(p, me, 3 * PAGE);
    for (int i = 0; i < 3; i++) {
        volatile char *at = p + PAGE;
        guarded = p + PAGE;
        note(mprotect(guarded, PAGE, PROT_NONE) == 0);
        at[i] = (char)(me + i + 1);
        note(at[i] == (char)(me + i + 1) && at[3] == (char)me);
        guarded = NULL;
    }
    note(madvise(p, 2 * PAGE, MADV_DONTNEED) == 0 && p[PAGE] == 0 && p[2 * PAGE] == (char)me);
    char *q = mmap(p + PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    note(q == p + PAGE && q[5] == 0);
    note(munmap(p, 3 * PAGE) == 0);
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
        use_guard(me);
        change_code(me);
        note(use_pipe(me, rounds[me]));
        note(use_socket());
        switch (rounds[me] % TURN) {
        case 0: note(use_timer(me)); break;
        case 1:
        case 5: make_child(me); break;
        case 3: note(use_program(me, me & 1)); break;
        case 7: note(use_kill()); break;
        }
        rounds[me]++;
    }
    pthread_barrier_wait(&end); // all has been sent
    getppid();                  // and come
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

static void set_handlers(void)
{
    sigaction(SIGUSR1, &(struct sigaction){.sa_handler = caught, .sa_flags = SA_RESTART}, NULL);
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = caught, .sa_flags = SA_RESTART}, NULL);
    sigaction(SIGRTMIN, &(struct sigaction){.sa_sigaction = value_comes, .sa_flags = SA_RESTART | SA_SIGINFO}, NULL);
    sigaction(SIGSEGV, &(struct sigaction){.sa_sigaction = open_up, .sa_flags = SA_SIGINFO}, NULL);
}

// KiB that the process has in memory.
static long resident(void)
{
    char line[128];
    long n = 0;
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &n);
    if (f)
        fclose(f);
    return n;
}

// A long run has a state that stays: what is there after a quarter of the time is there at the end.
static void run_for(int seconds)
{
    enum { LONG = 60, MORE = 16 << 10 };
    long first = 0, last;
    const struct itimerval every = {{0, 7000}, {0, 7000}};
    CHECK(setitimer(ITIMER_REAL, &every, NULL) == 0);
    time_t begin = time(NULL), now;
    while ((now = time(NULL)) < begin + seconds) {
        usleep(100000);
        if (!first && now >= begin + seconds / 4)
            first = resident();
    }
    for (int i = 0; i < THREADS; i++)
        while (__atomic_load_n(&rounds[i], __ATOMIC_RELAXED) < TURN)
            usleep(10000);
    last = resident();
    if (seconds >= LONG)
        printf("resident: %ld KiB, then %ld\n", first, last);
    CHECK(seconds < LONG || (first > 0 && last < first + MORE));
    CHECK(setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL) == 0);
}

static void check_counts(void)
{
    unsigned long sum = 0, all = 0;
    for (int i = 0; i < THREADS; i++) {
        sum += added[i];
        all += rounds[i];
    }
    CHECK(sum == shared);
    CHECK(pair[0] == pair[1] && pair[0] > 0);
    sum = 0;
    for (int i = 0; i < THREADS; i++)
        sum += inherited_by[i];
    CHECK(sum == inherited && sum > 0);
    for (int i = 0; i < 2; i++)
        CHECK(take(robust + i) && robust[i].left == robust[i].found && robust[i].left > 0);
    CHECK(signals > 0 && alarms > 0 && mended > 0);
    CHECK(values_sent == values_come && values_sent > 0 && values_wrong == 0);
    CHECK(records_in == records_out && records_in > 0);
    CHECK(faults == 0);
    if (faults)
        printf("%d faults, the last in line %d\n", faults, fault_line);
    printf("%lu rounds\n", all);
}

int main(int argc, char **argv)
{
    if (argc > 1 && !strcmp(argv[1], "answer"))
        return answer();
    set_handlers();
    int files = count_in("/proc/self/fd");
    CHECK(pipe2(common, O_CLOEXEC) == 0);
    make_locks();
    pthread_barrier_init(&end, NULL, THREADS);
    pthread_mutex_lock(&lock); // all are there before the first looks for others
    for (intptr_t i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, work, (void *)i) == 0);
    pthread_mutex_unlock(&lock);
    run_for(argc > 1 ? atoi(argv[1]) : 4);
    stop = 1;
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    check_counts();
    close(common[0]);
    close(common[1]);
    CHECK(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
    CHECK(count_in("/proc/self/fd") == files);
    // ., .. and this one, as soon as the others are gone from there
    for (int i = 0; i < 1000 && count_in("/proc/self/task") != 3; i++)
        usleep(5000);
    CHECK(count_in("/proc/self/task") == 3);
    return guest_done();
}
