// SPDX-License-Identifier: MIT
// beyond: openat2, close_range, O_LARGEFILE
// The newer calls about descriptors: openat2, close_range, faccessat2.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int openat2(int dir, const char *path, struct open_how *how, size_t size)
{
    return (int)syscall(SYS_openat2, dir, path, how, size);
}

int main(void)
{
    struct open_how how = {.flags = O_RDWR | O_CREAT, .mode = 0600};
    int fd = openat2(AT_FDCWD, "file", &how, sizeof how);
    CHECK(fd >= 0 &&
          syscall(SYS_fcntl, fd, F_GETFL) & (GUEST_ARM64 ? 0400000 : 0100000)); // O_LARGEFILE: a 64-bit kernel adds it
    how = (struct open_how){.flags = O_RDONLY | O_DIRECTORY};
    CHECK(openat2(AT_FDCWD, "file", &how, sizeof how) == -1 && errno == ENOTDIR);
    int dir = openat2(AT_FDCWD, ".", &how, sizeof how);
    CHECK(dir >= 0 && symlink("file", "link") == 0);
    how = (struct open_how){.flags = O_RDONLY | O_NOFOLLOW};
    CHECK(openat2(dir, "link", &how, sizeof how) == -1 && errno == ELOOP);
    how = (struct open_how){.flags = O_RDONLY, .resolve = RESOLVE_BENEATH};
    CHECK(openat2(dir, "/etc/passwd", &how, sizeof how) == -1 && errno == EXDEV);
    CHECK(openat2(dir, "file", &how, 4) == -1 && errno == EINVAL);
    CHECK(openat2(dir, "file", (void *)16, sizeof how) == -1 && errno == EFAULT);
    CHECK(dup2(fd, 100) == 100 && dup2(fd, 101) == 101 &&
          syscall(SYS_close_range, 100u, ~0u, 0) == 0);
    CHECK(fcntl(100, F_GETFD) == -1 && fcntl(101, F_GETFD) == -1 && fcntl(fd, F_GETFD) == 0);
    CHECK(syscall(SYS_faccessat2, AT_FDCWD, "link", R_OK, AT_SYMLINK_NOFOLLOW) == 0);
    CHECK(syscall(SYS_faccessat2, AT_FDCWD, "none", F_OK, 0) == -1 && errno == ENOENT);
    return guest_done();
}
