// SPDX-License-Identifier: MIT
// beyond: processes that share memory, handlers or files
// Every set of the flags of clone that say what is shared, for processes and for threads, by clone and by clone3: what a child changes is
// changed for its maker exactly where it is shared, and sets that contradict themselves are refused.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STACK = 64 << 10, FD = 77, CLONE3 = 435 };

static const int choices[] = {CLONE_VM, CLONE_FS, CLONE_FILES, CLONE_SIGHAND, CLONE_VFORK, CLONE_SYSVSEM, CLONE_IO, CLONE_UNTRACED};
enum { CHOICES = sizeof choices / sizeof *choices };

struct memory {
    volatile int word, parent_tid, child_tid, own_tid;
};

static struct memory here;
static volatile int *shared; // always
static char *stack;

static void handler(int sig)
{
    (void)sig;
}

// The child changes one thing of each kind.
static int changes(void *argument)
{
    (void)argument;
    here.own_tid = (int)syscall(SYS_gettid);
    shared[0] = here.child_tid == here.own_tid;
    here.word = 5;
    umask(027);
    fcntl(FD, F_SETFD, 0);
    syscall(SYS_close, FD);
    struct sigaction sa = {.sa_handler = SIG_IGN};
    sigaction(SIGUSR1, &sa, NULL);
    return 9;
}

static void prepare(void)
{
    struct sigaction sa = {.sa_handler = handler};
    memset((void *)&here, 0, sizeof here);
    shared[0] = 0;
    umask(022);
    CHECK(dup2(1, FD) == FD);
    sigaction(SIGUSR1, &sa, NULL);
}

static void look(unsigned long flags)
{
    struct sigaction now;
    int good = (here.word == 5) == !!(flags & CLONE_VM) && (umask(022) == 027) == !!(flags & CLONE_FS) &&
               (fcntl(FD, F_GETFD) == -1) == !!(flags & CLONE_FILES) && sigaction(SIGUSR1, NULL, &now) == 0 &&
               (now.sa_handler == SIG_IGN) == !!(flags & CLONE_SIGHAND);
    if (!good)
        printf("flags %#lx: word %d\n", flags, here.word);
    CHECK(good);
}

static int is_legal(unsigned long flags)
{
    return !(flags & CLONE_SIGHAND) || flags & CLONE_VM;
}

static long start(unsigned long flags, int three)
{
    struct {
        uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
    } a = {.flags = flags,
           .exit_signal = SIGCHLD,
           .parent_tid = (uintptr_t)&here.parent_tid,
           .child_tid = (uintptr_t)&here.child_tid};
    if (!three)
        return clone(changes, stack + STACK, (int)flags | SIGCHLD, NULL, &here.parent_tid, NULL, &here.child_tid);
    if (!is_legal(flags)) // nothing to come back from
        return syscall(CLONE3, &a, sizeof a);
    if (flags & CLONE_VM)
        return -2; // it would need a stack, on which nothing is
    long pid = syscall(CLONE3, &a, sizeof a);
    if (!pid)
        syscall(SYS_exit_group, changes(NULL));
    return pid;
}

static void processes(int three)
{
    for (unsigned set = 0; set < 1 << CHOICES; set++) {
        unsigned long flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID;
        int status = -1;
        for (unsigned i = 0; i < CHOICES; i++)
            flags |= set >> i & 1 ? (unsigned)choices[i] : 0;
        prepare();
        long pid = start(flags, three);
        if (pid == -2)
            continue;
        if (!is_legal(flags)) {
            CHECK(pid == -1 && errno == EINVAL);
            continue;
        }
        CHECK(pid > 0 && waitpid((pid_t)pid, &status, __WALL) == pid && WIFEXITED(status) && WEXITSTATUS(status) == 9);
        CHECK(here.parent_tid == pid && shared[0] == 1);
        CHECK((here.own_tid == pid) == !!(flags & CLONE_VM));
        look(flags);
    }
}

static void threads(void)
{
    static const unsigned long extra[] = {CLONE_FS, CLONE_FILES, CLONE_SYSVSEM, CLONE_IO, CLONE_UNTRACED, CLONE_PARENT};
    for (unsigned set = 0; set < 64; set++) {
        unsigned long flags = CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
        for (unsigned i = 0; i < 6; i++)
            flags |= set >> i & 1 ? extra[i] : 0;
        prepare();
        here.child_tid = -1;
        int tid = clone(changes, stack + STACK, (int)flags, NULL, &here.parent_tid, NULL, &here.child_tid);
        CHECK(tid > 0 && tid != getpid());
        while (here.child_tid)
            syscall(SYS_futex, &here.child_tid, FUTEX_WAIT, -1, NULL, NULL, 0);
        CHECK(here.parent_tid == tid && here.own_tid == tid);
        look(flags);
    }
}

// What goes back when a process ends is that of the process that has it: with shared lists of what to undo, the last one's.
static int takes(void *argument)
{
    struct sembuf take = {0, -1, SEM_UNDO};
    return semop(*(int *)argument, &take, 1) != 0;
}

static void undo(void)
{
    for (int flags = 0; flags < 2; flags++) {
        int status = -1, set = semget(IPC_PRIVATE, 1, 0600);
        CHECK(set >= 0 && semctl(set, 0, SETVAL, 3) == 0);
        pid_t outer = fork();
        if (!outer) {
            int pid = clone(takes, stack + STACK, (flags ? CLONE_SYSVSEM : 0) | SIGCHLD, &set);
            waitpid(pid, &status, 0);
            _exit(status ? 99 : semctl(set, 0, GETVAL));
        }
        CHECK(waitpid(outer, &status, 0) == outer && WEXITSTATUS(status) == (flags ? 2 : 3));
        CHECK(semctl(set, 0, GETVAL) == 3 && semctl(set, 0, IPC_RMID) == 0);
    }
}

static void refused(void)
{
    static const unsigned long bad[] = {
        CLONE_THREAD,
        CLONE_THREAD | CLONE_VM,
        CLONE_THREAD | CLONE_SIGHAND,
        CLONE_SIGHAND,
        CLONE_NEWNS | CLONE_FS,
        CLONE_NEWUSER | CLONE_FS,
        CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWPID,
        CLONE_VM | CLONE_SIGHAND | CLONE_THREAD | CLONE_NEWUSER,
        CLONE_PIDFD | CLONE_PARENT_SETTID,
        CLONE_PIDFD | CLONE_DETACHED,
    };
    for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
        CHECK(syscall(SYS_clone, bad[i], 0, NULL, NULL, NULL) == -1 && errno == EINVAL);
}

int main(void)
{
    shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED && stack != MAP_FAILED);
    processes(0);
    processes(1);
    threads();
    undo();
    refused();
    return guest_done();
}
