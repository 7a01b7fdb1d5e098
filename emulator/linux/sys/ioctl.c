// SPDX-License-Identifier: MIT
// ioctl: one row per command in linux/sys/ioctl.def.
#include "linux/sys/ioctl.h"

#include "base/log.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/seccomp_notify.h"
#include "linux/sys.h"
#include "linux/sys_internal.h"

#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/blkzoned.h>
#include <linux/cdrom.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/kd.h>
#include <linux/loop.h>
#include <linux/nsfs.h>
#include <linux/perf_event.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/seccomp.h>
#include <linux/serial.h>
#include <linux/sockios.h>
#include <linux/termios.h>
#include <linux/types.h>
#include <linux/userfaultfd.h>
#include <linux/vt.h>
#include <linux/watchdog.h>
#include <sys/syscall.h>

#ifndef TFD_IOC_SET_TICKS
#    define TFD_IOC_SET_TICKS _IOW('T', 0, __u64)
#endif

#ifndef SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR
#    define SECCOMP_IOCTL_NOTIF_ID_VALID_WRONG_DIR SECCOMP_IOR(2, __u64)
#endif
#ifndef SECCOMP_IOCTL_NOTIF_SET_FLAGS
#    define SECCOMP_IOCTL_NOTIF_SET_FLAGS SECCOMP_IOW(4, __u64)
#endif

// Younger than some hosts' headers.
#ifndef UFFDIO_MOVE
#    define UFFDIO_MOVE _IOWR(UFFDIO, 0x05, struct uffdio_copy)
#endif
#ifndef UFFDIO_POISON
#    define UFFDIO_POISON _IOWR(UFFDIO, 0x08, struct uffdio_zeropage)
#endif
#ifndef USERFAULTFD_IOC_NEW
#    define USERFAULTFD_IOC_NEW _IO(UFFDIO, 0x00)
#endif

#ifndef PIDFD_GET_CGROUP_NAMESPACE
#    define PIDFD_GET_CGROUP_NAMESPACE            _IO(0xff, 1)
#    define PIDFD_GET_IPC_NAMESPACE               _IO(0xff, 2)
#    define PIDFD_GET_MNT_NAMESPACE               _IO(0xff, 3)
#    define PIDFD_GET_NET_NAMESPACE               _IO(0xff, 4)
#    define PIDFD_GET_PID_NAMESPACE               _IO(0xff, 5)
#    define PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE  _IO(0xff, 6)
#    define PIDFD_GET_TIME_NAMESPACE              _IO(0xff, 7)
#    define PIDFD_GET_TIME_FOR_CHILDREN_NAMESPACE _IO(0xff, 8)
#    define PIDFD_GET_USER_NAMESPACE              _IO(0xff, 9)
#    define PIDFD_GET_UTS_NAMESPACE               _IO(0xff, 10)
#endif
#ifndef NS_GET_MNTNS_ID
#    define NS_GET_MNTNS_ID _IOR(NSIO, 5, __u64)
#endif
#ifndef NS_GET_PID_FROM_PIDNS
#    define NS_GET_PID_FROM_PIDNS  _IOR(NSIO, 6, int)
#    define NS_GET_TGID_FROM_PIDNS _IOR(NSIO, 7, int)
#    define NS_GET_PID_IN_PIDNS    _IOR(NSIO, 8, int)
#    define NS_GET_TGID_IN_PIDNS   _IOR(NSIO, 9, int)
#endif
#ifndef NS_MNT_GET_INFO
#    define NS_MNT_GET_INFO _IOC(_IOC_READ, NSIO, 10, 16)
#    define NS_MNT_GET_NEXT _IOC(_IOC_READ, NSIO, 11, 16)
#    define NS_MNT_GET_PREV _IOC(_IOC_READ, NSIO, 12, 16)
#endif
#ifndef NS_GET_ID
#    define NS_GET_ID _IOR(NSIO, 13, __u64)
#endif
#ifndef PIDFD_GET_INFO_64
// PIDFD_GET_INFO, whose structure has grown.
#    define PIDFD_GET_INFO_64 _IOC(_IOC_READ | _IOC_WRITE, 0xff, 11, 64)
#    define PIDFD_GET_INFO_72 _IOC(_IOC_READ | _IOC_WRITE, 0xff, 11, 72)
#    define PIDFD_GET_INFO_80 _IOC(_IOC_READ | _IOC_WRITE, 0xff, 11, 80)
#    define PIDFD_GET_INFO_88 _IOC(_IOC_READ | _IOC_WRITE, 0xff, 11, 88)
#endif

struct ioctl_row {
    const char *name;
    ioctl_fn *by;     // or NULL: the host's kernel
    enum inner inner; // what the argument points to, if that holds pointers
};

static const struct ioctl_row *ioctl_row(unsigned cmd)
{
    switch (cmd) {
#define IOCTL(name)               IOCTL_ROW(#name, name, NULL, NONE)
#define IOCTL_OF(name, structure) IOCTL_ROW(#name, name, NULL, structure)
#define IOCTL_BY(name, function)  IOCTL_ROW(#name, name, function, NONE)
#define IOCTL_ROW(text, number, function, structure)                             \
    case (unsigned)number: {                                                     \
        static const struct ioctl_row row = {text, function, INNER_##structure}; \
        return &row;                                                             \
    }
#include "linux/sys/ioctl.def"
#undef IOCTL
#undef IOCTL_OF
#undef IOCTL_BY
#undef IOCTL_ROW
    default: return NULL;
    }
}

void print_ioctlcmd(struct sys_line *l, uint64_t v, MAYBE_UNUSED const struct sys_seen *s)
{
    const struct ioctl_row *row = ioctl_row((unsigned)v);
    if (row)
        line_printf(l, "%s", row->name);
    else
        line_printf(l, "%#x", (unsigned)v);
}

// A command whose argument holds pointers.
static int64_t ioctl_with(struct thread *t, enum inner what, int fd, unsigned cmd, uint64_t arg)
{
    uint64_t copy[INNER_BACK / 8];
    uint64_t given = inner_copy(what, copy, arg, 1);
    int64_t r = host_call_blocking(t, SYS_ioctl, fd, cmd, given);
    if (r < 0 || given != (uint64_t)copy)
        return r;
    int64_t err = inner_put_back(what, copy, arg, inner_size(what));
    return err ? err : r;
}

SYSCALL3(29, ioctl, int, fd, fd, ioctlcmd, cmd, hex, arg)
{
    static unsigned said;
    const struct ioctl_row *row = ioctl_row(cmd);
    if (likely(row) && unlikely(row->by))
        return row->by(t, fd, cmd, arg);
    if (likely(row))
        return row->inner ? ioctl_with(t, row->inner, fd, cmd, arg)
                          : host_call_blocking(t, SYS_ioctl, fd, cmd, host_pointer(arg));
    // A descriptor that is not open is that error first.
    int64_t err = host_call(SYS_fcntl, fd, F_GETFD, 0);
    if (err < 0)
        return err;
    if (log_on(LOG_unimp) && said != cmd) {
        trace_break();
        log_printf("ioctl %#x ('%c' %u, %u bytes) is not implemented\n", cmd,
                   (int)_IOC_TYPE(cmd) & 127, _IOC_NR(cmd), _IOC_SIZE(cmd));
    }
    said = cmd;
    return -ENOTTY;
}
