// SPDX-License-Identifier: MIT
// LIMIT: a supervisor that is a program of the host sees numbers that stand for the guest's, and
// cannot let a call go on.
#include "linux/seccomp_notify.h"

#include "base/host.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/thread.h"
#include "linux/thread_peek.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/ioctl.h>

// The host's numbers for the guest's calls: no kernel has so many.
enum { STANDS_FOR = 0x20000000, NR_BITS = 0x1fffffff };

// What the host is told to answer when the call is to go on: no call of the guest's returns that.
static const int64_t go_on = INT64_C(0x5ec0aa64c0271e5d);

int64_t seccomp_listener(uint64_t flags)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, STANDS_FOR, 0, 2),
        BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, STANDS_FOR | NR_BITS, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    const struct sock_fprog program = {ARRAY_LEN(code), code};
    return host_call(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

bool seccomp_ask(struct thread *t, uint64_t nr, const uint64_t a[6], int64_t *result)
{
    *result =
        host_syscall(t, STANDS_FOR | (int64_t)(nr & NR_BITS), a[0], a[1], a[2], a[3], a[4], a[5]);
    return *result == go_on;
}

// A call that waits for an answer, as its thread made it.
static int64_t receive(struct thread *t, int fd, uint64_t arg)
{
    struct seccomp_notif n;
    int64_t r = host_call_blocking(t, SYS_ioctl, fd, SECCOMP_IOCTL_NOTIF_RECV, arg);
    if (r < 0)
        return r;
    if (!guest_read(&n, arg, sizeof n))
        return -EFAULT;
    if ((n.data.nr & ~NR_BITS) != STANDS_FOR)
        return r; // of a program of the host
    n.data.nr &= NR_BITS;
    n.data.arch = AUDIT_ARCH_AARCH64;
    n.data.instruction_pointer = 0; // where the host does not let us look
    process_lock();
    thread_peek((int)n.pid, (int)n.pid, offsetof(struct thread, cpu.s.pc),
                &n.data.instruction_pointer, sizeof n.data.instruction_pointer);
    process_unlock();
    return guest_write(arg, &n, sizeof n) ? r : -EFAULT;
}

static int64_t answer(struct thread *t, int fd, uint64_t arg)
{
    struct seccomp_notif_resp a;
    if (!guest_read(&a, arg, sizeof a))
        return -EFAULT;
    if (a.flags == SECCOMP_USER_NOTIF_FLAG_CONTINUE && !a.error && !a.val) {
        a.flags = 0;
        a.val = go_on;
    }
    return host_call_blocking(t, SYS_ioctl, fd, SECCOMP_IOCTL_NOTIF_SEND, &a);
}

int64_t seccomp_notify_ioctl(struct thread *t, int fd, unsigned cmd, uint64_t arg)
{
    arg = host_pointer(arg);
    return cmd == SECCOMP_IOCTL_NOTIF_RECV ? receive(t, fd, arg) : answer(t, fd, arg);
}
