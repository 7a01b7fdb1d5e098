// SPDX-License-Identifier: MIT
// Asking about files.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/sys.h"
#include "linux/sys/lookup.h"
#include "linux/sys_abi.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

int64_t put_stat(uint64_t to, const struct stat *st)
{
    struct guest_stat g = {
        .dev = st->st_dev,
        .ino = st->st_ino,
        .mode = st->st_mode,
        .nlink = (uint32_t)st->st_nlink,
        .uid = st->st_uid,
        .gid = st->st_gid,
        .rdev = st->st_rdev,
        .size = st->st_size,
        .blksize = (int32_t)st->st_blksize,
        .blocks = st->st_blocks,
        .atime_sec = st->st_atim.tv_sec,
        .atime_nsec = st->st_atim.tv_nsec,
        .mtime_sec = st->st_mtim.tv_sec,
        .mtime_nsec = st->st_mtim.tv_nsec,
        .ctime_sec = st->st_ctim.tv_sec,
        .ctime_nsec = st->st_ctim.tv_nsec,
    };
    return guest_write(to, &g, sizeof g) ? 0 : -EFAULT;
}

SYSCALL2(80, fstat, int, fd, fd, out_stat, buf)
{
    struct stat st;
    int64_t err = host_call(SYS_fstat, fd, &st);
    return err ? err : put_stat(buf, &st);
}

SYSCALL4(79, newfstatat, int, dirfd, dir, path, path, out_stat, buf, atflags, flags)
{
    struct lookup l;
    struct stat st;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    if (err)
        return err;
    if (l.seen == PATH_SEEN ? !(flags & ~AT_SYMLINK_NOFOLLOW) : l.seen && !flags)
        return put_stat(buf, &l.st);
    err = host_call(SYS_newfstatat, dir, l.path, &st, flags);
    return err ? err : put_stat(buf, &st);
}

SYSCALL5(291, statx, int, dirfd, dir, path, path, atflags, flags, hex, mask, ptr, buf)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(SYS_statx, dir, l.path, flags, mask, buf);
}

SYSCALL2(43, statfs, int, path, path, ptr, buf)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_statfs, l.path, buf);
}

SYSCALL2(44, fstatfs, int, fd, fd, ptr, buf)
{
    return host_call(SYS_fstatfs, fd, buf);
}

SYSCALL3(48, faccessat, int, dirfd, dir, path, path, accmode, mode)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_faccessat, dir, l.path, mode);
}

SYSCALL4(439, faccessat2, int, dirfd, dir, path, path, accmode, mode, hex, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(SYS_faccessat2, dir, l.path, mode, flags);
}

SYSCALL4(88, utimensat, int, dirfd, dir, path, path, in_timespec2, times, atflags, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(SYS_utimensat, dir, l.path, times, flags);
}

SYSCALL5(468, file_getattr, int, dirfd, dir, path, path, ptr, attr, size, size, atflags, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(SYS_NR_file_getattr, dir, l.path, attr, size, flags);
}

SYSCALL5(469, file_setattr, int, dirfd, dir, path, path, ptr, attr, size, size, atflags, flags)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, !(flags & AT_SYMLINK_NOFOLLOW));
    return err ? err : host_call(SYS_NR_file_setattr, dir, l.path, attr, size, flags);
}
