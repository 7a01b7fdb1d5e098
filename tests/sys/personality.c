// SPDX-License-Identifier: MIT
// beyond: personalities
// personality: what is kept over fork and execve, addresses that are the same in every run, and a 32-bit machine, which there is none.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

enum { QUERY = -1 };

// Where things are in a new program.
struct places {
    uintptr_t stack, brk, map, vdso, program;
    int persona;
};

static int tell(void)
{
    int here;
    struct places p = {.stack = (uintptr_t)&here,
                       .brk = (uintptr_t)sbrk(0),
                       .map = (uintptr_t)mmap(NULL, 1 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
                       .vdso = getauxval(AT_SYSINFO_EHDR),
                       .program = (uintptr_t)tell,
                       .persona = personality((unsigned long)QUERY)};
    return write(1, &p, sizeof p) != sizeof p;
}

static struct places placed(const char *self, unsigned long persona)
{
    struct places p = {0};
    int status = -1, pipes[2];
    fflush(stdout);
    CHECK(pipe(pipes) == 0);
    pid_t pid = fork();
    if (!pid) {
        dup2(pipes[1], 1);
        if (personality(persona) >= 0)
            execl("/proc/self/exe", self, "tell", NULL);
        _exit(1);
    }
    close(pipes[1]);
    CHECK(read(pipes[0], &p, sizeof p) == sizeof p);
    close(pipes[0]);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    return p;
}

static void addresses(const char *self)
{
    struct places first = placed(self, ADDR_NO_RANDOMIZE), other;
    CHECK(first.persona == ADDR_NO_RANDOMIZE);
    for (int i = 0; i < 3; i++) {
        other = placed(self, ADDR_NO_RANDOMIZE);
        CHECK(!memcmp(&first, &other, sizeof first));
    }
    // Without it some address is another one, in one of a few runs; the emulator has the same ones in every run.
    int same = !GUEST_ARM64;
    first = placed(self, 0);
    CHECK(first.persona == 0);
    for (int i = 0; i < 6 && same; i++) {
        other = placed(self, 0);
        same = first.stack == other.stack;
    }
    CHECK(!same);
}

static void kept(void)
{
    static const unsigned long flags[] = {ADDR_NO_RANDOMIZE, ADDR_COMPAT_LAYOUT, STICKY_TIMEOUTS, SHORT_INODE, WHOLE_SECONDS,
                                          MMAP_PAGE_ZERO,    READ_IMPLIES_EXEC,  FDPIC_FUNCPTRS,  UNAME26};
    int old = personality((unsigned long)QUERY), status;
    CHECK(old >= 0 && personality(0xffffffff) == old);
    for (unsigned i = 0; i < sizeof flags / sizeof *flags; i++) {
        CHECK(personality((unsigned long)old | flags[i]) == old);
        CHECK(personality((unsigned long)QUERY) == (old | (int)flags[i]));
        pid_t pid = fork();
        if (!pid)
            _exit(personality((unsigned long)QUERY) != (old | (int)flags[i]));
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
        CHECK(personality((unsigned long)old) == (old | (int)flags[i]));
    }
}

// A machine without 32-bit programs; x86-64 has them.
static void machine(void)
{
    struct utsname u;
    if (GUEST_ARM64)
        CHECK(personality(PER_LINUX32) == -1 && errno == EINVAL);
    CHECK(personality((unsigned long)QUERY) == 0 && uname(&u) == 0 && !strcmp(u.machine, GUEST_MACHINE));
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return tell();
    CHECK(personality(0) >= 0);
    kept();
    machine();
    addresses(argv[0]);
    return guest_done();
}
