// SPDX-License-Identifier: MIT
// Files as the program sees them (vFile), for a gdb whose sysroot is "target:". Paths mean what
// they mean to the program: with the sysroot laid over them, and /proc showing the guest.
#include "debug/gdb_commands.h"
#include "linux/host_call.h"
#include "linux/path.h"
#include "linux/sys/procfs.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 16, PIECE = GDB_PACKET / 2 - 32 };

// Those that are open: no others can be read. Handles are where they stand.
static int files[FILES] = {[0 ... FILES - 1] = -1};

// Errors have gdb's numbers (File-I/O protocol, "Errno Values"), which are those of Linux but for a
// few that are 9999.
static void put_result(int64_t r)
{
    static const uint16_t known[] = {EPERM,  ENOENT, EINTR,  EBADF,   EACCES, EFAULT,
                                     EBUSY,  EEXIST, ENODEV, ENOTDIR, EISDIR, EINVAL,
                                     ENFILE, EMFILE, EFBIG,  ENOSPC,  ESPIPE, EROFS};
    if (r >= 0) {
        gdb_printf(&gdb.out, "F%llx", (unsigned long long)r);
        return;
    }
    int error = r == -ENAMETOOLONG ? 91 : 9999;
    for (unsigned i = 0; i < ARRAY_LEN(known); i++)
        if (known[i] == -r)
            error = (int)-r;
    gdb_printf(&gdb.out, "F-1,%x", (unsigned)error);
}

// A path in hexadecimal, up to ',' or the end; as the host knows it.
static const char *path_of(const char **args, char given[PATH_SIZE], char buf[PATH_SIZE])
{
    size_t n = strcspn(*args, ",") / 2;
    if (n >= PATH_SIZE || !gdb_bytes(*args, given, n))
        return NULL;
    given[n] = 0;
    *args += 2 * n;
    return path_in_sysroot(given, buf);
}

static enum gdb_answer open_file(const char *args)
{
    char given[PATH_SIZE], buf[PATH_SIZE];
    uint64_t flags;
    const char *path = path_of(&args, given, buf);
    if (!path || !gdb_skip(&args, ",") || !gdb_number(&args, &flags))
        return GDB_INVALID;
    unsigned i = 0;
    while (i < FILES && files[i] >= 0)
        i++;
    if (i == FILES || flags & 3) {
        put_result(i == FILES ? -EMFILE : -EACCES); // only to read
        return GDB_ANSWER;
    }
    const int how = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
    int64_t fd = procfs_opened(host_call(SYS_openat, AT_FDCWD, path, how), given, O_CLOEXEC);
    if (fd >= 0)
        files[i] = (int)fd;
    put_result(fd < 0 ? fd : (int64_t)i);
    return GDB_ANSWER;
}

static bool file_of(const char **args, int **fd)
{
    uint64_t i;
    if (!gdb_number(args, &i) || i >= FILES || files[i] < 0)
        return false;
    *fd = &files[i];
    return true;
}

static enum gdb_answer close_file(const char *args)
{
    int *fd;
    if (!file_of(&args, &fd)) {
        put_result(-EBADF);
        return GDB_ANSWER;
    }
    put_result(host_call(SYS_close, *fd));
    *fd = -1;
    return GDB_ANSWER;
}

static void put_bytes(const void *bytes, int64_t n)
{
    put_result(n);
    if (n < 0)
        return;
    gdb_char(&gdb.out, ';');
    gdb_binary(&gdb.out, bytes, (size_t)n);
}

static enum gdb_answer read_file(const char *args)
{
    static uint8_t bytes[PIECE];
    uint64_t count, offset;
    int *fd;
    if (!file_of(&args, &fd)) {
        put_result(-EBADF);
        return GDB_ANSWER;
    }
    if (!gdb_skip(&args, ",") || !gdb_number(&args, &count) || !gdb_skip(&args, ",") ||
        !gdb_number(&args, &offset))
        return GDB_INVALID;
    count = count < PIECE ? count : PIECE;
    put_bytes(bytes, host_call(SYS_pread64, *fd, bytes, count, offset));
    return GDB_ANSWER;
}

// The protocol's struct stat, big-endian.
struct protocol_stat {
    uint32_t dev, ino, mode, nlink, uid, gid, rdev;
    uint64_t size, blksize, blocks;
    uint32_t atime, mtime, ctime;
} __attribute__((packed));

static void put_stat(int64_t r, const struct stat *st)
{
    struct protocol_stat s = {
        .dev = htobe32((uint32_t)st->st_dev),
        .ino = htobe32((uint32_t)st->st_ino),
        .mode = htobe32(st->st_mode),
        .nlink = htobe32((uint32_t)st->st_nlink),
        .uid = htobe32(st->st_uid),
        .gid = htobe32(st->st_gid),
        .rdev = htobe32((uint32_t)st->st_rdev),
        .size = htobe64((uint64_t)st->st_size),
        .blksize = htobe64((uint64_t)st->st_blksize),
        .blocks = htobe64((uint64_t)st->st_blocks),
        .atime = htobe32((uint32_t)st->st_atim.tv_sec),
        .mtime = htobe32((uint32_t)st->st_mtim.tv_sec),
        .ctime = htobe32((uint32_t)st->st_ctim.tv_sec),
    };
    put_bytes(&s, r < 0 ? r : (int64_t)sizeof s);
}

static enum gdb_answer stat_file(const char *args)
{
    struct stat st = {0};
    int *fd;
    put_stat(file_of(&args, &fd) ? host_call(SYS_fstat, *fd, &st) : -EBADF, &st);
    return GDB_ANSWER;
}

static enum gdb_answer stat_path(const char *args)
{
    char given[PATH_SIZE], buf[PATH_SIZE];
    struct stat st = {0};
    const char *path = path_of(&args, given, buf);
    if (!path)
        return GDB_INVALID;
    put_stat(host_call(SYS_newfstatat, AT_FDCWD, path, &st, 0), &st);
    return GDB_ANSWER;
}

static enum gdb_answer read_link(const char *args)
{
    char given[PATH_SIZE], buf[PATH_SIZE], target[PATH_SIZE];
    const char *path = path_of(&args, given, buf);
    if (!path)
        return GDB_INVALID;
    if (procfs_exe(given, target)) {
        put_bytes(target, (int64_t)strlen(target));
        return GDB_ANSWER;
    }
    put_bytes(target, host_call(SYS_readlinkat, AT_FDCWD, path, target, sizeof target));
    return GDB_ANSWER;
}

GDB_COMMAND(file)
{
    (void)length;
    if (gdb_skip(&args, "setfs:")) { // of whichever process: there is one
        put_result(0);
        return GDB_ANSWER;
    }
    if (gdb_skip(&args, "open:"))
        return open_file(args);
    if (gdb_skip(&args, "close:"))
        return close_file(args);
    if (gdb_skip(&args, "pread:"))
        return read_file(args);
    if (gdb_skip(&args, "fstat:"))
        return stat_file(args);
    if (gdb_skip(&args, "stat:"))
        return stat_path(args);
    if (gdb_skip(&args, "readlink:"))
        return read_link(args);
    return GDB_ANSWER;
}
