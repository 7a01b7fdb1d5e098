// SPDX-License-Identifier: MIT
// beyond: ptrace
// A child that another process traces: its parent cannot, is told that it has ended all the same,
// and may trace others.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static int to_tracer[2], to_parent[2];

static long try_it(int how, pid_t pid)
{
    errno = 0;
    return ptrace(how ? PTRACE_SEIZE : PTRACE_ATTACH, pid, NULL, NULL);
}

// The parent of the child: in `how` with either request, and with one child that ends by itself.
static int parent(int how)
{
    int status = -1;
    int go[2];
    char c;
    CHECK(pipe(go) == 0);
    pid_t pid = fork();
    if (!pid)
        _exit(read(go[0], &c, 1) + 2);
    CHECK(write(to_tracer[1], &pid, sizeof pid) == sizeof pid);
    CHECK(read(to_parent[0], &c, 1) == 1);
    CHECK(try_it(how % 2, pid) == -1 && errno == EPERM);
    CHECK(how < 2 ? kill(pid, SIGKILL) == 0 : write(go[1], "", 1) == 1);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(how < 2 ? WIFSIGNALED(status) : WEXITSTATUS(status) == 3);
    CHECK(waitpid(pid, &status, 0) == -1 && errno == ECHILD);
    // One that it can trace.
    pid = fork();
    if (!pid)
        for (;;)
            pause();
    CHECK(try_it(1, pid) == 0 && ptrace(PTRACE_INTERRUPT, pid, NULL, NULL) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    fflush(stdout);
    return guest_failures;
}

int main(void)
{
    for (int how = 0; how < 4; how++) {
        int status = -1;
        pid_t child;
        CHECK(pipe(to_tracer) == 0 && pipe(to_parent) == 0);
        fflush(stdout);
        pid_t pid = fork();
        if (!pid)
            _exit(parent(how));
        CHECK(read(to_tracer[0], &child, sizeof child) == sizeof child);
        CHECK(ptrace(PTRACE_SEIZE, child, NULL, NULL) == 0);
        CHECK(write(to_parent[1], "", 1) == 1);
        CHECK(waitpid(child, &status, __WALL) == child);
        CHECK(how < 2 ? WIFSIGNALED(status) : WIFEXITED(status));
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
        for (int i = 0; i < 2; i++)
            close(to_tracer[i]), close(to_parent[i]);
    }
    return guest_done();
}
