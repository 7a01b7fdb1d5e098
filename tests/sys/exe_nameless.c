// SPDX-License-Identifier: MIT
// beyond: a program that execveat starts by descriptor
// /proc/self/exe of a program whose file has no name, or has lost it: it leads there all the same.
#define _GNU_SOURCE
#include "guest.h"
#include "own_copy.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE };

// In the new program. argv: its name, what the link begins with, the file's seals, how often it is
// to start itself once more.
static int look(char **argv)
{
    char name[4096] = "", again[2] = {(char)(argv[3][0] - 1), 0};
    syscall(SYS_close_range, 3u, UINT_MAX, 0u); // what the emulator may have is not the program's
    CHECK(readlink("/proc/self/exe", name, sizeof name - 1) > 0);
    CHECK(!strncmp(name, argv[1], strlen(argv[1])) && strstr(name, " (deleted)"));
    int fd = open("/proc/self/exe", O_RDONLY);
    char magic[4] = "";
    CHECK(read(fd, magic, 4) == 4 && !memcmp(magic, "\177ELF", 4));
    struct stat st, by_name;
    CHECK(fstat(fd, &st) == 0 && stat("/proc/self/exe", &by_name) == 0);
    CHECK(st.st_ino == by_name.st_ino && S_ISREG(st.st_mode));
    if (atoi(argv[2]))
        CHECK(fcntl(fd, F_GET_SEALS) == atoi(argv[2]));
    pid_t pid = fork();
    int status = 1;
    if (!pid)
        _exit(access("/proc/self/exe", X_OK) != 0);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    fflush(stdout);
    if (argv[3][0] > '0')
        execv("/proc/self/exe", (char *[]){argv[0], argv[1], argv[2], again, NULL});
    return guest_failures || argv[3][0] > '0';
}

// A copy of the program, in `to`, which can be written to; a descriptor that cannot.
static int copied(int to)
{
    copy_program_to(to);
    return opened_again(to);
}

// Executes fd, which is closed then, or it by a name of its.
static void start(int fd, const char *name, const char *begins, const char *seals)
{
    int status = -1;
    char *argv[] = {"program", (char *)begins, (char *)seals, "2", NULL};
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        if (*name)
            execv(name, argv);
        else
            syscall(SYS_execveat, fd, "", argv, environ, AT_EMPTY_PATH);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

int main(int argc, char **argv)
{
    if (argc == 4)
        return look(argv);
    char seals[16], folder[4096];
    snprintf(seals, sizeof seals, "%d", SEALS);
    int memory = memfd_create("copy", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    int fd = copied(memory);
    CHECK(fcntl(memory, F_ADD_SEALS, SEALS) == 0);
    start(fd, "", "/memfd:copy", seals);
    const char *const names[] = {"/proc/self/fd/%d", "/dev/fd/%d"};
    for (int i = 0; i < 2; i++) {
        char name[64];
        snprintf(name, sizeof name, names[i], fd);
        start(fd, name, "/memfd:copy", seals);
    }
    int file = open("copy", O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    fd = copied(file);
    CHECK(close(file) == 0 && unlink("copy") == 0 && getcwd(folder, sizeof folder - 5));
    start(fd, "", strcat(folder, "/copy"), "0");
    return guest_done();
}
