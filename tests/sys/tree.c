// SPDX-License-Identifier: MIT
// Folders, links, names, modes, owners, extended attributes.
#define _GNU_SOURCE
#include "guest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

static int entries(const char *path)
{
    DIR *d = opendir(path);
    int n = 0;
    while (d && readdir(d))
        n++;
    closedir(d);
    return n;
}

int main(void)
{
    char buf[256] = {0}, cwd[4096];
    struct stat st, other;
    umask(027);
    CHECK(umask(022) == 027);
    CHECK(mkdir("d", 0777) == 0 && stat("d", &st) == 0 && (st.st_mode & 07777) == 0755);
    int dir = open("d", O_RDONLY | O_DIRECTORY);
    CHECK(mkdirat(dir, "sub", 0700) == 0 && mkdirat(dir, "sub", 0700) == -1 && errno == EEXIST);
    int fd = openat(dir, "file", O_CREAT | O_RDWR, 0644);
    CHECK(fd >= 0 && linkat(dir, "file", dir, "hard", 0) == 0 && fstat(fd, &st) == 0 &&
          st.st_nlink == 2);
    CHECK(symlinkat("file", dir, "soft") == 0 && readlinkat(dir, "soft", buf, sizeof buf) == 4 &&
          !strcmp(buf, "file"));
    CHECK(readlinkat(dir, "file", buf, sizeof buf) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_readlinkat, dir, "soft", buf, 0) == -1 && errno == EINVAL);
    CHECK(linkat(dir, "soft", dir, "hard2", AT_SYMLINK_FOLLOW) == 0 &&
          fstatat(dir, "hard2", &other, 0) == 0 && other.st_ino == st.st_ino);
    CHECK(renameat(dir, "hard2", AT_FDCWD, "moved") == 0 && access("moved", F_OK) == 0);
    CHECK(syscall(SYS_renameat2, AT_FDCWD, "moved", dir, "hard", 1u) == -1 && errno == EEXIST);
    CHECK(mknodat(dir, "fifo", S_IFIFO | 0600, 0) == 0 && fstatat(dir, "fifo", &st, 0) == 0 &&
          S_ISFIFO(st.st_mode));
    CHECK(entries("d") == 7); // . .. sub file hard soft fifo
    CHECK(unlinkat(dir, "sub", 0) == -1 && errno == EISDIR &&
          unlinkat(dir, "sub", AT_REMOVEDIR) == 0);
    CHECK(rmdir("d") == -1 && errno == ENOTEMPTY);
    CHECK(fchmod(fd, 0600) == 0 && fchmodat(dir, "file", 04755, 0) == 0 && fstat(fd, &st) == 0 &&
          (st.st_mode & 07777) == 04755);
    CHECK(fchown(fd, getuid(), getgid()) == 0 &&
          fchownat(dir, "soft", -1, -1, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(getcwd(cwd, sizeof cwd) && chdir("d") == 0 && getcwd(buf, sizeof buf) &&
          !strcmp(strrchr(buf, '/'), "/d"));
    CHECK(fchdir(dir) == 0 && chdir(cwd) == 0 && chdir("moved") == -1 && errno == ENOTDIR);
    CHECK(syscall(SYS_getcwd, buf, 1l) == -1 && errno == ERANGE &&
          syscall(SYS_getcwd, 16l, 256l) == -1);
    CHECK(syscall(SYS_getdents64, dir, buf, 4l) == -1 && errno == EINVAL);

    if (setxattr("moved", "user.test", "value", 5, 0) == 0) {
        memset(buf, 0, sizeof buf);
        CHECK(getxattr("moved", "user.test", buf, sizeof buf) == 5 && !strcmp(buf, "value"));
        CHECK(fgetxattr(fd, "user.test", NULL, 0) == 5 &&
              listxattr("moved", buf, sizeof buf) >= 10);
        CHECK(removexattr("moved", "user.test") == 0 &&
              lgetxattr("moved", "user.test", buf, 1) == -1 && errno == ENODATA);
    } else {
        CHECK(errno == EOPNOTSUPP || errno == EPERM);
    }
    return guest_done();
}
