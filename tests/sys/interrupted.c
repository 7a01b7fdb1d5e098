// SPDX-License-Identifier: MIT
// Calls that block and signals: which calls end, which go on, and that no signal is lost in
// between.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile int seen, pipe_to_feed = -1;

static void handler(int sig)
{
    (void)sig;
    seen++;
    if (pipe_to_feed >= 0)
        CHECK(write(pipe_to_feed, "x", 1) == 1);
}

// One after that time, or one each such time.
static void alarm_in_ms(int ms, int flags, bool again)
{
    struct sigaction sa = {.sa_handler = handler, .sa_flags = flags};
    struct itimerval t = {.it_value = {0, ms * 1000}, .it_interval = {0, again ? ms * 1000 : 0}};
    sigaction(SIGALRM, &sa, NULL);
    seen = 0;
    setitimer(ITIMER_REAL, &t, NULL);
}

static void no_alarm(void)
{
    setitimer(ITIMER_REAL, &(struct itimerval){0}, NULL);
}

// The first may come before the call, on a busy machine.
#define INTERRUPTED(call)                                   \
    do {                                                    \
        alarm_in_ms(15, 0, true);                           \
        CHECK((call) == -1 && errno == EINTR && seen >= 1); \
        no_alarm();                                         \
    } while (0)

int main(void)
{
    int p[2], s[2];
    char c;
    CHECK(pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, s) == 0);
    struct pollfd f = {p[0], POLLIN, 0};
    struct epoll_event e;
    struct timespec longer = {10, 0};
    int ep = epoll_create1(0);
    INTERRUPTED(read(p[0], &c, 1));
    INTERRUPTED(recv(s[0], &c, 1, 0));
    INTERRUPTED(poll(&f, 1, -1));
    INTERRUPTED(epoll_wait(ep, &e, 1, -1));
    INTERRUPTED(nanosleep(&longer, NULL));
    INTERRUPTED(pause());
    pid_t pid = fork();
    if (!pid) {
        pause();
        _exit(1);
    }
    INTERRUPTED(waitpid(pid, NULL, 0));
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, NULL, 0) == pid);

    // With SA_RESTART a read goes on and gets what the handler wrote; a poll never does.
    pipe_to_feed = p[1];
    alarm_in_ms(15, SA_RESTART, false);
    CHECK(read(p[0], &c, 1) == 1 && c == 'x' && seen == 1);
    pipe_to_feed = -1;
    alarm_in_ms(15, SA_RESTART, true);
    CHECK(poll(&f, 1, -1) == -1 && errno == EINTR);
    no_alarm();

    // A timer that fires all the time, at any point between two calls: every wait must end.
    struct itimerval often = {.it_value = {0, 300}, .it_interval = {0, 300}};
    sigset_t block, old;
    sigemptyset(&block);
    sigaddset(&block, SIGALRM);
    sigprocmask(SIG_BLOCK, &block, &old);
    seen = 0;
    setitimer(ITIMER_REAL, &often, NULL);
    for (int i = 0; i < 300; i++) {
        int before = seen;
        sigsuspend(&old);
        CHECK(seen > before);
    }
    for (int i = 0; i < 300; i++) {
        int before = seen;
        CHECK(ppoll(NULL, 0, NULL, &old) == -1 && errno == EINTR && seen > before);
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    for (int i = 0; i < 300; i++)
        CHECK(pause() == -1 && errno == EINTR);
    return guest_done();
}
