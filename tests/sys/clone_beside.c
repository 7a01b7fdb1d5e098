// SPDX-License-Identifier: MIT
// beyond: a process that shares memory and runs beside its maker
/*
 * clone with CLONE_VM but neither CLONE_THREAD nor CLONE_VFORK: two processes with one memory, and
 * with what else the flags say.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STACK = 64 << 10 };

static volatile int word, step, handled_by;
static char *volatile mapped;
static int child_tid, parent_tid;

static void *stack(void)
{
    return (char *)mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) + STACK;
}

static int end_of(pid_t pid)
{
    int status;
    CHECK(waitpid(pid, &status, __WALL) == pid);
    return status;
}

static void await(int value)
{
    while (step != value)
        sched_yield();
}

// Memory goes both ways while both run.
static int talks(void *argument)
{
    word = *(int *)argument;
    step = 1;
    await(2);
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    page[0] = 9;
    mapped = page;
    step = 3;
    return 42;
}

static void memory(void)
{
    int value = 17;
    step = 0;
    pid_t pid = clone(talks, stack(), CLONE_VM | SIGCHLD, &value);
    CHECK(pid > 0);
    await(1);
    CHECK(word == 17);
    step = 2;
    await(3);
    CHECK(mapped[0] == 9); // what it has mapped
    int status = end_of(pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 42);
}

static int tells_ids(void *argument)
{
    int *ids = argument;
    ids[0] = getpid();
    ids[1] = (int)syscall(SYS_gettid);
    ids[2] = getppid();
    ids[3] = child_tid;
    ids[4] = parent_tid;
    return 0;
}

static void ids(void)
{
    int id[5];
    pid_t pid = clone(tells_ids, stack(),
                      CLONE_VM | CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, id, &parent_tid,
                      NULL, &child_tid);
    CHECK(end_of(pid) == 0);
    CHECK(id[0] == pid && id[1] == pid && id[2] == getpid() && id[3] == pid && id[4] == pid);
    CHECK(parent_tid == pid && child_tid == 0);
}

static int waits_and_ends(void *argument)
{
    (void)argument;
    usleep(30000);
    syscall(SYS_exit_group, 3);
    return 0;
}

static int is_killed(void *argument)
{
    (void)argument;
    while (step >= 0)
        step++;
    return 0;
}

static void futex_at_end(int (*child)(void *), int sig)
{
    struct timespec long_time = {20, 0};
    child_tid = -1;
    step = 0;
    pid_t pid = clone(child, stack(), CLONE_VM | CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD, NULL, NULL, NULL,
                      &child_tid);
    if (sig) {
        while (!step)
            sched_yield();
        kill(pid, sig);
    }
    int now;
    while ((now = __atomic_load_n(&child_tid, __ATOMIC_ACQUIRE)))
        if (syscall(SYS_futex, &child_tid, FUTEX_WAIT, now, &long_time, NULL, 0) < 0 && errno == ETIMEDOUT)
            break;
    CHECK(now == 0);
    int status = end_of(pid);
    CHECK(sig ? WIFSIGNALED(status) && WTERMSIG(status) == sig : WEXITSTATUS(status) == 3);
}

// Descriptors and the working directory are shared or not.
static int closes(void *argument)
{
    close(*(int *)argument);
    CHECK(chdir("/") == 0);
    umask(031);
    return 0;
}

static void shared_files(int flags)
{
    int fd = dup(1);
    char here[4096], there[4096];
    CHECK(getcwd(here, sizeof here) != NULL);
    umask(022);
    CHECK(end_of(clone(closes, stack(), CLONE_VM | flags | SIGCHLD, &fd)) == 0);
    CHECK((fcntl(fd, F_GETFD) == -1) == !!(flags & CLONE_FILES));
    CHECK(umask(022) == (flags & CLONE_FS ? 031 : 022));
    CHECK(getcwd(there, sizeof there) != NULL && (there[1] == 0) == !!(flags & CLONE_FS));
    CHECK(chdir(here) == 0);
    close(fd);
}

static void handler(int sig)
{
    (void)sig;
    handled_by = getpid();
}

static void other_handler(int sig)
{
    (void)sig;
    handled_by = -getpid();
}

static int sets_handler(void *argument)
{
    (void)argument;
    signal(SIGUSR1, other_handler);
    kill(getpid(), SIGUSR1);
    word = handled_by;
    return 0;
}

static void handlers(int flags)
{
    signal(SIGUSR1, handler);
    pid_t pid = clone(sets_handler, stack(), CLONE_VM | flags | SIGCHLD, NULL);
    CHECK(end_of(pid) == 0 && word == -pid);
    raise(SIGUSR1);
    CHECK(handled_by == (flags & CLONE_SIGHAND ? -getpid() : getpid()));
}

// The exit signal, or none.
static int ends(void *argument)
{
    return (int)(long)argument;
}

static void exit_signals(void)
{
    int status;
    handled_by = 0;
    signal(SIGUSR2, handler);
    pid_t pid = clone(ends, stack(), CLONE_VM | SIGUSR2, (void *)5);
    while (!handled_by)
        sched_yield();
    CHECK(waitpid(pid, &status, 0) == -1 && errno == ECHILD);
    CHECK(waitpid(pid, &status, __WCLONE) == pid && WEXITSTATUS(status) == 5);
    pid = clone(ends, stack(), CLONE_VM, (void *)6);
    CHECK(waitpid(pid, &status, __WALL) == pid && WEXITSTATUS(status) == 6);
}

// With CLONE_PARENT it is a brother.
static int makes_brother(void *argument)
{
    word = clone(ends, argument, CLONE_VM | CLONE_PARENT | SIGCHLD, (void *)7);
    int status;
    return waitpid(word, &status, __WALL) == -1 && errno == ECHILD ? 0 : 1;
}

static void brothers(void)
{
    CHECK(end_of(clone(makes_brother, stack(), CLONE_VM | SIGCHLD, stack())) == 0);
    CHECK(WEXITSTATUS(end_of(word)) == 7);
}

// It may fork, run programs and die of a fault.
static int forks(void *argument)
{
    (void)argument;
    pid_t pid = fork();
    if (pid == 0)
        _exit(8);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 8);
    pid = vfork();
    if (pid == 0)
        _exit(9);
    CHECK(waitpid(pid, &status, 0) == pid && WEXITSTATUS(status) == 9);
    return 0;
}

static int runs_program(void *argument)
{
    (void)argument;
    char *const args[] = {"clone_beside", "again", NULL}, *const env[] = {NULL};
    execve("/proc/self/exe", args, env);
    return 1;
}

static int faults(void *argument)
{
    *(volatile int *)argument = 1;
    return 0;
}

static void endings(void)
{
    CHECK(end_of(clone(forks, stack(), CLONE_VM | SIGCHLD, NULL)) == 0);
    CHECK(WEXITSTATUS(end_of(clone(runs_program, stack(), CLONE_VM | SIGCHLD, NULL))) == 23);
    int status = end_of(clone(faults, stack(), CLONE_VM | SIGCHLD, NULL));
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
}

// Many at once, some of them killed anywhere, and the maker forks meanwhile.
static int counts(void *argument)
{
    for (int i = 0; i < 20000; i++)
        __atomic_add_fetch((int *)argument, 1, __ATOMIC_RELAXED);
    return 0;
}

static void many(void)
{
    static int total;
    pid_t pid[24], lost;
    for (int round = 0; round < 4; round++) {
        total = 0;
        for (int i = 0; i < 24; i++)
            CHECK((pid[i] = clone(counts, stack(), CLONE_VM | SIGCHLD, &total)) > 0);
        step = 0;
        lost = clone(is_killed, stack(), CLONE_VM | SIGCHLD, NULL);
        pid_t fork_pid = fork();
        if (fork_pid == 0)
            _exit(4);
        CHECK(WEXITSTATUS(end_of(fork_pid)) == 4);
        for (int i = 0; i < 24; i++)
            CHECK(end_of(pid[i]) == 0);
        kill(lost, SIGKILL);
        CHECK(WTERMSIG(end_of(lost)) == SIGKILL);
        CHECK(total == 24 * 20000);
    }
}

// It goes on when its maker is gone.
static int outlives(void *argument)
{
    int fd = *(int *)argument;
    while (getppid() == word)
        usleep(1000);
    usleep(10000);
    CHECK(write(fd, "x", 1) == 1);
    return 0;
}

static void orphan(void)
{
    int p[2];
    char c = 0;
    CHECK(pipe(p) == 0);
    pid_t pid = fork();
    if (pid == 0) {
        word = getpid();
        _exit(clone(outlives, stack(), CLONE_VM | SIGCHLD, &p[1]) > 0 ? 0 : 1);
    }
    close(p[1]);
    CHECK(end_of(pid) == 0);
    CHECK(read(p[0], &c, 1) == 1 && c == 'x');
    CHECK(read(p[0], &c, 1) == 0);
    close(p[0]);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        return 23;
    memory();
    ids();
    futex_at_end(waits_and_ends, 0);
    futex_at_end(is_killed, SIGKILL);
    for (int i = 0; i < 4; i++)
        shared_files((i & 1 ? CLONE_FILES : 0) | (i & 2 ? CLONE_FS : 0));
    handlers(0);
    handlers(CLONE_SIGHAND);
    exit_signals();
    brothers();
    endings();
    many();
    orphan();
    return guest_done();
}
