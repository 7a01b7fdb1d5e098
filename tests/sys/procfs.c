// SPDX-License-Identifier: MIT
// beyond: thread-self, environ and other guests are shown as they are
// native: the views of an arm64 machine
// What a program sees of itself in /proc.
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 20];

static ssize_t slurp(const char *path)
{
    ssize_t n, all = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
    while ((n = read(fd, text + all, sizeof text - 1 - (size_t)all)) > 0)
        all += n;
    text[all] = 0;
    close(fd);
    return all;
}

// The permissions of the mapping that holds `at`; NULL if there is none.
static const char *permissions(const void *at)
{
    for (char *line = text; line && *line;
         line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
        unsigned long start, end;
        static char perm[5];
        if (sscanf(line, "%lx-%lx %4s", &start, &end, perm) == 3 && start <= (unsigned long)at &&
            (unsigned long)at < end)
            return perm;
    }
    return NULL;
}

int main(int argc, char **argv);

static void maps(const char *path)
{
    int on_stack;
    CHECK(slurp(path) > 0 && permissions((void *)main) &&
          !strcmp(permissions((void *)main), "r-xp"));
    CHECK(permissions(&on_stack) && !strncmp(permissions(&on_stack), "rw", 2) &&
          permissions(text) && !strncmp(permissions(text), "rw", 2));
    CHECK(strstr(text, "[stack]") && strstr(text, "/procfs\n") && !strstr(text, "a64run"));
    CHECK(!permissions((void *)0x600000000000));
}

// A guest process sees another one as it sees itself.
static void other_process(const char *name)
{
    char path[64], exe[4096] = {0};
    fflush(stdout);
    pid_t pid = fork();
    if (!pid) {
        pause();
        _exit(0);
    }
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    CHECK(readlink(path, exe, sizeof exe) > 0 && !strcmp(strrchr(exe, '/'), "/procfs"));
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    CHECK(slurp(path) == (ssize_t)strlen(name) + 1 && !strcmp(text, name));
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    CHECK(readlink(path, exe, sizeof exe) == -1 && errno == ENOENT);
}

int main(int argc, char **argv)
{
    char path[64], exe[4096] = {0};
    (void)argc;
    maps("/proc/self/maps");
    maps("/proc/thread-self/maps");
    snprintf(path, sizeof path, "/proc/%d/maps", getpid());
    maps(path);
    snprintf(path, sizeof path, "/proc/self/task/%d/maps", getpid());
    maps(path);

    CHECK(readlink("/proc/self/exe", exe, sizeof exe) > 0 && !strcmp(strrchr(exe, '/'), "/procfs"));
    snprintf(path, sizeof path, "/proc/%d/exe", getpid());
    CHECK(readlink(path, text, 4) == 4 && !strncmp(text, exe, 4));
    CHECK(slurp("/proc/self/exe") > 1000 && ((Elf64_Ehdr *)text)->e_machine == EM_AARCH64);
    CHECK(slurp("/proc/self/cmdline") == (ssize_t)strlen(argv[0]) + 1 && !strcmp(text, argv[0]));
    const char *first = environ[0];
    ssize_t n = slurp("/proc/self/environ");
    CHECK(first ? n > 0 && !strcmp(text, first) : n == 0);
    CHECK(slurp("/proc/self/auxv") >= 160);
    for (unsigned long *a = (unsigned long *)text; a[0]; a += 2)
        CHECK(getauxval(a[0]) == a[1]);
    CHECK(slurp("/proc/self/stat") > 0 && atoi(text) == getpid());
    unsigned long start_code = 0, end_code = 0;
    CHECK(sscanf(strrchr(text, ')') + 1,
                 " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
                 "%*u %*u %*d %*u %lu %lu",
                 &start_code, &end_code) == 2);
    CHECK(start_code <= (unsigned long)main && (unsigned long)main < end_code);
    CHECK(slurp("/proc/cpuinfo") > 0 && strstr(text, "Features\t: fp asimd ") &&
          strstr(text, "CPU architecture: 8\n") && !strstr(text, "model name"));
    CHECK(slurp("/proc/self/smaps") > 0 && strstr(text, "[stack]") && strstr(text, "\nRss:") &&
          permissions((void *)main) && !strcmp(permissions((void *)main), "r-xp"));
    other_process(argv[0]);
    CHECK(open("/proc/self/none", O_RDONLY) == -1 && errno == ENOENT);
    return guest_done();
}
