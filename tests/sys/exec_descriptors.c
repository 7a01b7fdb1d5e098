// SPDX-License-Identifier: MIT
// beyond: a program that execve starts by a descriptor which it closes
// Executing through descriptors that are closed by it: none is left in the new program, nor in the
// old one where it fails.
#define _GNU_SOURCE
#include "guest.h"
#include "own_copy.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// The lowest number that is free.
static int lowest(void)
{
    int fd = dup(1);
    close(fd);
    return fd;
}

// The program again, without a name; closed by execve.
static int nameless(void)
{
    int to = memfd_create("copy", MFD_CLOEXEC);
    copy_program_to(to);
    int fd = opened_again(to);
    CHECK(close(to) == 0);
    return fd;
}

// In the new program. argv: its name, the lowest number that is to be free, how often it starts
// itself once more.
static int look(char **argv)
{
    if (lowest() != atoi(argv[1]))
        return 1;
    if (argv[2][0] == '0')
        return 7;
    char again[2] = {(char)(argv[2][0] - 1), 0};
    execv("/proc/self/exe", (char *[]){argv[0], argv[1], again, NULL});
    return 2;
}

static int started(const char *format, int fd, int free)
{
    int status = -1;
    char name[64], number[16];
    snprintf(name, sizeof name, format, fd);
    snprintf(number, sizeof number, "%d", free);
    char *argv[] = {"program", number, "5", NULL};
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        if (*name)
            execv(name, argv);
        else
            syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return status;
}

int main(int argc, char **argv)
{
    if (argc == 3)
        return look(argv);
    const char *const names[] = {"", "/proc/self/fd/%d", "/dev/fd/%d", "/proc/thread-self/fd/%d"};
    int free = lowest(), fd = nameless();
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        CHECK(started(names[i], fd, free) == 7 << 8);

    enum { LONG = 200000 }; // more than an argument may have
    char *argument = malloc(LONG + 1);
    memset(argument, 'x', LONG);
    argument[LONG] = 0;
    int next = lowest();
    for (int i = 0; i < 5; i++) {
        CHECK(syscall(SYS_execveat, fd, "", (char *[]){"program", argument, NULL}, environ,
                      AT_EMPTY_PATH) < 0);
        CHECK(lowest() == next);
    }
    int status = -1;
    pid_t pid = fork();
    if (!pid) { // a script's interpreter finds it no more
        int script = open("script", O_RDWR | O_CREAT | O_TRUNC, 0700);
        CHECK(write(script, "#!/bin/cat\n", 11) == 11 && close(script) == 0);
        script = open("script", O_RDONLY | O_CLOEXEC);
        char name[64];
        snprintf(name, sizeof name, "/proc/self/fd/%d", script);
        close(2);
        open("/dev/null", O_WRONLY);
        execl(name, "script", NULL);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 1 << 8);
    return guest_done();
}
