// SPDX-License-Identifier: MIT
// The file tree: folders, links, names, owners, modes.
#include "linux/exe.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/sys.h"
#include "linux/sys/exec_self.h"
#include "linux/sys/lookup.h"
#include "linux/sys/procfs.h"
#include "linux/thread.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

SYSCALL2(17, getcwd, int, out_str, buf, size, size)
{
    return host_call(SYS_getcwd, buf, size);
}

SYSCALL1(49, chdir, int, path, path)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_chdir, l.path);
}

SYSCALL1(50, fchdir, int, fd, fd)
{
    return host_call(SYS_fchdir, fd);
}

SYSCALL1(51, chroot, int, path, path)
{
    exec_self_keep();
    return host_call(SYS_chroot, path);
}

SYSCALL3(34, mkdirat, int, dirfd, dir, path, path, mode, mode)
{
    return host_call(SYS_mkdirat, dir, path, mode);
}

SYSCALL4(33, mknodat, int, dirfd, dir, path, path, mode, mode, hex, dev)
{
    return host_call(SYS_mknodat, dir, path, mode, dev);
}

SYSCALL3(35, unlinkat, int, dirfd, dir, path, path, atflags, flags)
{
    exe_before_change(dir, path);
    return host_call(SYS_unlinkat, dir, path, flags);
}

SYSCALL3(36, symlinkat, int, str, target, dirfd, dir, path, path)
{
    return host_call(SYS_symlinkat, target, dir, path);
}

SYSCALL5(37, linkat, int, dirfd, from_dir, path, from, dirfd, dir, path, path, atflags, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, from, flags & AT_SYMLINK_FOLLOW);
    return err ? err : host_call(SYS_linkat, from_dir, l.path, dir, path, flags);
}

SYSCALL4(38, renameat, int, dirfd, from_dir, path, from, dirfd, dir, path, path)
{
    exe_before_change(from_dir, from);
    exe_before_change(dir, path);
    return host_call(SYS_renameat, from_dir, from, dir, path);
}

SYSCALL5(276, renameat2, int, dirfd, from_dir, path, from, dirfd, dir, path, path, hex, flags)
{
    exe_before_change(from_dir, from);
    exe_before_change(dir, path);
    return host_call(SYS_renameat2, from_dir, from, dir, path, flags);
}

// What readlink says about a guest's executable.
static int64_t put_link(uint64_t buf, int size, const char *target)
{
    size_t n = strlen(target);
    if (size <= 0)
        return -EINVAL;
    if (n > (size_t)size)
        n = (size_t)size;
    return guest_write(buf, target, n) ? (int64_t)n : -EFAULT;
}

SYSCALL4(78, readlinkat, ssize, dirfd, dir, path, path, out_buf, buf, int, size)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, false);
    if (err)
        return err;
    char exe[PATH_SIZE];
    if (l.path && procfs_exe(l.guest, exe))
        return put_link(buf, size, exe);
    return host_call(SYS_readlinkat, dir, l.path, buf, size);
}

SYSCALL3(61, getdents64, ssize, fd, fd, ptr, buf, size, size)
{
    int64_t n = host_call(SYS_getdents64, fd, buf, size);
    while (unlikely(n > 0 && procfs_is_noted(fd))) {
        int64_t left = procfs_listed(fd, buf, n);
        if (left)
            return left;
        n = host_call(SYS_getdents64, fd, buf, size); // that was not the end
    }
    return n;
}

SYSCALL2(52, fchmod, int, fd, fd, mode, mode)
{
    return host_call(SYS_fchmod, fd, mode);
}

SYSCALL3(53, fchmodat, int, dirfd, dir, path, path, mode, mode)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_fchmodat, dir, l.path, mode);
}

SYSCALL4(452, fchmodat2, int, dirfd, dir, path, path, mode, mode, atflags, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(452, dir, l.path, mode, flags);
}

SYSCALL3(55, fchown, int, fd, fd, uid, uid, gid, gid)
{
    return host_call(SYS_fchown, fd, uid, gid);
}

SYSCALL5(54, fchownat, int, dirfd, dir, path, path, uid, uid, gid, gid, atflags, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(SYS_fchownat, dir, l.path, uid, gid, flags);
}

SYSCALL1(166, umask, mode, mode, mask)
{
    return host_call(SYS_umask, mask);
}

// Extended attributes.

#define WITH_PATH(follow, call)                      \
    do {                                             \
        struct lookup l;                             \
        int64_t err = lookup_path(&l, path, follow); \
        return err ? err : (call);                   \
    } while (0)

SYSCALL5(5, setxattr, int, path, path, str, name, in_buf, value, size, size, hex, flags)
{
    WITH_PATH(true, host_call(SYS_setxattr, l.path, name, value, size, flags));
}

SYSCALL5(6, lsetxattr, int, path, path, str, name, in_buf, value, size, size, hex, flags)
{
    WITH_PATH(false, host_call(SYS_lsetxattr, l.path, name, value, size, flags));
}

SYSCALL5(7, fsetxattr, int, fd, fd, str, name, in_buf, value, size, size, hex, flags)
{
    return host_call(SYS_fsetxattr, fd, name, value, size, flags);
}

SYSCALL4(8, getxattr, ssize, path, path, str, name, out_buf, value, size, size)
{
    WITH_PATH(true, host_call(SYS_getxattr, l.path, name, value, size));
}

SYSCALL4(9, lgetxattr, ssize, path, path, str, name, out_buf, value, size, size)
{
    WITH_PATH(false, host_call(SYS_lgetxattr, l.path, name, value, size));
}

SYSCALL4(10, fgetxattr, ssize, fd, fd, str, name, out_buf, value, size, size)
{
    return host_call(SYS_fgetxattr, fd, name, value, size);
}

SYSCALL3(11, listxattr, ssize, path, path, out_buf, list, size, size)
{
    WITH_PATH(true, host_call(SYS_listxattr, l.path, list, size));
}

SYSCALL3(12, llistxattr, ssize, path, path, out_buf, list, size, size)
{
    WITH_PATH(false, host_call(SYS_llistxattr, l.path, list, size));
}

SYSCALL3(13, flistxattr, ssize, fd, fd, out_buf, list, size, size)
{
    return host_call(SYS_flistxattr, fd, list, size);
}

SYSCALL2(14, removexattr, int, path, path, str, name)
{
    WITH_PATH(true, host_call(SYS_removexattr, l.path, name));
}

SYSCALL2(15, lremovexattr, int, path, path, str, name)
{
    WITH_PATH(false, host_call(SYS_lremovexattr, l.path, name));
}

SYSCALL2(16, fremovexattr, int, fd, fd, str, name)
{
    return host_call(SYS_fremovexattr, fd, name);
}

SYSCALL6(463, setxattrat, int, dirfd, dir, path, path, atflags, flags, str, name, ptr, args, size,
         size)
{
    char room[MM_PAGE];
    args = inner_copy_sized(INNER_xattr_args, room, sizeof room, args, size);
    WITH_PATH(!(flags & AT_SYMLINK_NOFOLLOW),
              host_call(SYS_NR_setxattrat, dir, l.path, flags, name, args, size));
}

SYSCALL6(464, getxattrat, ssize, dirfd, dir, path, path, atflags, flags, str, name, ptr, args, size,
         size)
{
    char room[MM_PAGE];
    args = inner_copy_sized(INNER_xattr_args, room, sizeof room, args, size);
    WITH_PATH(!(flags & AT_SYMLINK_NOFOLLOW),
              host_call(SYS_NR_getxattrat, dir, l.path, flags, name, args, size));
}

SYSCALL5(465, listxattrat, ssize, dirfd, dir, path, path, atflags, flags, out_buf, list, size, size)
{
    WITH_PATH(!(flags & AT_SYMLINK_NOFOLLOW),
              host_call(SYS_NR_listxattrat, dir, l.path, flags, list, size));
}

SYSCALL4(466, removexattrat, int, dirfd, dir, path, path, atflags, flags, str, name)
{
    WITH_PATH(!(flags & AT_SYMLINK_NOFOLLOW),
              host_call(SYS_NR_removexattrat, dir, l.path, flags, name));
}
