// SPDX-License-Identifier: MIT
// Mounting, watching and accounting of whole file systems.
#include "linux/host_call.h"
#include "linux/sys.h"
#include "linux/sys/exec_self.h"
#include "linux/sys/lookup.h"
#include "linux/sys_abi.h"

#include <linux/mount.h>
#include <unistd.h>

SYSCALL5(40, mount, int, str, source, path, target, str, type, hex, flags, ptr, data)
{
    struct lookup l;
    if (flags & MS_REMOUNT || !(flags & (MS_BIND | MS_MOVE))) // the source is a name, or nothing
        return host_call(SYS_mount, source, target, type, flags, data);
    int64_t err = lookup_path(&l, source, true);
    return err ? err : host_call(SYS_mount, l.path, target, type, flags, data);
}

SYSCALL2(39, umount2, int, path, target, hex, flags)
{
    return host_call(SYS_umount2, target, flags);
}

SYSCALL2(41, pivot_root, int, path, root, path, old)
{
    exec_self_keep();
    return host_call(SYS_pivot_root, root, old);
}

SYSCALL3(428, open_tree, fd, dirfd, dir, path, path, hex, flags)
{
    return host_call(SYS_open_tree, dir, path, flags);
}

SYSCALL5(429, move_mount, int, dirfd, from_dir, path, from, dirfd, dir, path, path, hex, flags)
{
    return host_call(SYS_move_mount, from_dir, from, dir, path, flags);
}

SYSCALL2(430, fsopen, fd, str, type, hex, flags)
{
    return host_call(SYS_fsopen, type, flags);
}

SYSCALL5(431, fsconfig, int, fd, fd, uint, cmd, str, key, ptr, value, int, aux)
{
    return host_call(SYS_fsconfig, fd, cmd, key, value, aux);
}

SYSCALL3(432, fsmount, fd, fd, fd, hex, flags, hex, attributes)
{
    return host_call(SYS_fsmount, fd, flags, attributes);
}

SYSCALL3(433, fspick, fd, dirfd, dir, path, path, hex, flags)
{
    return host_call(SYS_fspick, dir, path, flags);
}

SYSCALL5(442, mount_setattr, int, dirfd, dir, path, path, hex, flags, ptr, attr, size, size)
{
    return host_call(SYS_mount_setattr, dir, path, flags, attr, size);
}

SYSCALL2(262, fanotify_init, fd, hex, flags, oflags, event_flags)
{
    return host_call(SYS_fanotify_init, flags, host_open_flags(event_flags));
}

SYSCALL5(263, fanotify_mark, int, fd, fd, hex, flags, hex, mask, dirfd, dir, path, path)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_fanotify_mark, fd, flags, mask, dir, l.path);
}

SYSCALL4(60, quotactl, int, hex, cmd, path, special, int, id, ptr, addr)
{
    return host_call(SYS_quotactl, cmd, special, id, addr);
}

SYSCALL4(443, quotactl_fd, int, fd, fd, hex, cmd, int, id, ptr, addr)
{
    return host_call(SYS_quotactl_fd, fd, cmd, id, addr);
}

// From number 424 on calls have the same number everywhere.

SYSCALL4(457, statmount, int, ptr, request, out_buf, buf, size, size, hex, flags)
{
    return host_call(SYS_NR_statmount, request, buf, size, flags);
}

SYSCALL4(458, listmount, ssize, ptr, request, ptr, ids, size, count, hex, flags)
{
    return host_call(SYS_NR_listmount, request, ids, count, flags);
}

SYSCALL4(470, listns, ssize, ptr, request, ptr, ids, size, count, hex, flags)
{
    return host_call(SYS_NR_listns, request, ids, count, flags);
}

SYSCALL5(467, open_tree_attr, fd, dirfd, dir, path, path, hex, flags, ptr, attr, size, size)
{
    return host_call(SYS_NR_open_tree_attr, dir, path, flags, attr, size);
}

SYSCALL0(58, vhangup, int)
{
    return host_call(SYS_vhangup);
}

// Gone from the kernel, but not from its table.
SYS_REFUSE(18, lookup_dcookie, ENOSYS, "Linux 6.8 no longer has it");
SYS_REFUSE(42, nfsservctl, ENOSYS, "Linux 3.1 no longer has it");

// What only the machine's owner does, and never through a program under test.
SYS_REFUSE(89, acct, EPERM, "it would account the host's processes");
SYS_REFUSE(142, reboot, EPERM, "it would reboot the host");
SYS_REFUSE(224, swapon, EPERM, "it would change the host's swap space");
SYS_REFUSE(225, swapoff, EPERM, "it would change the host's swap space");
SYS_REFUSE(104, kexec_load, EPERM, "the host's kernel is of another architecture");
SYS_REFUSE(105, init_module, EPERM, "the host's kernel is of another architecture");
SYS_REFUSE(106, delete_module, EPERM, "the host's kernel is of another architecture");
SYS_REFUSE(273, finit_module, EPERM, "the host's kernel is of another architecture");
SYS_REFUSE(294, kexec_file_load, EPERM, "the host's kernel is of another architecture");
