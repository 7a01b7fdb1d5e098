// SPDX-License-Identifier: MIT
// beyond: the file descriptors of mounts
// Mounts, old and new interface, in namespaces of its own; what is refused to who may not.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Where nothing is; volatile, so that the compiler does not warn of it.
static void *volatile nowhere = (void *)16;

enum { STATMOUNT = 457, LISTMOUNT, OPEN_TREE_ATTR = 467, LISTNS = 470 };

// <sys/mount.h> and <linux/mount.h> do not go together.
int mount(const char *, const char *, const char *, unsigned long, const void *);
int umount2(const char *, int);

static void put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
}

// False: this host gives no namespaces.
static bool enter(void)
{
    char map[64];
    unsigned uid = getuid(), gid = getgid();
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS) < 0)
        return false;
    put("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    put("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    put("/proc/self/gid_map", map);
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static void old_interface(void)
{
    struct stat inside, outside;
    CHECK(mkdir("old", 0700) == 0 && stat("old", &outside) == 0);
    CHECK(mount("tmpfs", "old", "tmpfs", MS_NOSUID, "size=64k") == 0);
    CHECK(stat("old", &inside) == 0 && inside.st_dev != outside.st_dev);
    CHECK(mount("tmpfs", "old", "no such type", 0, NULL) == -1 && errno == ENODEV);
    CHECK(mount("tmpfs", "none", "tmpfs", 0, NULL) == -1 && errno == ENOENT);
    CHECK(mount(nowhere, "old", "tmpfs", 0, NULL) == -1 && errno == EFAULT);
    CHECK(umount2("old", 2 /* MNT_DETACH */) == 0);
    CHECK(umount2("old", 0) == -1 && errno == EINVAL);
    CHECK(mount("none", "old", NULL, MS_BIND, NULL) == -1 && errno == ENOENT);
    CHECK(mount(nowhere, "old", NULL, MS_BIND, NULL) == -1 && errno == EFAULT);
}

// In a program that was started in the namespaces: it in another place, as tools for containers
// have it.
static int bind_program(void)
{
    struct stat program, bound;
    CHECK(close(open("bound", O_CREAT | O_WRONLY, 0600)) == 0);
    CHECK(mount("/proc/self/exe", "bound", NULL, MS_BIND, NULL) == 0);
    CHECK(stat("/proc/self/exe", &program) == 0 && stat("bound", &bound) == 0);
    CHECK(program.st_ino == bound.st_ino && program.st_size == bound.st_size);
    CHECK(umount2("bound", 0) == 0 && unlink("bound") == 0);
    return guest_failures;
}

static void bind_in_child(void)
{
    int status = -1;
    char program[4096] = ""; // by its name: the link leads out of the namespace
    CHECK(readlink("/proc/self/exe", program, sizeof program - 1) > 0);
    pid_t child = fork();
    if (!child) {
        execl(program, program, "bind", NULL);
        _exit(99);
    }
    CHECK(waitpid(child, &status, 0) == child && status == 0);
}

static void new_interface(void)
{
    struct stat before, after;
    int fs = (int)syscall(SYS_fsopen, "tmpfs", FSOPEN_CLOEXEC);
    CHECK(fs >= 0 && mkdir("new", 0700) == 0 && stat("new", &before) == 0);
    CHECK(syscall(SYS_fsopen, 16l, 0) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "size", "64k", 0) == 0);
    CHECK(syscall(SYS_fsconfig, fs, FSCONFIG_SET_STRING, "nonsense", "1", 0) == -1);
    CHECK(syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) == 0);
    int mnt = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
    CHECK(mnt >= 0);
    CHECK(syscall(SYS_move_mount, mnt, "", AT_FDCWD, "new", MOVE_MOUNT_F_EMPTY_PATH) == 0);
    CHECK(stat("new", &after) == 0 && before.st_dev != after.st_dev);
    CHECK(close(open("new/file", O_CREAT | O_WRONLY, 0600)) == 0);
    struct mount_attr attr = {.attr_set = MOUNT_ATTR_RDONLY};
    CHECK(syscall(SYS_mount_setattr, AT_FDCWD, "new", 0, &attr, sizeof attr) == 0);
    CHECK(open("new/file", O_WRONLY) == -1 && errno == EROFS);
    CHECK(syscall(SYS_mount_setattr, AT_FDCWD, "new", 0, 16l, sizeof attr) == -1);
    int pick = (int)syscall(SYS_fspick, AT_FDCWD, "new", FSPICK_CLOEXEC);
    CHECK(pick >= 0);
    int tree = (int)syscall(SYS_open_tree, AT_FDCWD, "new", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
    CHECK(tree >= 0 && faccessat(tree, "file", R_OK, 0) == 0);
    attr = (struct mount_attr){.attr_set = MOUNT_ATTR_NOSUID};
    int with = (int)syscall(OPEN_TREE_ATTR, AT_FDCWD, "new", OPEN_TREE_CLONE, &attr, sizeof attr);
    CHECK(with >= 0 || errno == ENOSYS);
}

static void questions(void)
{
    struct {
        uint32_t size, ns_fd;
        uint64_t id, param;
    } request = {24, 0, UINT64_MAX, 0}; // LSMT_ROOT
    uint64_t ids[64];
    char about[4096];
    long n = syscall(LISTMOUNT, &request, ids, 64ul, 0u);
    if (n == -1 && errno == ENOSYS)
        return;
    CHECK(n > 0 && n <= 64);
    request.id = ids[0];
    request.param = 2; // STATMOUNT_MNT_BASIC
    CHECK(syscall(STATMOUNT, &request, about, sizeof about, 0u) == 0);
    CHECK(syscall(STATMOUNT, 16l, about, sizeof about, 0u) == -1 && errno == EFAULT);
    CHECK(syscall(LISTMOUNT, &request, ids, 64ul, 99u) == -1 && errno == EINVAL);
    CHECK(syscall(LISTNS, NULL, ids, 64ul, 0u) == -1);
}

static void roots(void)
{
    CHECK(mkdir("root", 0700) == 0 && mount("tmpfs", "root", "tmpfs", 0, NULL) == 0);
    CHECK(mkdir("root/old", 0700) == 0 && mkdir("root/inner", 0700) == 0);
    CHECK(syscall(SYS_pivot_root, "root/none", "root/old") == -1 && errno == ENOENT);
    CHECK(syscall(SYS_pivot_root, "root", "root/old") == 0 && chdir("/") == 0);
    CHECK(access("/inner", F_OK) == 0 && access("/old/proc", F_OK) == 0);
    CHECK(chroot("/none") == -1 && errno == ENOENT && chroot("/inner") == 0 && chdir("/") == 0);
    CHECK(access("/old", F_OK) == -1 && errno == ENOENT);
}

static void names(void)
{
    char name[64] = {0};
    int own = open("/proc/self/ns/uts", O_RDONLY);
    CHECK(sethostname("elsewhere", 9) == 0 && gethostname(name, sizeof name) == 0 &&
          !strcmp(name, "elsewhere"));
    CHECK(setdomainname("else", 4) == 0 && getdomainname(name, sizeof name) == 0 &&
          !strcmp(name, "else"));
    CHECK(sethostname(nowhere, 1000) == -1 && errno == EINVAL);
    CHECK(sethostname(nowhere, 4) == -1 && errno == EFAULT);
    CHECK(unshare(CLONE_NEWUTS) == 0 && sethostname("third", 5) == 0);
    CHECK(setns(own, CLONE_NEWUTS) == 0 && gethostname(name, sizeof name) == 0 &&
          !strcmp(name, "elsewhere"));
    CHECK(setns(own, CLONE_NEWNET) == -1 && errno == EINVAL);
    CHECK(setns(-1, 0) == -1 && errno == EBADF && unshare(1) == -1 && errno == EINVAL);
    close(own);
}

static void inside(void)
{
    if (!enter()) {
        printf("no namespaces here\n");
        _exit(guest_failures);
    }
    names();
    old_interface();
    bind_in_child();
    new_interface();
    questions();
    roots();
    fflush(stdout);
    _exit(guest_failures);
}

int main(int argc, char **argv)
{
    int status;
    if (argc > 1 && !strcmp(argv[1], "bind"))
        return bind_program();
    fflush(stdout);
    pid_t child = fork();
    if (!child)
        inside();
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    // Quotas: none here, or not for this user.
    char quota[256];
    CHECK(syscall(SYS_quotactl, 0x80000500, "/dev/none", 0, quota) == -1 && errno != EINVAL);
    CHECK(syscall(SYS_quotactl_fd, -1, 0x80000500, 0, quota) == -1);
    return guest_done();
}
