// SPDX-License-Identifier: MIT
/*
 * Calls that do nothing, in loops that run often: each is seen by whoever wants to see calls, from
 * the moment on when that begins.
 */
// beyond: seccomp
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OFTEN = 3000, A_FEW = 20, OWN_ERROR = 77 };

static const long calls[] = {SYS_getpid,  SYS_getppid, SYS_gettid, SYS_getuid,
                             SYS_geteuid, SYS_getgid,  SYS_getegid};
enum { CALLS = sizeof calls / sizeof *calls };

// All of them, until they have run often.
static void often(void)
{
    long first[CALLS];
    for (int c = 0; c < CALLS; c++)
        first[c] = syscall(calls[c]);
    for (int i = 0; i < OFTEN; i++)
        for (int c = 0; c < CALLS; c++)
            CHECK(syscall(calls[c]) == first[c]);
}

static long ask_often(long call)
{
    long r = 0;
    for (int i = 0; i < OFTEN; i++)
        r = syscall(call);
    return r;
}

static void *own_numbers(void *main_thread)
{
    CHECK(ask_often(SYS_gettid) != (long)main_thread && ask_often(SYS_getpid) == (long)main_thread);
    return NULL;
}

static void whose_numbers(void)
{
    pthread_t t;
    pid_t pid = getpid();
    CHECK(ask_often(SYS_gettid) == pid && ask_often(SYS_getpid) == pid);
    pthread_create(&t, NULL, own_numbers, (void *)(long)pid);
    pthread_join(t, NULL);
    pid_t child = fork();
    if (!child)
        _exit(ask_often(SYS_getppid) != pid || ask_often(SYS_getpid) == pid ||
              ask_often(SYS_gettid) != getpid());
    int status = -1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

// From now on getppid has an error of its own.
static void rule(unsigned flags)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | OWN_ERROR),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog p = {sizeof code / sizeof *code, code};
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    CHECK(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &p) == 0);
}

static void by_a_filter(void)
{
    often();
    rule(0);
    for (int i = 0; i < OFTEN; i++)
        CHECK(syscall(SYS_getppid) == -1 && errno == OWN_ERROR);
    CHECK(ask_often(SYS_getpid) == getpid());
}

static void *until_it_fails(void *begun)
{
    while (syscall(SYS_getppid) != -1)
        __atomic_add_fetch((int *)begun, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void by_a_filter_of_another_thread(void)
{
    pthread_t t;
    int begun = 0;
    pthread_create(&t, NULL, until_it_fails, &begun);
    while (__atomic_load_n(&begun, __ATOMIC_RELAXED) < OFTEN)
        usleep(100);
    rule(SECCOMP_FILTER_FLAG_TSYNC);
    pthread_join(t, NULL);
}

static void by_strict_rules(void)
{
    often();
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT, 0, 0, 0);
    syscall(SYS_getppid);
}

static int ends(void (*f)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        guest_failures = 0;
        alarm(100); // one that is never seen would go on for ever
        f();
        fflush(stdout);
        _exit(guest_failures ? 99 : 0);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    return status;
}

// A tracer comes while the calls are being made, and sees them one by one; when it has gone they
// are made as before.
static void by_a_tracer(void)
{
    int status, up[2];
    char c;
    CHECK(pipe(up) == 0);
    pid_t child = fork();
    if (!child) {
        for (int i = 0;; i++)
            if (syscall(SYS_getppid) == 0 || (i % OFTEN == OFTEN - 1 && write(up[1], "", 1) != 1))
                _exit(1);
    }
    CHECK(read(up[0], &c, 1) == 1);
    CHECK(ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_TRACESYSGOOD) == 0);
    CHECK(ptrace(PTRACE_INTERRUPT, child, 0, 0) == 0);
    CHECK(waitpid(child, &status, __WALL) == child);
    int entries = 0, exits = 0;
    for (int i = 0; i < 2 * A_FEW; i++) {
        struct __ptrace_syscall_info s = {0};
        CHECK(ptrace(PTRACE_SYSCALL, child, 0, 0) == 0);
        CHECK(waitpid(child, &status, __WALL) == child && WIFSTOPPED(status));
        CHECK(WSTOPSIG(status) == (SIGTRAP | 0x80));
        CHECK(ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof s, &s) > 0);
        entries += s.op == PTRACE_SYSCALL_INFO_ENTRY && s.entry.nr == SYS_getppid;
        exits += s.op == PTRACE_SYSCALL_INFO_EXIT && s.exit.rval == getpid();
    }
    CHECK(entries >= A_FEW - 1 && exits >= A_FEW - 1); // the child may have come to its write
    CHECK(ptrace(PTRACE_DETACH, child, 0, 0) == 0);
    for (int i = 0; i < 3; i++)
        CHECK(read(up[0], &c, 1) == 1);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(up[0]), close(up[1]);
}

static volatile int caught;

static void count(int sig)
{
    (void)sig;
    caught++;
}

// Signals come between them.
static void signals_come(void)
{
    struct itimerval soon = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    signal(SIGALRM, count);
    setitimer(ITIMER_REAL, &soon, NULL);
    pid_t parent = getppid();
    while (caught < A_FEW)
        CHECK(syscall(SYS_getppid) == parent);
    setitimer(ITIMER_REAL, &never, NULL);
}

int main(void)
{
    often();
    whose_numbers();
    signals_come();
    CHECK(ends(by_a_filter) == 0);
    CHECK(ends(by_a_filter_of_another_thread) == 0);
    CHECK(ends(by_strict_rules) == SIGKILL);
    by_a_tracer();
    return guest_done();
}
