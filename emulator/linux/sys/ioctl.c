// SPDX-License-Identifier: MIT
// ioctl: one row per command in linux/sys/ioctl.def.
#include "base/log.h"
#include "linux/host_call.h"
#include "linux/sys.h"
#include "linux/sys_internal.h"

#include <asm/termbits.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/cdrom.h>
#include <linux/fiemap.h>
#include <linux/fs.h>
#include <linux/hdreg.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/kd.h>
#include <linux/loop.h>
#include <linux/nsfs.h>
#include <linux/random.h>
#include <linux/rtc.h>
#include <linux/serial.h>
#include <linux/sockios.h>
#include <linux/termios.h>
#include <linux/types.h>
#include <linux/vt.h>
#include <linux/watchdog.h>
#include <sys/syscall.h>

#ifndef TFD_IOC_SET_TICKS
#    define TFD_IOC_SET_TICKS _IOW('T', 0, __u64)
#endif

static const char *ioctl_name(unsigned cmd)
{
    switch (cmd) {
#define IOCTL(name)      \
    case (unsigned)name: \
        return #name;
#include "linux/sys/ioctl.def"
#undef IOCTL
    default: return NULL;
    }
}

void print_ioctlcmd(struct sys_line *l, uint64_t v, MAYBE_UNUSED const struct sys_seen *s)
{
    const char *name = ioctl_name((unsigned)v);
    if (name)
        line_printf(l, "%s", name);
    else
        line_printf(l, "%#x", (unsigned)v);
}

SYSCALL3(29, ioctl, int, fd, fd, ioctlcmd, cmd, hex, arg)
{
    static unsigned said;
    if (likely(ioctl_name(cmd)))
        return host_call_blocking(t, SYS_ioctl, fd, cmd, arg);
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
