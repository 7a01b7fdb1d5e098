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
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char text[1 << 20];

static ssize_t slurp(const char *path)
{
    ssize_t n, all = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return -1;
    struct stat st;
    CHECK(fcntl(fd, F_GETFD) == FD_CLOEXEC);
    CHECK((fcntl(fd, F_GETFL) & O_ACCMODE) == O_RDONLY && write(fd, "x", 1) == -1);
    CHECK(fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (!(st.st_mode & 0111) || strstr(path, "exe")));
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

// The number behind `key` in the file that was read last.
static unsigned long number(const char *key)
{
    const char *at = strstr(text, key);
    return at ? strtoul(at + strlen(key), NULL, 0) : ~0ul;
}

// Sizes agree with each other and are the guest's: the emulator alone reserves more.
static void sizes(const char *folder, const char *name)
{
    char path[64], first[64];
    unsigned long size, resident, shared, vsize = 0;
    long rss = 0;
    snprintf(path, sizeof path, "%s/status", folder);
    snprintf(first, sizeof first, "Name:\t%s\n", name);
    CHECK(slurp(path) > 0 && !strstr(text, "x86") && !strncmp(text, first, strlen(first)));
    unsigned long vm = number("\nVmSize:"), peak = number("\nVmPeak:"), now = number("\nVmRSS:");
    CHECK(vm > 1024 && vm < 65536 && peak >= vm && peak < 2 * vm && now < vm);
    CHECK(number("\nRssAnon:") + number("\nRssFile:") + number("\nRssShmem:") == now);
    CHECK(number("\nVmHWM:") >= now && number("\nVmHWM:") < 2 * vm && number("\nVmExe:") < vm);
    snprintf(path, sizeof path, "%s/statm", folder);
    CHECK(slurp(path) > 0 && sscanf(text, "%lu %lu %lu", &size, &resident, &shared) == 3 &&
          size * 4 == vm && shared <= resident && resident <= size);
    snprintf(path, sizeof path, "%s/stat", folder);
    CHECK(slurp(path) > 0 &&
          sscanf(strrchr(text, ')') + 1,
                 " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d "
                 "%*u %lu %ld",
                 &vsize, &rss) == 2 &&
          vsize == vm * 1024 && rss > 0 && (unsigned long)rss < size);
    unsigned long all = 0;
    snprintf(path, sizeof path, "%s/smaps", folder);
    CHECK(slurp(path) > 0);
    for (const char *at = text; (at = strstr(at, "\nSize:")); at++)
        all += strtoul(at + 6, NULL, 10);
    CHECK(all == vm && strstr(text, "VmFlags: rd ex "));
}

static unsigned long signals(const char *key)
{
    CHECK(slurp("/proc/self/status") > 0);
    return strtoul(strstr(text, key) + strlen(key), NULL, 16);
}

static void nothing(int sig)
{
    (void)sig;
}

// The masks of status, and those of the signals that the emulator has for itself.
static void dispositions(void)
{
    const unsigned long segv = 1ul << (SIGSEGV - 1), usr1 = 1ul << (SIGUSR1 - 1);
    CHECK(!(signals("SigCgt:") & (segv | usr1)) && !(signals("SigIgn:") & (segv | usr1)) &&
          !(signals("SigBlk:") & (segv | usr1)));
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGSEGV);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    signal(SIGSEGV, nothing);
    signal(SIGUSR1, nothing);
    CHECK((signals("SigCgt:") & (segv | usr1)) == (segv | usr1) &&
          (signals("SigBlk:") & (segv | usr1)) == (segv | usr1));
    signal(SIGSEGV, SIG_IGN);
    signal(SIGUSR1, SIG_IGN);
    CHECK((signals("SigIgn:") & (segv | usr1)) == (segv | usr1) &&
          !(signals("SigCgt:") & (segv | usr1)));
    signal(SIGSEGV, SIG_DFL);
    signal(SIGUSR1, SIG_DFL);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

// By whatever way the file is reached it is the same one.
static void other_ways(void)
{
    char task[64];
    int folder = open("/proc/self", O_RDONLY | O_DIRECTORY);
    CHECK(folder >= 0);
    int fd = openat(folder, "maps", O_RDONLY | O_CLOEXEC);
    CHECK(fd >= 0 && read(fd, text, sizeof text - 1) > 0 && !strstr(text, "a64run") &&
          permissions((void *)main) && !strcmp(permissions((void *)main), "r-xp"));
    close(fd);
    close(folder);
    maps("/proc/./self/../self/maps");
    snprintf(task, sizeof task, "/proc/self/task/%d", getpid());
    sizes(task, "procfs");
    // Files of the same names are what they are.
    CHECK(close(open("maps", O_CREAT | O_WRONLY, 0600)) == 0 && slurp("maps") == 0 &&
          unlink("maps") == 0);
}

static void limits(void)
{
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_AS, &limit) == 0);
    limit.rlim_cur = 123ul << 30;
    CHECK(setrlimit(RLIMIT_AS, &limit) == 0 && slurp("/proc/self/limits") > 0 &&
          number("\nMax address space") == 123ul << 30);
    CHECK(number("\nMax open files") > 0);
}

// A guest process sees another one as it sees itself.
static void other_process(const char *name, bool executed)
{
    char path[64], exe[4096] = {0};
    int ready[2];
    fflush(stdout);
    CHECK(pipe(ready) == 0);
    pid_t pid = fork();
    if (!pid) {
        close(ready[0]);
        dup2(ready[1], 1);
        if (executed)
            execve("/proc/self/exe", (char *[]){(char *)name, NULL},
                   (char *[]){"WAIT=yes", NULL});
        CHECK(write(1, "", 1) == 1);
        pause();
        _exit(0);
    }
    close(ready[1]);
    CHECK(read(ready[0], path, 1) == 1);
    close(ready[0]);
    snprintf(path, sizeof path, "/proc/%d", pid);
    sizes(path, executed ? "exe" : "procfs"); // by /proc/self/exe
    snprintf(path, sizeof path, "/proc/%d/maps", pid);
    maps(path);
    snprintf(path, sizeof path, "/proc/%d/environ", pid);
    CHECK(!executed || (slurp(path) == 9 && !strcmp(text, "WAIT=yes")));
    snprintf(path, sizeof path, "/proc/%d/auxv", pid);
    CHECK(slurp(path) >= 160);
    for (unsigned long *a = (unsigned long *)text; a[0]; a += 2)
        CHECK(a[0] != AT_HWCAP || getauxval(AT_HWCAP) == a[1]);
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    CHECK(readlink(path, exe, sizeof exe) > 0 && !strcmp(strrchr(exe, '/'), "/procfs"));
    snprintf(path, sizeof path, "/proc/%d/cmdline", pid);
    CHECK(slurp(path) == (ssize_t)strlen(name) + 1 && !strcmp(text, name));
    CHECK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
    snprintf(path, sizeof path, "/proc/%d/exe", pid);
    CHECK(readlink(path, exe, sizeof exe) == -1 && errno == ENOENT);
}

// The sums of smaps, from the first address to the last, all of them the program's.
static void rollup(void)
{
    unsigned long start, end, rss = 0, sum = 0, pages;
    CHECK(slurp("/proc/self/smaps_rollup") > 0);
    char *head = strstr(text, "[rollup]\n"), *at = strstr(text, "\nRss:");
    CHECK(head && sscanf(text, "%lx-%lx ---p 00000000 00:00 0 ", &start, &end) == 2);
    CHECK(start <= (unsigned long)main && (unsigned long)&at < end && end <= 0x600000000000);
    CHECK(at && (rss = strtoul(at + 5, NULL, 10)) && !strstr(text, "\nSize:"));
    CHECK(slurp("/proc/self/smaps") > 0);
    for (at = text; (at = strstr(at, "\nRss:")); at++)
        sum += strtoul(at + 5, NULL, 10);
    CHECK(slurp("/proc/self/statm") > 0 && sscanf(text, "%*u %lu", &pages) == 1);
    CHECK(labs((long)(rss - sum)) < 200 && labs((long)(rss - pages * 4)) < 200);
}

int main(int argc, char **argv)
{
    char path[64], exe[4096] = {0};
    (void)argc;
    if (getenv("WAIT")) {
        CHECK(write(1, "", 1) == 1);
        pause();
    }
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
    rollup();
    sizes("/proc/self", "procfs");
    sizes("/proc/thread-self", "procfs");
    dispositions();
    other_ways();
    limits();
    other_process(argv[0], false);
    other_process(argv[0], true);
    CHECK(open("/proc/self/none", O_RDONLY) == -1 && errno == ENOENT);
    return guest_done();
}
