// SPDX-License-Identifier: MIT
// beyond: the table of DT_HASH, which older C libraries need
// native: the arm64 vDSO
// The vDSO as a program finds it: by AT_SYSINFO_EHDR, the dynamic section, the hash table and the
// versions. What its functions answer is what the system calls answer.
#define _GNU_SOURCE
#include "guest.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char *base;
static ElfW(Addr) part[64]; // by tag

static void read_dynamic(void)
{
    const ElfW(Ehdr) *e = (const void *)base;
    const ElfW(Phdr) *p = (const void *)(base + e->e_phoff);
    CHECK(memcmp(e->e_ident, ELFMAG, SELFMAG) == 0 && e->e_machine == EM_AARCH64);
    for (unsigned i = 0; i < e->e_phnum; i++)
        if (p[i].p_type == PT_DYNAMIC)
            for (const ElfW(Dyn) *d = (const void *)(base + p[i].p_offset);
                 (const char *)d < base + p[i].p_offset + p[i].p_filesz && d->d_tag != DT_NULL; d++)
                if (d->d_tag < 64)
                    part[d->d_tag] = d->d_un.d_val;
                else if (d->d_tag == DT_VERSYM)
                    part[60] = d->d_un.d_val;
}

static unsigned hash(const char *name)
{
    unsigned h = 0;
    for (; *name; name++) {
        h = (h << 4) + (unsigned char)*name;
        h = (h ^ (h >> 24 & 0xf0)) & 0xfffffff;
    }
    return h;
}

static void *find(const char *name)
{
    const unsigned *table = (const void *)(base + part[DT_HASH]), *bucket = table + 2;
    const unsigned *chain = bucket + table[0];
    const ElfW(Sym) *symbols = (const void *)(base + part[DT_SYMTAB]);
    for (unsigned i = bucket[hash(name) % table[0]]; i; i = chain[i])
        if (!strcmp(base + part[DT_STRTAB] + symbols[i].st_name, name) && symbols[i].st_shndx) {
            CHECK(((const unsigned short *)(base + part[60]))[i] == 2);
            return (void *)(base + symbols[i].st_value);
        }
    return NULL;
}

static long long ns(const struct timespec *t)
{
    return t->tv_sec * 1000000000ll + t->tv_nsec;
}

int main(void)
{
    base = (const char *)getauxval(AT_SYSINFO_EHDR);
    CHECK(base != NULL);
    if (!base)
        return guest_done();
    read_dynamic();
    int (*get)(clockid_t, struct timespec *) = find("__kernel_clock_gettime");
    int (*resolution)(clockid_t, struct timespec *) = find("__kernel_clock_getres");
    int (*day)(struct timeval *, void *) = find("__kernel_gettimeofday");
    CHECK(get && resolution && day && find("__kernel_rt_sigreturn"));
    for (clockid_t clock = 0; clock <= 12; clock++) {
        struct timespec before, in, after;
        long expected = syscall(SYS_clock_gettime, clock, &before) < 0 ? -errno : 0;
        int result = get(clock, &in);
        syscall(SYS_clock_gettime, clock, &after);
        CHECK(result == expected);
        CHECK(expected || (ns(&before) <= ns(&in) && ns(&in) <= ns(&after)));
        CHECK(expected || (in.tv_nsec >= 0 && in.tv_nsec < 1000000000));
    }
    struct timespec r, expected;
    CHECK(resolution(CLOCK_MONOTONIC, &r) == 0);
    CHECK(syscall(SYS_clock_getres, CLOCK_MONOTONIC, &expected) == 0 && ns(&r) == ns(&expected));
    CHECK(get(99, &r) == -EINVAL);
    struct timeval now;
    struct timespec before, after;
    struct timezone zone = {1, 1};
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &before);
    CHECK(day(&now, NULL) == 0);
    syscall(SYS_clock_gettime, CLOCK_REALTIME, &after);
    long long us = now.tv_sec * 1000000ll + now.tv_usec;
    CHECK(ns(&before) / 1000 <= us && us <= ns(&after) / 1000 && now.tv_usec < 1000000);
    CHECK(day(NULL, &zone) == 0 && zone.tz_minuteswest == 0);
    CHECK(day(NULL, NULL) == 0);
    return guest_done();
}
