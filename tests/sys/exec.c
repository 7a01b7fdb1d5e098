// SPDX-License-Identifier: MIT
// beyond: programs are executed without help from the kernel
// execve: programs of this machine and of the host, scripts, and every error; by path, by
// descriptor, by posix_spawn.
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

static char self[PATH_MAX];
static void *volatile bad = (void *)16;

static void file(const char *path, const char *text, int mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0700);
    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, (mode_t)mode) == 0);
    close(fd);
}

// The status of a child that executes this, or 128 + errno if it could not.
static int status_of(const char *path, char *const argv[], char *const envp[])
{
    int status;
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        execve(path, argv, envp);
        _exit(128 + errno);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int plain(const char *path)
{
    char *argv[] = {(char *)path, NULL}, *none[] = {NULL};
    return status_of(path, argv, none);
}

// What this program does when it is executed by itself, by argv[1].
static int as_child(int argc, char **argv)
{
    char exe[PATH_MAX] = {0};
    extern char **environ;
    struct utsname u;
    if (!strcmp(argv[1], "exit"))
        return atoi(argv[2]);
    if (!strcmp(argv[1], "exact")) // argv, environment and identity arrive as given
        return !(argc == 4 && !strcmp(argv[0], "not the path") && !strcmp(argv[2], "") &&
                 !strcmp(argv[3], "-L") && environ[0] && !strcmp(environ[0], "ONLY=this one") &&
                 !environ[1] && uname(&u) == 0 && !strcmp(u.machine, GUEST_MACHINE) &&
                 readlink("/proc/self/exe", exe, sizeof exe) > 0 &&
                 !strcmp(strrchr(exe, '/'), "/exec"));
    if (!strcmp(argv[1], "closed")) // only what was not close-on-exec is open
        return !(fcntl(50, F_GETFD) == -1 && fcntl(51, F_GETFD) == 0);
    return 99;
}

static void programs(void)
{
    char *none[] = {NULL};
    CHECK(status_of(self, (char *[]){"x", "exit", "33", NULL}, none) == 33);
    CHECK(status_of(self, (char *[]){"not the path", "exact", "", "-L", NULL},
                    (char *[]){"ONLY=this one", NULL}) == 0);
    CHECK(status_of("/proc/self/exe", (char *[]){"x", "exit", "34", NULL}, none) == 34);
    CHECK(dup2(0, 50) == 50 && fcntl(50, F_SETFD, FD_CLOEXEC) == 0 && dup2(0, 51) == 51);
    CHECK(status_of(self, (char *[]){"x", "closed", NULL}, none) == 0);
    CHECK(symlink(self, "link") == 0 &&
          status_of("./link", (char *[]){"x", "exit", "35", NULL}, none) == 35);
    CHECK(symlink(self, "-odd") == 0 &&
          status_of("-odd", (char *[]){"x", "exit", "36", NULL}, none) == 36);
    CHECK(status_of("/bin/sh", (char *[]){"sh", "-c", "exit 37", NULL}, none) == 37); // the host's
}

static void scripts(void)
{
    char *none[] = {NULL};
    // By a link, since the name of an interpreter ends at a blank. Becomes: link exit ./38
    file("38", "#!./link exit\n", 0700);
    CHECK(plain("38") == 38);
    file("by-script", "#!./38\n", 0700); // link exit ./38 by-script
    CHECK(plain("./by-script") == 0);
    file("sh", "#! /bin/sh\nexit $(($1 + $#))\n", 0700);
    CHECK(status_of("./sh", (char *[]){"x", "40", "b", NULL}, none) == 42);
    file("loop", "#!./loop\n", 0700);
    CHECK(plain("./loop") == 128 + ELOOP);
    file("lost", "#!/no/such/interpreter\n", 0700);
    CHECK(plain("./lost") == 128 + ENOENT);
    file("empty-line", "#!\n", 0700);
    CHECK(plain("./empty-line") == 128 + ENOEXEC);
}

// An object file is no program, though it is of this machine.
static void object_file(void)
{
    Elf64_Ehdr header;
    int in = open(self, O_RDONLY), out = open("object", O_WRONLY | O_CREAT | O_TRUNC, 0700);
    CHECK(read(in, &header, sizeof header) == sizeof header);
    header.e_type = ET_REL;
    CHECK(write(out, &header, sizeof header) == sizeof header);
    close(in);
    close(out);
    CHECK(plain("./object") == 128 + ENOEXEC);
}

// A program that is being written is not executed, where the host's kernel can say so beforehand.
static void busy(void)
{
    struct utsname u;
    int major = 0, minor = 0, in = open(self, O_RDONLY);
    int out = open("written", O_WRONLY | O_CREAT | O_TRUNC, 0700);
    char piece[4096];
    for (ssize_t n; (n = read(in, piece, sizeof piece)) > 0;)
        CHECK(write(out, piece, (size_t)n) == n);
    close(in);
    CHECK(uname(&u) == 0 && sscanf(u.release, "%d.%d", &major, &minor) == 2);
    char *argv[] = {"x", "exit", "39", NULL}, *none[] = {NULL};
    int status = status_of("./written", argv, none);
    CHECK(status == 128 + ETXTBSY || (major * 100 + minor < 614 && status == 39));
    close(out);
    CHECK(status_of("./written", argv, none) == 39);
}

static void errors(void)
{
    char *none[] = {NULL};
    object_file();
    busy();
    CHECK(plain("./none") == 128 + ENOENT);
    file("text", "no program\n", 0700);
    CHECK(plain("./text") == 128 + ENOEXEC);
    file("empty", "", 0700);
    CHECK(plain("./empty") == 128 + ENOEXEC);
    file("not-x", "#!/bin/sh\n", 0600);
    CHECK(plain("./not-x") == 128 + EACCES);
    CHECK(plain(".") == 128 + EACCES && plain("./text/x") == 128 + ENOTDIR &&
          plain("") == 128 + ENOENT);
    CHECK(execve(bad, none, none) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_execve, self, 16l, 0l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_execveat, AT_FDCWD, self, none, none, 0x40000000) == -1 && errno == EINVAL);
}

// The status of a child that executes this by descriptor, or 128 + errno.
static int status_at(int dir, const char *path, char *const argv[], int flags)
{
    int status;
    char *none[] = {NULL};
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        syscall(SYS_execveat, dir, path, argv, none, flags);
        _exit(128 + errno);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void by_descriptor(void)
{
    char *argv[] = {"x", "exit", "43", NULL}, *one[] = {"x", NULL};
    int fd = open(self, O_RDONLY | O_CLOEXEC), here = open(".", O_DIRECTORY | O_CLOEXEC);
    CHECK(status_at(fd, "", argv, AT_EMPTY_PATH) == 43);
    int place = open(self, O_PATH | O_CLOEXEC), mere = open(self, O_PATH);
    CHECK(status_at(place, "", argv, AT_EMPTY_PATH) == 43 && status_at(mere, "", argv, AT_EMPTY_PATH) == 43);
    close(place), close(mere);
    CHECK(status_at(here, "link", argv, 0) == 43);
    CHECK(status_at(here, "link", argv, AT_SYMLINK_NOFOLLOW) == 128 + ELOOP);
    // The interpreter of a script opens it when the descriptor is closed.
    file("five", "#!/bin/sh\nexit 5\n", 0700);
    int script = open("five", O_RDONLY);
    CHECK(status_at(script, "", one, AT_EMPTY_PATH) == 5);
    CHECK(fcntl(script, F_SETFD, FD_CLOEXEC) == 0 &&
          status_at(script, "", one, AT_EMPTY_PATH) == 128 + ENOENT);
    CHECK(status_at(here, "five", one, 0) == 128 + ENOENT);
    close(script);
}

static void spawning(void)
{
    pid_t pid = -1;
    int status;
    char *argv[] = {"x", "exit", "44", NULL}, *none[] = {NULL};
    CHECK(posix_spawn(&pid, self, NULL, NULL, argv, none) == 0 && waitpid(pid, &status, 0) == pid &&
          WEXITSTATUS(status) == 44);
    CHECK(posix_spawn(&pid, "/no/such/program", NULL, NULL, argv, none) == ENOENT);
    CHECK(posix_spawn(&pid, "./not-x", NULL, NULL, argv, none) == EACCES);
    CHECK(system("exit 45") == 45 << 8);
    static volatile int shared;
    pid = vfork();
    if (!pid) {
        shared = 46;
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid && shared == 46);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return as_child(argc, argv);
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
    CHECK(n > 0 && self[0] == '/');
    programs();
    scripts();
    errors();
    by_descriptor();
    spawning();
    return guest_done();
}
