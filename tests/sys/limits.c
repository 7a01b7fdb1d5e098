// SPDX-License-Identifier: MIT
// beyond: limits on address space are kept, bad limits and personalities refused
// What the machine is and what a process may use.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

static void kept(int resource)
{
    struct rlimit old, new, got;
    CHECK(getrlimit(resource, &old) == 0);
    new = old;
    new.rlim_cur = 1ul << 30;
    if (new.rlim_max != RLIM_INFINITY &&new.rlim_max < new.rlim_cur)
        return;
    CHECK(setrlimit(resource, &new) == 0 && getrlimit(resource, &got) == 0 &&
          got.rlim_cur == 1ul << 30 && got.rlim_max == old.rlim_max);
    CHECK(prlimit(0, resource, &old, &got) == 0 && got.rlim_cur == 1ul << 30);
    new.rlim_max = 1;
    CHECK(setrlimit(resource, &new) == -1 && errno == EINVAL);
}

int main(void)
{
    kept(RLIMIT_AS);
    kept(RLIMIT_DATA);
    kept(RLIMIT_STACK);
    kept(RLIMIT_CORE);
    struct rlimit limit;
    CHECK(getrlimit((enum __rlimit_resource)999, &limit) == -1 && errno == EINVAL);
    CHECK(syscall(SYS_getrlimit, RLIMIT_AS, 16l) == -1 && errno == EFAULT);
    CHECK(syscall(SYS_prlimit64, 0, RLIMIT_AS, 16l, 0l) == -1 && errno == EFAULT);
    struct utsname u;
    CHECK(uname(&u) == 0 && !strcmp(u.machine, GUEST_MACHINE) && !strcmp(u.sysname, "Linux"));
    CHECK(syscall(SYS_uname, 16l) == -1 && errno == EFAULT);
    struct sysinfo info;
    CHECK(sysinfo(&info) == 0 && info.totalram > info.freeram && info.mem_unit > 0);
    struct rusage usage;
    struct tms tms;
    CHECK(getrusage(RUSAGE_SELF, &usage) == 0 && usage.ru_maxrss > 0 && times(&tms) != -1);
    CHECK(personality(0xffffffff) >= 0);
    if (GUEST_ARM64)
        CHECK(personality(PER_LINUX32) == -1 && errno == EINVAL);
    return guest_done();
}
