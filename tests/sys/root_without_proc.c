// SPDX-License-Identifier: MIT
// beyond: programs are executed without help from the kernel
// native: it is linked dynamically there, and the root has no libraries
// Programs that are executed where the root is another, in which there is nothing but the program.
#define _GNU_SOURCE
#include "guest.h"
#include "own_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

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
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) < 0)
        return false;
    put("/proc/self/setgroups", "deny");
    snprintf(map, sizeof map, "0 %u 1", uid);
    put("/proc/self/uid_map", map);
    snprintf(map, sizeof map, "0 %u 1", gid);
    put("/proc/self/gid_map", map);
    return mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

static void copy_program(const char *to)
{
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    copy_program_to(out);
    close(out);
}

// As argv says: once more, in its place or in a child, until nothing is left of it.
static int again(char **argv)
{
    char *rest = argv[1] + 1;
    int status = -1;
    CHECK(access("/proc/self/stat", F_OK) == -1 && errno == ENOENT);
    syscall(SYS_close_range, 3u, UINT_MAX, 0u); // what the emulator may have is not the program's
    CHECK(dup(1) == 3 && close(3) == 0);
    if (!*rest)
        return guest_failures + 7;
    fflush(stdout);
    if (*rest == 'x') {
        execl("/none", "/none", NULL);
        execl("/program", argv[0], rest, NULL);
    }
    pid_t pid = *rest == 'v' ? vfork() : fork();
    if (!pid) {
        execl("/program", argv[0], rest, NULL);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 7 << 8);
    return guest_failures + 7;
}

static void start(void)
{
    int status = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        execl("/program", "name", ".xfvxx", NULL);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 7 << 8);
}

static int changed(void)
{
    CHECK(mkdir("root", 0700) == 0);
    copy_program("root/program");
    CHECK(chroot("root") == 0 && chdir("/") == 0);
    start();
    return guest_failures;
}

// By children that share the memory, as launchers do it; then by this process itself. There is a
// file in the other's place.
static int shared(void)
{
    CHECK(mkdir("shared", 0700) == 0 && mkdir("shared/proc", 0700) == 0 &&
          mkdir("shared/proc/self", 0700) == 0);
    copy_program("shared/program");
    int fd = open("shared/proc/self/exe", O_WRONLY | O_CREAT, 0700);
    CHECK(write(fd, "#!/nothing\n", 11) == 11 && close(fd) == 0);
    for (int i = 0; i < 3; i++) {
        int status = -1;
        fflush(stdout);
        pid_t pid = vfork();
        if (!pid) {
            if (chroot("shared") == 0 && chdir("/") == 0)
                execl("/program", "name", ".", NULL);
            _exit(99);
        }
        CHECK(waitpid(pid, &status, 0) == pid && status == 7 << 8);
    }
    CHECK(chroot("shared") == 0 && chdir("/") == 0);
    start();
    return guest_failures;
}

static int pivoted(void)
{
    CHECK(mkdir("pivot", 0700) == 0 && mount("tmpfs", "pivot", "tmpfs", 0, NULL) == 0);
    CHECK(mkdir("pivot/old", 0700) == 0);
    copy_program("pivot/program");
    CHECK(syscall(SYS_pivot_root, "pivot", "pivot/old") == 0 && chdir("/") == 0);
    CHECK(umount2("/old", MNT_DETACH) == 0 && rmdir("/old") == 0);
    start();
    return guest_failures;
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return again(argv);
    static int (*const ways[])(void) = {changed, shared, pivoted};
    for (int i = 0; i < 3; i++) {
        int status = -1;
        fflush(stdout);
        pid_t pid = fork();
        if (!pid && !enter()) {
            printf("no namespaces here\n");
            fflush(stdout);
            _exit(0);
        }
        if (!pid) {
            int failed = ways[i]();
            fflush(stdout);
            _exit(failed);
        }
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    }
    return guest_done();
}
