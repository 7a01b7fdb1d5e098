// SPDX-License-Identifier: MIT
// beyond: a program that execveat starts by descriptor
// The name that a program is told it was started by (AT_EXECFN), and what it finds itself by.
#define _GNU_SOURCE
#include "guest.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// In the new program: 0 if it was told what argv[1] says, and is what it was.
static int told(char **argv)
{
    char exe[4096] = "";
    const char *name = (const char *)getauxval(AT_EXECFN);
    if (!name || strcmp(name, argv[1])) {
        printf("AT_EXECFN is %s, not %s\n", name ? name : "nothing", argv[1]);
        return 1;
    }
    return readlink("/proc/self/exe", exe, sizeof exe - 1) < 0 || strcmp(exe, argv[2]) ||
           strcmp(argv[0], "called");
}

// What comes out when `path` of folder `dir` is executed, told to expect `name`.
static int start(int dir, const char *path, const char *name, const char *exe, int flags)
{
    int status = -1;
    char *argv[] = {"called", (char *)name, (char *)exe, NULL};
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        syscall(SYS_execveat, dir, path, argv, environ, flags);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

int main(int argc, char **argv)
{
    char exe[4096] = "", name[128], *slash;
    if (argc == 3)
        return told(argv);
    CHECK(readlink("/proc/self/exe", exe, sizeof exe - 1) > 0);
    int fd = open(exe, O_RDONLY);
    CHECK(fd >= 0);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    CHECK(start(fd, "", name, exe, AT_EMPTY_PATH) == 0);
    CHECK(start(AT_FDCWD, exe, exe, exe, 0) == 0 && start(fd, exe, exe, exe, 0) == 0);
    char folder[4096];
    strcpy(folder, exe);
    slash = strrchr(folder, '/');
    *slash = 0;
    int dir = open(folder, O_RDONLY | O_DIRECTORY);
    snprintf(name, sizeof name, "/dev/fd/%d/%s", dir, slash + 1);
    CHECK(start(dir, slash + 1, name, exe, 0) == 0);
    CHECK(chdir(folder) == 0 && start(AT_FDCWD, slash + 1, slash + 1, exe, 0) == 0);
    return guest_done();
}
