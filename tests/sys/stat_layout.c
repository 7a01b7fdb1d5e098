// SPDX-License-Identifier: MIT
// native: the arm64 layout
// struct stat, which arm64 lays out differently, field by field against statx.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct kernel_stat {
    unsigned long dev, ino;
    unsigned mode, nlink, uid, gid;
    unsigned long rdev, pad1;
    long size;
    int blksize, pad2;
    long blocks, atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    unsigned unused[2];
};

static void same(const char *path, int flags)
{
    struct kernel_stat k;
    struct statx x;
    memset(&k, 0xaa, sizeof k);
    CHECK(syscall(SYS_newfstatat, AT_FDCWD, path, &k, flags) == 0);
    CHECK(syscall(SYS_statx, AT_FDCWD, path, flags, STATX_BASIC_STATS, &x) == 0);
    CHECK(k.dev == makedev(x.stx_dev_major, x.stx_dev_minor) && k.ino == x.stx_ino);
    CHECK(k.mode == x.stx_mode && k.nlink == x.stx_nlink && k.uid == x.stx_uid &&
          k.gid == x.stx_gid);
    CHECK(k.rdev == makedev(x.stx_rdev_major, x.stx_rdev_minor));
    CHECK(k.size == (long)x.stx_size && k.blksize == (int)x.stx_blksize &&
          k.blocks == (long)x.stx_blocks);
    CHECK(k.mtime == x.stx_mtime.tv_sec && k.mtime_nsec == x.stx_mtime.tv_nsec);
    CHECK(k.ctime == x.stx_ctime.tv_sec && k.ctime_nsec == x.stx_ctime.tv_nsec);
}

int main(void)
{
    int fd = open("file", O_RDWR | O_CREAT, 0604);
    struct stat a, b;
    struct statfs fs;
    CHECK(write(fd, "12345", 5) == 5 && symlink("file", "link") == 0 && mkdir("dir", 0700) == 0);
    same("file", 0);
    same("link", AT_SYMLINK_NOFOLLOW);
    same("link", 0);
    same("dir", 0);
    same("/dev/null", 0);
    CHECK(fstat(fd, &a) == 0 && stat("link", &b) == 0 && a.st_ino == b.st_ino && a.st_size == 5 &&
          S_ISREG(a.st_mode));
    CHECK(lstat("link", &b) == 0 && S_ISLNK(b.st_mode) && b.st_size == 4);
    CHECK(fstatat(fd, "", &b, AT_EMPTY_PATH) == 0 && b.st_ino == a.st_ino);
    CHECK(syscall(SYS_fstat, fd, 16l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_newfstatat, AT_FDCWD, 16l, &b, 0) == -1 && errno == EFAULT);
    CHECK(stat("none", &b) == -1 && errno == ENOENT && stat("file/x", &b) == -1 &&
          errno == ENOTDIR);
    CHECK(stat("", &b) == -1 && errno == ENOENT);
    char longer[5000];
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = 0;
    CHECK(stat(longer, &b) == -1 && errno == ENAMETOOLONG);
    CHECK(statfs(".", &fs) == 0 && fs.f_bsize > 0 && fs.f_blocks > 0 && fs.f_namelen >= 14);
    CHECK(fstatfs(fd, &fs) == 0);
    struct timespec times[2] = {{1000, 5}, {2000, 7}};
    CHECK(utimensat(AT_FDCWD, "link", times, 0) == 0 && fstat(fd, &a) == 0 &&
          a.st_atim.tv_sec == 1000 && a.st_mtim.tv_sec == 2000 && a.st_mtim.tv_nsec == 7);
    times[0].tv_nsec = UTIME_OMIT;
    times[1].tv_nsec = UTIME_NOW;
    CHECK(futimens(fd, times) == 0 && fstat(fd, &a) == 0 && a.st_atim.tv_sec == 1000 &&
          a.st_mtim.tv_sec > 1000000);
    CHECK(access("file", R_OK) == 0 && access("none", F_OK) == -1 && errno == ENOENT);
    return guest_done();
}
