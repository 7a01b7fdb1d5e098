// SPDX-License-Identifier: MIT
// Moving data through descriptors. All of it passes through: buffers are the guest's own.
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/inner.h"
#include "linux/sys.h"
#include "linux/sys/lookup.h"
#include "linux/sys/procfs.h"

#include <unistd.h>

// The place in a file that the host is given: in a process's memory one where the emulator is
// becomes one where nothing is. What begins below does not come there, since the kernel stops at
// the first page that is not mapped.
static int64_t place_in(int fd, int64_t pos)
{
    bool beyond = pos >= (int64_t)MM_LIMIT && pos < (int64_t)MM_HOST_LIMIT;
    return unlikely(beyond) && procfs_is_memory(fd) ? (int64_t)GUEST_NOWHERE : pos;
}

// The calls that read and write go by way of these two; pos is HERE where the file's own place is
// meant.
enum { HERE = -1 };

static int64_t place_of(int fd, int64_t pos)
{
    return pos == HERE ? host_call(SYS_lseek, fd, 0, SEEK_CUR) : pos;
}

// Before reading there: 0 or -errno.
static ALWAYS_INLINE int64_t reading(int fd, int64_t pos)
{
    return procfs_is_noted(fd) && place_of(fd, pos) == 0 ? procfs_read_again(fd) : 0;
}

// After writing there `n` bytes (or -errno), which is the result.
static ALWAYS_INLINE int64_t written(int fd, int64_t pos, int64_t n)
{
    if (procfs_is_noted(fd) && n > 0)
        procfs_written(fd, pos == HERE ? place_of(fd, pos) - n : pos, n);
    return n;
}

SYSCALL3(63, read, ssize, fd, fd, out_buf, buf, size, size)
{
    int64_t err = reading(fd, HERE);
    return err ? err : host_call_blocking(t, SYS_read, fd, buf, size);
}

SYSCALL3(64, write, ssize, fd, fd, in_buf, buf, size, size)
{
    return written(fd, HERE, host_call_blocking(t, SYS_write, fd, buf, size));
}

SYSCALL3(65, readv, ssize, fd, fd, out_iovec, iov, ulong, count)
{
    struct vectors v;
    int64_t err = reading(fd, HERE);
    return err ? err : host_call_blocking(t, SYS_readv, fd, vectors_copy(&v, iov, count), count);
}

SYSCALL3(66, writev, ssize, fd, fd, in_iovec, iov, ulong, count)
{
    struct vectors v;
    return written(fd, HERE,
                   host_call_blocking(t, SYS_writev, fd, vectors_copy(&v, iov, count), count));
}

SYSCALL4(67, pread64, ssize, fd, fd, out_buf, buf, size, size, off, pos)
{
    int64_t err = reading(fd, pos);
    return err ? err : host_call_blocking(t, SYS_pread64, fd, buf, size, place_in(fd, pos));
}

SYSCALL4(68, pwrite64, ssize, fd, fd, in_buf, buf, size, size, off, pos)
{
    return written(fd, pos, host_call_blocking(t, SYS_pwrite64, fd, buf, size, place_in(fd, pos)));
}

SYSCALL5(69, preadv, ssize, fd, fd, out_iovec, iov, ulong, count, off, pos, hex, high)
{
    struct vectors v;
    int64_t err = reading(fd, pos);
    return err ? err
               : host_call_blocking(t, SYS_preadv, fd, vectors_copy(&v, iov, count), count,
                                    place_in(fd, pos), high);
}

SYSCALL5(70, pwritev, ssize, fd, fd, in_iovec, iov, ulong, count, off, pos, hex, high)
{
    struct vectors v;
    return written(fd, pos,
                   host_call_blocking(t, SYS_pwritev, fd, vectors_copy(&v, iov, count), count,
                                      place_in(fd, pos), high));
}

SYSCALL6(286, preadv2, ssize, fd, fd, out_iovec, iov, ulong, count, off, pos, hex, high, hex, flags)
{
    struct vectors v;
    int64_t err = reading(fd, pos);
    return err ? err
               : host_call_blocking(t, SYS_preadv2, fd, vectors_copy(&v, iov, count), count,
                                    place_in(fd, pos), high, flags);
}

SYSCALL6(287, pwritev2, ssize, fd, fd, in_iovec, iov, ulong, count, off, pos, hex, high, hex, flags)
{
    struct vectors v;
    return written(fd, pos,
                   host_call_blocking(t, SYS_pwritev2, fd, vectors_copy(&v, iov, count), count,
                                      place_in(fd, pos), high, flags));
}

SYSCALL3(62, lseek, off, fd, fd, off, offset, whence, whence)
{
    int64_t to = host_call(SYS_lseek, fd, offset, whence);
    int64_t place = to < 0 ? to : place_in(fd, to);
    if (unlikely(place != to))
        host_call(SYS_lseek, fd, place, SEEK_SET);
    return to;
}

SYSCALL4(71, sendfile, ssize, fd, out, fd, in, in_off, offset, size, count)
{
    return host_call_blocking(t, SYS_sendfile, out, in, offset, count);
}

SYSCALL6(76, splice, ssize, fd, in, in_off, off_in, fd, out, in_off, off_out, size, size, hex,
         flags)
{
    return host_call_blocking(t, SYS_splice, in, off_in, out, off_out, size, flags);
}

SYSCALL4(77, tee, ssize, fd, in, fd, out, size, size, hex, flags)
{
    return host_call_blocking(t, SYS_tee, in, out, size, flags);
}

SYSCALL4(75, vmsplice, ssize, fd, fd, in_iovec, iov, ulong, count, hex, flags)
{
    struct vectors v;
    return host_call_blocking(t, SYS_vmsplice, fd, vectors_copy(&v, iov, count), count, flags);
}

SYSCALL6(285, copy_file_range, ssize, fd, in, in_off, off_in, fd, out, in_off, off_out, size, size,
         hex, flags)
{
    return host_call_blocking(t, SYS_copy_file_range, in, off_in, out, off_out, size, flags);
}

SYSCALL2(45, truncate, int, path, path, off, size)
{
    struct lookup l;
    int64_t err = lookup_path(&l, path, true);
    return err ? err : host_call(SYS_truncate, l.path, size);
}

SYSCALL2(46, ftruncate, int, fd, fd, off, size)
{
    return host_call(SYS_ftruncate, fd, size);
}

SYSCALL4(47, fallocate, int, fd, fd, hex, mode, off, offset, off, size)
{
    return host_call_blocking(t, SYS_fallocate, fd, mode, offset, size);
}

SYSCALL4(223, fadvise64, int, fd, fd, off, offset, off, size, int, advice)
{
    return host_call(SYS_fadvise64, fd, offset, size, advice);
}

SYSCALL3(213, readahead, ssize, fd, fd, off, offset, size, size)
{
    return host_call(SYS_readahead, fd, offset, size);
}

SYSCALL0(81, sync, int)
{
    return host_call_blocking(t, SYS_sync);
}

SYSCALL1(267, syncfs, int, fd, fd)
{
    return host_call_blocking(t, SYS_syncfs, fd);
}

SYSCALL1(82, fsync, int, fd, fd)
{
    return host_call_blocking(t, SYS_fsync, fd);
}

SYSCALL1(83, fdatasync, int, fd, fd)
{
    return host_call_blocking(t, SYS_fdatasync, fd);
}

SYSCALL4(84, sync_file_range, int, fd, fd, off, offset, off, size, hex, flags)
{
    return host_call_blocking(t, SYS_sync_file_range, fd, offset, size, flags);
}

SYSCALL4(451, cachestat, int, fd, fd, ptr, range, ptr, stat, hex, flags)
{
    return host_call(451, fd, range, stat, flags);
}
