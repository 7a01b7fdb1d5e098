// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static int child_status(void (*body)(void))
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        body();
        _exit(0);
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    return status;
}

static void exit_7(void)
{
    _exit(7);
}
static void by_segv(void)
{
    *(volatile char *)0 = 1;
}
static void by_abort(void)
{
    abort();
}
static void by_term(void)
{
    kill(getpid(), SIGTERM);
    pause();
}
static void by_kill(void)
{
    raise(SIGKILL);
}

static void endings(void)
{
    int s = child_status(exit_7);
    CHECK(WIFEXITED(s) && WEXITSTATUS(s) == 7);
    s = child_status(by_segv);
    CHECK(WIFSIGNALED(s) && WTERMSIG(s) == SIGSEGV);
    s = child_status(by_abort);
    CHECK(WIFSIGNALED(s) && WTERMSIG(s) == SIGABRT);
    s = child_status(by_term);
    CHECK(WIFSIGNALED(s) && WTERMSIG(s) == SIGTERM);
    s = child_status(by_kill);
    CHECK(WIFSIGNALED(s) && WTERMSIG(s) == SIGKILL);
    CHECK(waitpid(-1, &s, 0) == -1 && errno == ECHILD);
    struct rusage usage;
    pid_t pid = fork();
    if (pid == 0) {
        raise(SIGSTOP);
        _exit(3);
    }
    CHECK(waitpid(pid, &s, WUNTRACED) == pid && WIFSTOPPED(s) && WSTOPSIG(s) == SIGSTOP);
    CHECK(waitpid(pid, &s, WNOHANG) == 0);
    CHECK(kill(pid, SIGCONT) == 0 && wait4(pid, &s, 0, &usage) == pid && WEXITSTATUS(s) == 3);
    siginfo_t info = {0};
    pid = fork();
    if (pid == 0)
        _exit(9);
    CHECK(waitid(P_PID, (id_t)pid, &info, WEXITED) == 0 && info.si_code == CLD_EXITED &&
          info.si_status == 9);
    pid = vfork();
    if (pid == 0)
        _exit(4);
    CHECK(waitpid(pid, &s, 0) == pid && WEXITSTATUS(s) == 4);
}

static void memory(void)
{
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    static int private = 1;
    int s;
    pid_t pid = fork();
    if (pid == 0) {
        private = 2;
        *shared = private * 10 + (getppid() > 1);
        _exit(0);
    }
    CHECK(waitpid(pid, &s, 0) == pid && *shared == 21 && private == 1);
}

static volatile sig_atomic_t child_signals;

static void on_child(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    child_signals++;
    CHECK(info->si_code == CLD_EXITED && info->si_status == 5);
}

static void notification(void)
{
    struct sigaction sa = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO | SA_RESTART};
    sigaction(SIGCHLD, &sa, NULL);
    pid_t pid = fork();
    if (pid == 0)
        _exit(5);
    int s;
    CHECK(waitpid(pid, &s, 0) == pid && child_signals == 1);
    signal(SIGCHLD, SIG_DFL);
}

static void pipes(void)
{
    int fds[2], s;
    CHECK(pipe2(fds, O_CLOEXEC) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        close(fds[0]);
        for (int i = 0; i < 1000; i++)
            if (write(fds[1], "0123456789abcdef0123456789abcdef", 32) != 32)
                _exit(1);
        _exit(0);
    }
    close(fds[1]);
    char buffer[1000];
    long total = 0, n;
    while ((n = read(fds[0], buffer, sizeof buffer)) > 0)
        total += n;
    CHECK(total == 32000 && waitpid(pid, &s, 0) == pid && s == 0);
    close(fds[0]);
    CHECK(pipe2(fds, O_NONBLOCK) == 0 && read(fds[0], buffer, 1) == -1 && errno == EAGAIN);
    signal(SIGPIPE, SIG_IGN);
    close(fds[0]);
    CHECK(write(fds[1], "x", 1) == -1 && errno == EPIPE);
    close(fds[1]);
}

static void waiting(void)
{
    int fds[2], pair[2];
    char c;
    CHECK(pipe(fds) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    struct pollfd p[2] = {{fds[0], POLLIN, 0}, {pair[0], POLLIN | POLLOUT, 0}};
    CHECK(poll(p, 1, 10) == 0);
    CHECK(poll(p, 2, 1000) == 1 && p[0].revents == 0 && p[1].revents == POLLOUT);
    CHECK(write(fds[1], "a", 1) == 1 && poll(p, 1, -1) == 1 && p[0].revents == POLLIN);
    struct timespec ts = {0, 1000};
    sigset_t none;
    sigemptyset(&none);
    CHECK(ppoll(p, 1, &ts, &none) == 1);
    fd_set r;
    FD_ZERO(&r);
    FD_SET(fds[0], &r);
    FD_SET(pair[0], &r);
    struct timeval tv = {1, 0};
    CHECK(select(100, &r, NULL, NULL, &tv) == 1 && FD_ISSET(fds[0], &r) && !FD_ISSET(pair[0], &r));
    CHECK(read(fds[0], &c, 1) == 1);
    FD_SET(fds[0], &r);
    ts.tv_nsec = 2000000;
    CHECK(pselect(100, &r, NULL, NULL, &ts, &none) == 0 && !FD_ISSET(fds[0], &r));
    int ep = epoll_create1(EPOLL_CLOEXEC), ev = eventfd(0, EFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = 0x1122334455667788}, got[4];
    CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, ev, &event) == 0);
    event.data.u64 = 0x99aabbccddeeff00;
    CHECK(epoll_ctl(ep, EPOLL_CTL_ADD, pair[0], &event) == 0);
    CHECK(epoll_wait(ep, got, 4, 5) == 0);
    CHECK(eventfd_write(ev, 5) == 0 && epoll_wait(ep, got, 4, 1000) == 1 &&
          got[0].data.u64 == 0x1122334455667788);
    eventfd_t value;
    CHECK(eventfd_read(ev, &value) == 0 && value == 5);
    CHECK(send(pair[1], "hey", 3, 0) == 3 && epoll_wait(ep, got, 4, 1000) == 1 &&
          got[0].data.u64 == 0x99aabbccddeeff00);
    char buf[8];
    CHECK(recv(pair[0], buf, 8, 0) == 3 && shutdown(pair[1], SHUT_WR) == 0 &&
          recv(pair[0], buf, 8, 0) == 0);
}

int main(void)
{
    endings();
    memory();
    notification();
    pipes();
    waiting();
    return guest_done();
}
