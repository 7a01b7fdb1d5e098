// SPDX-License-Identifier: MIT
// beyond: a program that execveat starts by descriptor
// The name that a program is told it was started by (AT_EXECFN), what it finds itself by, and what
// its process is called: also where execve closes the descriptor that it was executed by, and where
// it was reached by links. A descriptor's program has its file's name since Linux 6.14.
#define _GNU_SOURCE
#include "guest.h"
#include "own_copy.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMM = 16 };

// Says so if it is something else.
static int is(const char *what, const char *says, const char *wanted)
{
    if (says && !strcmp(says, wanted))
        return 1;
    printf("%s is %s, not %s\n", what, says ? says : "nothing", wanted);
    return 0;
}

// In the new program: 0 if it was told what argv[1] says, is what it was, and called argv[3].
static int told(char **argv)
{
    char exe[4096] = "", comm[COMM + 1] = "";
    prctl(PR_GET_NAME, comm);
    return !is("AT_EXECFN", (const char *)getauxval(AT_EXECFN), argv[1]) ||
           readlink("/proc/self/exe", exe, sizeof exe - 1) < 0 || !is("the file", exe, argv[2]) ||
           !is("the name", comm, argv[3]);
}

// What comes out when `path` of folder `dir` is executed, told to expect these.
static int start(int dir, const char *path, const char *name, const char *exe, const char *comm)
{
    int status = -1;
    char called[COMM];
    snprintf(called, sizeof called, "%s", comm);
    char *argv[] = {"called", (char *)name, (char *)exe, called, NULL};
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        syscall(SYS_execveat, dir, path, argv, environ, *path ? 0 : AT_EMPTY_PATH);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

static int names_files(void)
{
    struct utsname u;
    unsigned major = 0, minor = 0;
    uname(&u);
    sscanf(u.release, "%u.%u", &major, &minor);
    return major > 6 || (major == 6 && minor >= 14);
}

// Executes `fd`, the file `called`, in each way that there is.
static void by_descriptor(int fd, const char *exe, const char *called)
{
    static const char *const names[] = {"/dev/fd/%d", "/proc/self/fd/%d"};
    char name[64], number[16];
    snprintf(number, sizeof number, "%d", fd);
    snprintf(name, sizeof name, "/dev/fd/%d", fd);
    CHECK(start(fd, "", name, exe, names_files() ? called : number) == 0);
    for (int i = 0; i < 2; i++) {
        snprintf(name, sizeof name, names[i], fd);
        CHECK(start(AT_FDCWD, name, name, exe, number) == 0);
    }
}

// By relative names, in a folder that execve closes or does not.
static void in_folder(const char *exe, const char *folder, const char *name, int flags)
{
    char told[128];
    int dir = open(folder, O_RDONLY | O_DIRECTORY | flags);
    snprintf(told, sizeof told, "/dev/fd/%d/%s", dir, name);
    CHECK(start(dir, name, told, exe, name) == 0);
    CHECK(start(dir, exe, exe, exe, strrchr(exe, '/') + 1) == 0);
    close(dir);
}

int main(int argc, char **argv)
{
    char exe[4096] = "", folder[4096];
    if (argc == 4)
        return told(argv) || !is("the argument", argv[0], "called");
    if (argc == 5)
        return told(argv + 1) || !is("the script", argv[1], "./script");
    CHECK(readlink("/proc/self/exe", exe, sizeof exe - 1) > 0);
    strcpy(folder, exe);
    char *name = strrchr(folder, '/');
    *name++ = 0;
    for (int i = 0; i < 2; i++) {
        int flags = i ? O_CLOEXEC : 0;
        by_descriptor(open(exe, O_RDONLY | flags), exe, name);
        in_folder(exe, folder, name, flags);
    }
    int memory = memfd_create("copy of this", MFD_CLOEXEC);
    copy_program_to(memory);
    int fd = opened_again(memory);
    CHECK(close(memory) == 0);
    by_descriptor(fd, "/memfd:copy of this (deleted)", "memfd:copy of this");
    CHECK(start(AT_FDCWD, "/proc/self/exe", "/proc/self/exe", exe, "exe") == 0);
    unlink("link");
    CHECK(symlink(exe, "link") == 0 && start(AT_FDCWD, "./link", "./link", exe, "link") == 0);
    int script = open("script", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    // By the link, since a path may have blanks, at which the kernel ends the interpreter's name.
    CHECK(dprintf(script, "#!./link\n") > 0 && close(script) == 0);
    CHECK(start(AT_FDCWD, "./script", "./script", exe, "script") == 0);
    CHECK(chdir(folder) == 0 && start(AT_FDCWD, name, name, exe, name) == 0);
    return guest_done();
}
