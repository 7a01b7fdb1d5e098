// SPDX-License-Identifier: MIT
// beyond: SA_NOCLDSTOP, and waiting for one that was continued
/*
 * Stopping and continuing: what wait tells, what SIGCHLD says, and that a call which sleeps for a
 * time goes on with what is left of it.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SLEEP_MS = 150, LONG_MS = 20000 };

static volatile int chld;
static volatile siginfo_t told;

static void on_chld(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    memcpy((void *)&told, info, sizeof *info);
    chld++;
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// A call that sleeps SLEEP_MS, as it was made; its result must be that of one that was not disturbed.
static int sleeps(int how)
{
    static int word;
    struct timespec t = {0, SLEEP_MS * 1000000}, at;
    struct epoll_event e;
    uint64_t mask = 0;
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += SLEEP_MS * 1000000;
    if (at.tv_nsec >= 1000000000)
        at.tv_sec++, at.tv_nsec -= 1000000000;
    switch (how) {
    case 0: return nanosleep(&t, NULL) == 0;
    case 1: return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == 0;
    case 2: return poll(NULL, 0, SLEEP_MS) == 0;
    case 3: return syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, &t, NULL, 0) == -1 && errno == ETIMEDOUT;
    case 4: return syscall(SYS_ppoll, NULL, 0L, &t, &mask, 8L) == 0;
    case 5: return syscall(SYS_futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, &at, NULL, -1) == -1 && errno == ETIMEDOUT;
    // These two end, as they do on Linux: however late it is that they are stopped.
    case 6: return epoll_wait(epoll_create1(0), &e, 1, LONG_MS) == -1 && errno == EINTR;
    default: t = (struct timespec){LONG_MS / 1000, 0}; return sigtimedwait(&set, NULL, &t) == -1 && errno == EINTR;
    }
}

// Until the process waits for something, as /proc says.
static void await_sleep(pid_t pid)
{
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    for (int i = 0; i < 2000 && state != 'S'; i++) {
        usleep(1000);
        FILE *stat = fopen(path, "r");
        CHECK(stat && fscanf(stat, "%*d (%*[^)]) %c", &state) == 1);
        if (stat)
            fclose(stat);
    }
}

static void sleep_over_stop(int how)
{
    int status;
    int64_t start = now_ms();
    // The child stays until it is no longer stopped and continued: a busy machine may take its time.
    int stay[2];
    CHECK(pipe(stay) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        char c;
        close(stay[1]);
        bool slept = sleeps(how);
        while (read(stay[0], &c, 1) < 0)
            ;
        _exit(slept ? 0 : 1);
    }
    close(stay[0]);
    usleep(30000);
    await_sleep(pid);
    for (int i = 0; i < (how < 6 ? 3 : 1); i++) {
        kill(pid, SIGSTOP);
        CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
        kill(pid, SIGCONT);
        CHECK(waitpid(pid, &status, WCONTINUED) == pid);
        CHECK(WIFCONTINUED(status));
        usleep(5000);
    }
    close(stay[1]);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (how < 6)
        CHECK(now_ms() - start >= SLEEP_MS);
}

static void await_chld(int count)
{
    while (chld < count)
        usleep(100);
}

// The signals are told one at a time, when there is time: whether this one is, within a while.
static bool is_told(int code, int status)
{
    for (int i = 0; i < 100000 && !(told.si_code == code && told.si_status == status); i++)
        usleep(100);
    return told.si_code == code && told.si_status == status;
}

static void waits(void)
{
    int status;
    siginfo_t info;
    struct sigaction sa = {.sa_sigaction = on_chld, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGCHLD, &sa, NULL);
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    const int stops[] = {SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU};
    setpgid(pid, pid); // those of a terminal do nothing to an orphaned group
    for (int i = 0; i < 4; i++) {
        kill(pid, stops[i]);
        // First the signal: its status is 0 if somebody has waited for the stop before it is sent.
        CHECK(is_told(CLD_STOPPED, stops[i]) && told.si_pid == pid);
        CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == stops[i]);
        CHECK(waitpid(pid, &status, WUNTRACED | WNOHANG) == 0);
        kill(pid, SIGCONT);
        CHECK(waitid(P_PID, (id_t)pid, &info, WCONTINUED | WEXITED) == 0 && info.si_code == CLD_CONTINUED);
        CHECK(info.si_status == SIGCONT && info.si_pid == pid && info.si_signo == SIGCHLD);
        CHECK(is_told(CLD_CONTINUED, SIGCONT)); // the child tells it itself, when it runs
    }
    sa.sa_flags |= SA_NOCLDSTOP;
    sigaction(SIGCHLD, &sa, NULL);
    chld = 0;
    kill(pid, SIGSTOP);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status) && chld == 0);
    kill(pid, SIGCONT);
    CHECK(waitpid(pid, &status, WCONTINUED) == pid && WIFCONTINUED(status) && chld == 0);
    kill(pid, SIGTERM);
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == 0);
    CHECK(info.si_code == CLD_KILLED && info.si_status == SIGTERM && info.si_uid == getuid());
    CHECK(is_told(CLD_KILLED, SIGTERM) && told.si_uid == getuid());
    CHECK(waitpid(pid, &status, 0) == pid && WTERMSIG(status) == SIGTERM);

    chld = 0;
    pid = fork();
    if (pid == 0)
        _exit(77);
    CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 77);
    CHECK(is_told(CLD_EXITED, 77) && told.si_pid == pid);

    // Nothing to wait for: the children's ends are not kept.
    sa.sa_flags = SA_SIGINFO | SA_NOCLDWAIT;
    sigaction(SIGCHLD, &sa, NULL);
    chld = 0;
    if (fork() == 0)
        _exit(1);
    while (waitpid(-1, &status, 0) == -1 && errno == EINTR)
        ;
    CHECK(errno == ECHILD);
    await_chld(1);
    signal(SIGCHLD, SIG_IGN);
    if (fork() == 0)
        _exit(1);
    CHECK(waitpid(-1, &status, 0) == -1 && errno == ECHILD);
    signal(SIGCHLD, SIG_DFL);
}

// A handler for SIGCONT runs when it goes on; SIGTSTP may be caught.
static volatile int caught;

static void on_cont(int sig)
{
    caught = sig;
}

static void handled(void)
{
    int status, p[2];
    char c;
    sigset_t both, none;
    CHECK(pipe(p) == 0);
    sigemptyset(&none);
    sigemptyset(&both);
    sigaddset(&both, SIGCONT);
    sigaddset(&both, SIGTSTP);
    sigprocmask(SIG_BLOCK, &both, NULL); // they come when they are waited for
    pid_t pid = fork();
    if (pid == 0) {
        signal(SIGCONT, on_cont);
        signal(SIGTSTP, on_cont);
        CHECK(write(p[1], "r", 1) == 1);
        CHECK(sigsuspend(&none) == -1 && errno == EINTR && caught == SIGTSTP);
        CHECK(write(p[1], "t", 1) == 1);
        CHECK(sigsuspend(&none) == -1 && errno == EINTR && caught == SIGCONT);
        _exit(guest_failures ? 1 : 9);
    }
    CHECK(read(p[0], &c, 1) == 1 && c == 'r');
    usleep(10000);
    kill(pid, SIGTSTP);
    CHECK(read(p[0], &c, 1) == 1 && c == 't');
    usleep(10000);
    kill(pid, SIGSTOP);
    CHECK(waitpid(pid, &status, WUNTRACED) == pid && WIFSTOPPED(status));
    kill(pid, SIGCONT);
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 9);
    sigprocmask(SIG_UNBLOCK, &both, NULL);
}

int main(void)
{
    for (int how = 0; how < 8; how++)
        sleep_over_stop(how);
    waits();
    handled();
    return guest_done();
}
