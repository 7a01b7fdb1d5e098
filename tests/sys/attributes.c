// SPDX-License-Identifier: MIT
// beyond: setxattrat and its like, file_getattr
// Extended attributes by path, by link, by descriptor and by folder; the attributes of a file system.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

// Where nothing is; volatile, so that the compiler does not warn of it.
static void *volatile nowhere = (void *)16;

enum { SETXATTRAT = 463, GETXATTRAT, LISTXATTRAT, REMOVEXATTRAT, FILE_GETATTR = 468, FILE_SETATTR };

struct at_args {
    unsigned long value;
    unsigned size, flags;
};

static void by_path_and_descriptor(int fd)
{
    char value[16] = {0}, list[256];
    CHECK(setxattr("file", "user.a", "one", 3, XATTR_CREATE) == 0);
    CHECK(setxattr("file", "user.a", "two", 3, XATTR_CREATE) == -1 && errno == EEXIST);
    CHECK(setxattr("file", "user.b", "two", 3, XATTR_REPLACE) == -1 && errno == ENODATA);
    CHECK(getxattr("file", "user.a", value, sizeof value) == 3 && !strcmp(value, "one"));
    CHECK(getxattr("file", "user.a", NULL, 0) == 3 && getxattr("file", "user.a", value, 2) == -1 &&
          errno == ERANGE);
    CHECK(getxattr("link", "user.a", value, sizeof value) == 3);
    CHECK(lgetxattr("link", "user.a", value, sizeof value) == -1);
    CHECK(fsetxattr(fd, "user.b", "three", 5, 0) == 0 && fgetxattr(fd, "user.b", value, 16) == 5);
    ssize_t n = flistxattr(fd, list, sizeof list);
    CHECK(n >= 14 && memmem(list, (size_t)n, "user.a", 7) && memmem(list, (size_t)n, "user.b", 7));
    CHECK(listxattr("file", list, sizeof list) == n && listxattr("link", NULL, 0) == n);
    CHECK(llistxattr("link", list, sizeof list) < n);
    CHECK(lsetxattr("file", "user.c", "", 0, 0) == 0 && lremovexattr("file", "user.c") == 0);
    CHECK(lsetxattr("link", "user.c", "", 0, 0) == -1 && errno == EPERM);
    CHECK(removexattr("file", "user.a") == 0 && fremovexattr(fd, "user.b") == 0);
    CHECK(removexattr("file", "user.a") == -1 && errno == ENODATA);
    CHECK(fremovexattr(-1, "user.a") == -1 && errno == EBADF);
    CHECK(setxattr(nowhere, "user.a", "", 0, 0) == -1 && errno == EFAULT);
    CHECK(setxattr("file", "user.a", nowhere, 4, 0) == -1 && errno == EFAULT);
    CHECK(getxattr("none", "user.a", NULL, 0) == -1 && errno == ENOENT);
}

static void by_folder(void)
{
    char value[16] = {0}, list[256];
    int dir = open(".", O_RDONLY | O_DIRECTORY);
    struct at_args args = {(unsigned long)"four", 4, 0};
    long r = syscall(SETXATTRAT, dir, "file", 0, "user.d", &args, sizeof args);
    if (r == -1 && errno == ENOSYS)
        return;
    CHECK(r == 0);
    args = (struct at_args){(unsigned long)value, sizeof value, 0};
    CHECK(syscall(GETXATTRAT, dir, "link", 0, "user.d", &args, sizeof args) == 4 &&
          !strcmp(value, "four"));
    CHECK(syscall(GETXATTRAT, dir, "link", AT_SYMLINK_NOFOLLOW, "user.d", &args, sizeof args) == -1);
    CHECK(syscall(LISTXATTRAT, dir, "file", 0, list, sizeof list) >= 7);
    CHECK(syscall(REMOVEXATTRAT, dir, "file", 0, "user.d") == 0 &&
          syscall(REMOVEXATTRAT, dir, "file", 0, "user.d") == -1 && errno == ENODATA);
    CHECK(syscall(GETXATTRAT, dir, "file", 0, "user.d", &args, 4ul) == -1 && errno == EINVAL);
    close(dir);
}

static void of_the_file_system(int fd)
{
    struct {
        unsigned long flags;
        unsigned extent, count, project, extent_cow;
    } attr = {0};
    long r = syscall(FILE_GETATTR, fd, "", &attr, sizeof attr, AT_EMPTY_PATH);
    CHECK(r == 0 || errno == ENOSYS || errno == EOPNOTSUPP);
    CHECK(syscall(FILE_GETATTR, fd, "", &attr, 4ul, AT_EMPTY_PATH) == -1);
    r = syscall(FILE_SETATTR, AT_FDCWD, "file", &attr, sizeof attr, 0);
    CHECK(r == 0 || errno == ENOSYS || errno == EOPNOTSUPP || errno == EINVAL || errno == EPERM);
    CHECK(syscall(FILE_SETATTR, AT_FDCWD, "none", &attr, sizeof attr, 0) == -1);
}

int main(void)
{
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && symlink("file", "link") == 0);
    if (fsetxattr(fd, "user.x", "", 0, 0) == -1 && errno == EOPNOTSUPP) {
        printf("a file system without extended attributes\n");
    } else {
        CHECK(fremovexattr(fd, "user.x") == 0);
        by_path_and_descriptor(fd);
        by_folder();
    }
    of_the_file_system(fd);
    return guest_done();
}
