// SPDX-License-Identifier: MIT
// timeout: 120
// Waits with a time limit that are disturbed all the time, by what no handler runs for: signals
// that are ignored or blocked, being stopped and continued, mappings that change and code that is
// written anew. They last as long as was asked, not that long again after each disturbance, and end
// as if nothing had been.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WAIT_MS = 100, DISTURB_MS = 10, ENOUGH_MS = 8000, PAGE = 4096 };

static volatile int done;
static pthread_t sleeper;
static int ep, futex_word;
static const struct timespec short_wait = {0, WAIT_MS * 1000000l};

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int in_nanosleep(void)
{
    return nanosleep(&short_wait, NULL) == 0;
}

static int in_clock_nanosleep(void)
{
    return clock_nanosleep(CLOCK_MONOTONIC, 0, &short_wait, NULL) == 0;
}

static int in_poll(void)
{
    return poll(NULL, 0, WAIT_MS) == 0;
}

static int in_futex(void)
{
    return syscall(SYS_futex, &futex_word, FUTEX_WAIT, 0, &short_wait, NULL, 0) == -1 &&
           errno == ETIMEDOUT;
}

static int in_futex_until(void)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += WAIT_MS * 1000000l;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    return syscall(SYS_futex, &futex_word, FUTEX_WAIT_BITSET, 0, &until, NULL, -1) == -1 &&
           errno == ETIMEDOUT;
}

static int in_select(void)
{
    struct timeval t = {0, WAIT_MS * 1000l};
    return select(0, NULL, NULL, NULL, &t) == 0;
}

static int in_ppoll(void)
{
    return ppoll(NULL, 0, &short_wait, NULL) == 0;
}

static int in_epoll(void)
{
    struct epoll_event e;
    return epoll_wait(ep, &e, 1, WAIT_MS) == 0;
}

static int in_sigtimedwait(void)
{
    sigset_t usr2;
    sigemptyset(&usr2);
    sigaddset(&usr2, SIGUSR2);
    return sigtimedwait(&usr2, NULL, &short_wait) == -1 && errno == EAGAIN;
}

static const struct wait {
    const char *name;
    int (*call)(void);
    int ends_when_stopped; // EINTR after being continued (signal(7))
} waits[] = {
    {"nanosleep", in_nanosleep, 0},
    {"clock_nanosleep", in_clock_nanosleep, 0},
    {"poll", in_poll, 0},
    {"futex", in_futex, 0},
    {"futex_until", in_futex_until, 0},
    {"select", in_select, 0},
    {"ppoll", in_ppoll, 0},
    {"epoll", in_epoll, 1},
    {"sigtimedwait", in_sigtimedwait, 1},
};
enum { WAITS = sizeof waits / sizeof waits[0] };

static void by_ignored(void)
{
    pthread_kill(sleeper, SIGURG);
    pthread_kill(sleeper, SIGHUP);
}

static void by_blocked(void)
{
    pthread_kill(sleeper, SIGUSR1);
}

static void by_mapping(void)
{
    char *p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(p != MAP_FAILED);
    *p = 1;
    CHECK(mprotect(p, PAGE, PROT_READ) == 0 && munmap(p, PAGE) == 0);
}

static void by_code(void)
{
#if GUEST_ARM64
    static uint32_t *p;
    static uint32_t n;
    if (!p)
        p = mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                 0);
    p[0] = 0x52800000 | ++n << 5; // movz w0, #n
    p[1] = 0xd65f03c0;            // ret
    __builtin___clear_cache((char *)p, (char *)(p + 2));
    for (int i = 0; i < 200; i++)
        CHECK(((uint32_t(*)(void))p)() == n);
#endif
}

static void (*disturb)(void);

static void *disturbing(void *unused)
{
    (void)unused;
    int64_t until = now_ms() + ENOUGH_MS;
    while (!done && now_ms() < until) {
        disturb();
        usleep(DISTURB_MS * 1000);
    }
    return NULL;
}

static void lasts(const struct wait *w, const char *how)
{
    int64_t from = now_ms();
    int ok = w->call();
    int64_t took = now_ms() - from;
    if (!ok || took < WAIT_MS - 1 || took >= ENOUGH_MS)
        printf("%s, disturbed by %s: %s after %d ms\n", w->name, how,
               ok ? "ended" : strerror(errno), (int)took);
    CHECK(ok);
    CHECK(took >= WAIT_MS - 1);
    CHECK(took < ENOUGH_MS);
}

static void all_by(void (*f)(void), const char *how)
{
    pthread_t other;
    disturb = f;
    for (int i = 0; i < WAITS; i++) {
        done = 0;
        CHECK(pthread_create(&other, NULL, disturbing, NULL) == 0);
        lasts(waits + i, how);
        done = 1;
        pthread_join(other, NULL);
    }
}

// Another process stops this one and lets it go on.
static void all_by_stops(void)
{
    for (int i = 0; i < WAITS; i++) {
        if (waits[i].ends_when_stopped)
            continue;
        pid_t parent = getpid(), pid = fork();
        if (!pid) {
            int64_t until = now_ms() + ENOUGH_MS;
            while (now_ms() < until && getppid() == parent) {
                kill(parent, SIGSTOP);
                usleep(1000);
                kill(parent, SIGCONT);
                usleep(DISTURB_MS * 1000);
            }
            _exit(0);
        }
        lasts(waits + i, "stops");
        kill(pid, SIGKILL);
        CHECK(waitpid(pid, NULL, 0) == pid);
        kill(parent, SIGCONT); // had the child ended between the two
    }
}

int main(void)
{
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR1);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    signal(SIGHUP, SIG_IGN);
    sleeper = pthread_self();
    ep = epoll_create1(0);
    CHECK(ep >= 0);
    all_by(by_ignored, "ignored signals");
    all_by(by_blocked, "blocked signals");
    all_by(by_mapping, "mappings");
    all_by(by_code, "code");
    all_by_stops();
    // There is none to be resumed.
    CHECK(syscall(SYS_restart_syscall) == -1 && errno == EINTR);
    return guest_done();
}
