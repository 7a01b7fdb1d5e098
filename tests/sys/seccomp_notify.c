// SPDX-License-Identifier: MIT
/*
 * System calls that a filter leaves to a supervisor, which is another process: what it is told, and
 * each way to answer.
 */
// beyond: seccomp
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define ARCH (GUEST_ARM64 ? AUDIT_ARCH_AARCH64 : AUDIT_ARCH_X86_64)
enum { NOBODYS = 5000 };

static long listen_to(unsigned nr, unsigned answer, unsigned flags)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1), BPF_STMT(BPF_RET | BPF_K, answer),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
    struct sock_fprog p = {4, code};
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &p);
}

static int listener;
static struct seccomp_notif got;

static void receive(int nr, pid_t pid)
{
    struct pollfd p = {listener, POLLIN, 0};
    CHECK(poll(&p, 1, 20000) == 1 && p.revents & POLLIN);
    memset(&got, 0, sizeof got);
    CHECK(!ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got));
    CHECK(got.data.nr == nr && (pid_t)got.pid == pid && got.data.arch == ARCH && !got.flags);
    CHECK(!ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &got.id));
    CHECK(got.data.instruction_pointer != 0);
#if GUEST_ARM64
    extern char __executable_start, etext;
    CHECK(got.data.instruction_pointer - (unsigned long)&__executable_start <
          (unsigned long)(&etext - &__executable_start));
#endif
}

static void answer(long value, int error, unsigned flags)
{
    struct seccomp_notif_resp r = {.id = got.id, .val = value, .error = error, .flags = flags};
    CHECK(!ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &r));
    CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_ID_VALID, &got.id) < 0 && errno == ENOENT);
}

// What the supervised process does; the other one is below, case by case.
static int supervised(void)
{
    CHECK(syscall(NOBODYS, 1ul, 2ul, 3ul, 4ul, 5ul, 0x123456789abcdef0ul) == 77);
    CHECK(syscall(NOBODYS) == -1 && errno == EXDEV);
    CHECK(syscall(NOBODYS) == -1 && errno == ENOSYS);     // goes on: there is no such call
    CHECK(syscall(SYS_getsid, 0) == getsid(0) + 1000000); // an answer
    CHECK(syscall(SYS_getppid) == getppid());             // goes on
    int fd = (int)syscall(NOBODYS);
    char c = 0;
    CHECK(fd >= 0 && lseek(fd, 0, SEEK_SET) == 0 && read(fd, &c, 1) == 1 && c == 'x');
    pid_t pid = fork(); // inherited
    if (!pid)
        _exit(syscall(NOBODYS) == 78 ? 0 : 1);
    int status = -1;
    CHECK(waitpid(pid, &status, 0) == pid && !status);
    return guest_failures != 0;
}

static void on_alarm(int sig)
{
    (void)sig;
}

static void supervise(pid_t pid)
{
    receive(NOBODYS, pid);
    static const unsigned long args[] = {1, 2, 3, 4, 5, 0x123456789abcdef0};
    CHECK(!memcmp(got.data.args, args, sizeof args));
    struct seccomp_notif_resp bad = {
        .id = got.id, .val = 1, .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE};
    CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &bad) < 0 && errno == EINVAL);
    bad = (struct seccomp_notif_resp){.id = got.id, .flags = 8};
    CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, &bad) < 0 && errno == EINVAL);
    CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_SEND, NULL) < 0 && errno == EFAULT);
    CHECK(ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got) < 0 && errno == EINVAL); // not zero
    answer(77, 0, 0);
    receive(NOBODYS, pid);
    answer(0, -EXDEV, 0);
    receive(NOBODYS, pid);
    answer(0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
    receive(SYS_getsid, pid);
    answer(getsid(pid) + 1000000, 0, 0);
    receive(SYS_getsid, pid); // the library's own
    answer(0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
    receive(SYS_getppid, pid);
    answer(0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
    receive(SYS_getppid, pid);
    answer(0, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);

    receive(NOBODYS, pid);
    FILE *f = tmpfile();
    CHECK(f && fputc('x', f) == 'x' && !fflush(f));
    struct seccomp_notif_addfd add = {
        .id = got.id, .srcfd = (unsigned)fileno(f), .newfd_flags = O_CLOEXEC};
    int fd = ioctl(listener, SECCOMP_IOCTL_NOTIF_ADDFD, &add);
    CHECK(fd >= 0);
    answer(fd, 0, 0);

    // A child's.
    struct pollfd p = {listener, POLLIN, 0};
    memset(&got, 0, sizeof got);
    CHECK(poll(&p, 1, 20000) == 1 && !ioctl(listener, SECCOMP_IOCTL_NOTIF_RECV, &got));
    CHECK(got.data.nr == NOBODYS && (pid_t)got.pid != pid);
    answer(78, 0, 0);
}

static int one_listener_at_most(void)
{
    // Of equals the youngest is asked, which has no listener.
    CHECK(listen_to(NOBODYS, SECCOMP_RET_USER_NOTIF, SECCOMP_FILTER_FLAG_NEW_LISTENER) < 0 &&
          errno == EBUSY);
    CHECK(!listen_to(NOBODYS + 1, SECCOMP_RET_USER_NOTIF, 0));
    CHECK(syscall(NOBODYS + 1) == -1 && errno == ENOSYS);
    return guest_failures != 0;
}

// A signal takes the waiting call away, as it does any that waits.
static int interrupted(void)
{
    struct sigaction a = {.sa_handler = on_alarm};
    sigaction(SIGALRM, &a, NULL);
    alarm(1);
    CHECK(syscall(NOBODYS) == -1 && errno == EINTR);
    return guest_failures != 0;
}

static void no_supervision(pid_t pid)
{
    (void)pid;
}

// Runs one process under a filter that leaves three calls to the other. The listener is handed on
// by its number.
static void both(int (*one)(void), void (*other)(pid_t))
{
    int channel[2], back[2], number = -1, status = -1;
    char go = 1;
    CHECK(!pipe(channel) && !pipe(back));
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        struct sock_filter code[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, NOBODYS, 2, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getsid, 1, 0),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
        struct sock_fprog program = {6, code};
        guest_failures = 0;
        listener = (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
                                SECCOMP_FILTER_FLAG_NEW_LISTENER, &program);
        CHECK(listener >= 0 && fcntl(listener, F_GETFD) == FD_CLOEXEC);
        CHECK(write(channel[1], &listener, sizeof listener) == sizeof listener);
        CHECK(read(back[0], &go, 1) == 1);
        int failed = one();
        fflush(stdout);
        _exit(failed);
    }
    CHECK(read(channel[0], &number, sizeof number) == sizeof number);
    int process = (int)syscall(SYS_pidfd_open, pid, 0);
    listener = (int)syscall(SYS_pidfd_getfd, process, number, 0);
    CHECK(listener >= 0);
    CHECK(write(back[1], &go, 1) == 1);
    other(pid);
    CHECK(waitpid(pid, &status, 0) == pid && !status);
    close(listener);
    close(process);
    close(channel[0]);
    close(channel[1]);
    close(back[0]);
    close(back[1]);
}

int main(void)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    both(one_listener_at_most, no_supervision);
    both(supervised, supervise);
    both(interrupted, no_supervision);
    return guest_done();
}
