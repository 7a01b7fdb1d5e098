// SPDX-License-Identifier: MIT
// beyond: ptrace
// native: memory tags are arm64's
// A tracer reads and writes the tags of a tracee's memory, and what the tracee has asked for about them.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PEEK = 33, POKE = 34, CONTROL = 0x409, MTE_PROT = 0x20, GRANULE = 16 };

static char *area; // two pages with tags, one without, and a hole

static void set_tag(char *p, uint64_t tag)
{
    __asm__ volatile(".arch armv8.5-a+memtag\n stg %0, [%1]" : : "r"((uint64_t)p | tag << 56), "r"(p) : "memory");
}

static unsigned get_tag(char *p)
{
    uint64_t v = 0;
    __asm__ volatile(".arch armv8.5-a+memtag\n ldg %0, [%1]" : "+r"(v) : "r"(p) : "memory");
    return v >> 56 & 15;
}

static void tracee(void)
{
    prctl(PR_SET_TAGGED_ADDR_CTRL, PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_SYNC | 0xfffeul << PR_MTE_TAG_SHIFT, 0, 0, 0);
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    for (unsigned i = 0; i < 8; i++)
        set_tag(area + 4096 - 4 * GRANULE + i * GRANULE, i + 1);
    raise(SIGSTOP);
    // The tracer has changed two tags and what becomes of wrong ones.
    if (get_tag(area) != 9 || get_tag(area + GRANULE) != 10 || get_tag(area + 2 * GRANULE) != 0)
        _exit(1);
    if (prctl(PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0) != (PR_TAGGED_ADDR_ENABLE | 0xffl << PR_MTE_TAG_SHIFT))
        _exit(2);
    *(volatile char *)(area + GRANULE) = 1; // not looked at any more
    raise(SIGSTOP);
    *(volatile char *)(area + GRANULE) = 2; // the tracer has asked for checks again
    _exit(3);
}

static int transfer(int request, pid_t pid, char *at, void *to, size_t *n)
{
    struct iovec v = {to, *n};
    long res = ptrace(request, pid, at, &v);
    *n = v.iov_len;
    return res ? -errno : 0;
}

static int control(int request, pid_t pid, uint64_t *value)
{
    struct iovec v = {value, sizeof *value};
    return ptrace(request, pid, CONTROL, &v) ? -errno : (int)v.iov_len;
}

int main(void)
{
    area = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(mprotect(area, 8192, PROT_READ | PROT_WRITE | MTE_PROT) == 0 && munmap(area + 3 * 4096, 4096) == 0);
    int status;
    pid_t pid = fork();
    if (!pid)
        tracee();
    CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
    unsigned char tags[16] = {0}, two[2] = {9, 0xfa};
    size_t n = 8;
    CHECK(transfer(PEEK, pid, area + 4096 - 4 * GRANULE, tags, &n) == 0 && n == 8);
    for (unsigned i = 0; i < 8; i++)
        CHECK(tags[i] == i + 1);
    n = 1;
    CHECK(transfer(PEEK, pid, area + 4096 - 3 * GRANULE + 5, tags, &n) == 0 && n == 1 && tags[0] == 2);
    n = 2;
    CHECK(transfer(POKE, pid, area, two, &n) == 0 && n == 2);
    CHECK(get_tag(area) == 0); // its memory, not this process's
    // As far as there are tags, and where there are none.
    n = 16;
    CHECK(transfer(PEEK, pid, area + 8192 - GRANULE, tags, &n) == 0 && n == 1 && tags[0] == 0);
    n = 1;
    CHECK(transfer(PEEK, pid, area + 8192, tags, &n) == -EOPNOTSUPP);
    CHECK(transfer(PEEK, pid, area + 3 * 4096, tags, &n) == -EIO);
    CHECK(transfer(PEEK, pid, (char *)0x600000010000, tags, &n) == -EIO);
    CHECK(transfer(PEEK, pid, area, (void *)16, &n) == -EFAULT);
    CHECK(ptrace(PEEK, pid, area, (void *)16) == -1 && errno == EFAULT);
    uint64_t value = 0;
    CHECK(control(PTRACE_GETREGSET, pid, &value) == 8);
    CHECK(value == (PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_SYNC | 0xfffeul << PR_MTE_TAG_SHIFT));
    value = 1ul << 40;
    CHECK(control(PTRACE_SETREGSET, pid, &value) == -EINVAL);
    value = PR_TAGGED_ADDR_ENABLE | 0xfful << PR_MTE_TAG_SHIFT;
    CHECK(control(PTRACE_SETREGSET, pid, &value) == 8);
    value = 0;
    CHECK(control(PTRACE_GETREGSET, pid, &value) == 8 && value == (PR_TAGGED_ADDR_ENABLE | 0xfful << PR_MTE_TAG_SHIFT));
    CHECK(ptrace(PTRACE_CONT, pid, 0, 0) == 0);
    CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status));
    value |= PR_MTE_TCF_SYNC;
    CHECK(control(PTRACE_SETREGSET, pid, &value) == 8 && ptrace(PTRACE_CONT, pid, 0, 0) == 0);
    siginfo_t info;
    CHECK(waitpid(pid, &status, 0) == pid && WIFSTOPPED(status) && WSTOPSIG(status) == SIGSEGV);
    CHECK(ptrace(PTRACE_GETSIGINFO, pid, 0, &info) == 0 && info.si_code == 9 /* SEGV_MTESERR */);
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, &status, 0) == pid);
    return guest_done();
}
