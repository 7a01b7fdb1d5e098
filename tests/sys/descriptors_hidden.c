// SPDX-License-Identifier: MIT
// beyond: a program that execveat starts by descriptor
// A program without a name has no descriptors but those that it was given: none is listed, and no
// call knows one.
#define _GNU_SOURCE
#include "guest.h"
#include "own_copy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MANY = 1100 };

// How many descriptors the folder lists.
static int listed(const char *name)
{
    DIR *folder = opendir(name);
    int count = 0;
    if (!folder)
        return -1;
    for (int round = 0; round < 2; round++, rewinddir(folder)) {
        count = 0;
        for (struct dirent *e; (e = readdir(folder));)
            count += e->d_name[0] != '.';
    }
    closedir(folder);
    return count;
}

// The same by so small a buffer that each entry comes alone.
static int listed_singly(const char *name)
{
    char entry[32];
    int fd = open(name, O_RDONLY | O_DIRECTORY), count = 0;
    while (syscall(SYS_getdents64, fd, entry, sizeof entry) > 0)
        count += entry[19] != '.';
    close(fd);
    return count;
}

static int open_ones(void)
{
    int count = 0;
    struct stat st;
    for (int fd = 0; fd < MANY; fd++) {
        bool is_open = fcntl(fd, F_GETFD) >= 0;
        count += is_open;
        CHECK((fstat(fd, &st) == 0) == is_open);
        int other = dup(fd);
        CHECK((other >= 0) == is_open);
        close(other);
    }
    return count;
}

// In the new program.
static int look(void)
{
    char name[64];
    int status = -1, events = epoll_create1(EPOLL_CLOEXEC);
    for (int fd = 3; fd < MANY; fd++)
        if (fd != events)
            CHECK(epoll_ctl(events, EPOLL_CTL_ADD, fd, &(struct epoll_event){0}) == -1 &&
                  errno == EBADF);
    CHECK(close(events) == 0 && open_ones() == 3);
    // With the one by which it is read.
    CHECK(listed("/proc/self/fd") == 4 && listed("/proc/self/fdinfo/") == 4);
    CHECK(listed("/dev/fd") == 4 && listed_singly("/proc/thread-self/fd") == 4);
    CHECK(chdir("/proc/self/fd") == 0 && listed(".") == 4 && chdir("/") == 0);
    pid_t pid = fork();
    if (!pid) {
        snprintf(name, sizeof name, "/proc/%d/fd", (int)getppid());
        _exit(listed(name) != 3);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(syscall(SYS_close_range, 3u, UINT_MAX, 0u) == 0);
    CHECK(open("/proc/self/exe", O_RDONLY) == 3); // is there all the same
    fflush(stdout);
    return guest_failures != 0;
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return look();
    int status = -1, memory = memfd_create("copy", MFD_CLOEXEC);
    copy_program_to(memory);
    int fd = opened_again(memory);
    CHECK(close(memory) == 0);
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        if (fd != 3)
            dup3(fd, 3, O_CLOEXEC);
        syscall(SYS_close_range, 4u, UINT_MAX, 0u);
        syscall(SYS_execveat, 3, "", (char *[]){argv[0], "look", NULL}, environ, AT_EMPTY_PATH);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    return guest_done();
}
