// SPDX-License-Identifier: MIT
// beyond: fanotify, cachestat, fchmodat2
// Files by handle, watched and locked files, what the page cache has of a file, modes without following.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fanotify.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CACHESTAT = 451, FCHMODAT2 };

static void by_handle(void)
{
    union {
        struct file_handle h;
        char room[sizeof(struct file_handle) + MAX_HANDLE_SZ];
    } u = {.h = {.handle_bytes = 0}};
    int mount_id, fd;
    CHECK(name_to_handle_at(AT_FDCWD, "file", &u.h, &mount_id, 0) == -1);
    if (errno == EOPNOTSUPP)
        return;
    CHECK(errno == EOVERFLOW && u.h.handle_bytes > 0);
    CHECK(name_to_handle_at(AT_FDCWD, "file", &u.h, &mount_id, 0) == 0);
    CHECK(syscall(SYS_name_to_handle_at, AT_FDCWD, "file", 16l, &mount_id, 0) == -1 &&
          errno == EFAULT);
    fd = open_by_handle_at(AT_FDCWD, &u.h, O_RDONLY);
    CHECK(fd >= 0 || errno == EPERM);
    CHECK(fd < 0 || (fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY);
    if (fd >= 0)
        CHECK(syscall(SYS_open_by_handle_at, AT_FDCWD, 16l, O_RDONLY) == -1 && errno == EFAULT);
    close(fd);
}

static void fanotify(void)
{
    // A notification has the guest's numbers in it: close on exec, large files.
    int fd = (int)syscall(SYS_fanotify_init, FAN_CLASS_NOTIF | FAN_NONBLOCK | FAN_CLOEXEC,
                          O_RDONLY | O_LARGEFILE | O_CLOEXEC);
    if (fd < 0) {
        CHECK(errno == EPERM || errno == ENOSYS);
        return;
    }
    struct fanotify_event_metadata event[4];
    CHECK(fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN | FAN_CLOSE_WRITE, AT_FDCWD, "file") == 0);
    CHECK(close(open("file", O_WRONLY)) == 0);
    ssize_t n = read(fd, event, sizeof event);
    CHECK(n >= (ssize_t)sizeof event[0] && event[0].vers == FANOTIFY_METADATA_VERSION &&
          event[0].mask & FAN_OPEN && event[0].pid == getpid());
    struct stat of_event, of_file;
    CHECK(fstat(event[0].fd, &of_event) == 0 && stat("file", &of_file) == 0 &&
          of_event.st_ino == of_file.st_ino && fcntl(event[0].fd, F_GETFD) == FD_CLOEXEC);
    CHECK(fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, "none") == -1 && errno == ENOENT);
    CHECK(fanotify_mark(fd, FAN_MARK_ADD, FAN_OPEN, AT_FDCWD, (char *)16) == -1 && errno == EFAULT);
    close(fd);
}

static void inotify(void)
{
    char buf[512];
    int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    int watch = inotify_add_watch(fd, "file", IN_ATTRIB);
    CHECK(fd >= 0 && watch > 0 && chmod("file", 0640) == 0);
    struct inotify_event *e = (void *)buf;
    CHECK(read(fd, buf, sizeof buf) == sizeof *e && e->wd == watch && e->mask == IN_ATTRIB);
    CHECK(inotify_rm_watch(fd, watch) == 0 && inotify_rm_watch(fd, watch) == -1 && errno == EINVAL);
    close(fd);
}

static void locked(int fd)
{
    int other = open("file", O_RDONLY);
    CHECK(flock(fd, LOCK_EX) == 0 && flock(other, LOCK_SH | LOCK_NB) == -1 && errno == EWOULDBLOCK);
    CHECK(flock(fd, LOCK_UN) == 0 && flock(other, LOCK_SH | LOCK_NB) == 0);
    CHECK(flock(fd, 3) == -1 && errno == EINVAL && flock(-1, LOCK_SH) == -1 && errno == EBADF);
    close(other);
}

static void cached(int fd)
{
    struct {
        unsigned long offset, size;
    } range = {0, 0};
    unsigned long stat[5] = {-1ul};
    if (syscall(CACHESTAT, fd, &range, stat, 0u) == -1) {
        CHECK(errno == ENOSYS || errno == EOPNOTSUPP);
        return;
    }
    CHECK(stat[0] <= 1);
    CHECK(syscall(CACHESTAT, fd, 16l, stat, 0u) == -1 && errno == EFAULT);
    CHECK(syscall(CACHESTAT, fd, &range, 16l, 0u) == -1 && errno == EFAULT);
    CHECK(syscall(CACHESTAT, fd, &range, stat, 9u) == -1 && errno == EINVAL);
}

int main(void)
{
    struct stat st;
    int fd = open("file", O_RDWR | O_CREAT, 0600);
    CHECK(fd >= 0 && write(fd, "text", 4) == 4 && symlink("file", "link") == 0);
    by_handle();
    inotify();
    fanotify();
    locked(fd);
    cached(fd);
    long r = syscall(FCHMODAT2, AT_FDCWD, "link", 0600, 0);
    if (r == 0 || errno != ENOSYS) {
        CHECK(r == 0 && stat("file", &st) == 0 && (st.st_mode & 07777) == 0600);
        CHECK(syscall(FCHMODAT2, AT_FDCWD, "link", 0777, AT_SYMLINK_NOFOLLOW) == -1 &&
              errno == EOPNOTSUPP);
        CHECK(syscall(FCHMODAT2, AT_FDCWD, "file", 0600, 1) == -1 && errno == EINVAL);
    }
    return guest_done();
}
