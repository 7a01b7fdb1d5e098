// SPDX-License-Identifier: MIT
// beyond: PR_PAC_SET_ENABLED_KEYS and PR_PAC_GET_ENABLED_KEYS
// native: pointer authentication is arm64's
// The keys of pointer authentication: who shares them, prctl on them, and what a wrong code comes to.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

enum { KEYS = 5, ADDRESS_KEYS = 15, ALL = 31 };
enum { RESET = 54, SET_ENABLED = 60, GET_ENABLED = 61 }; // PR_PAC_...

// A code by each key: several values are signed, since one code has few bits.
struct codes {
    uint64_t of[KEYS];
};

static uint64_t sign(unsigned key, uint64_t v)
{
    switch (key) {
    case 0: __asm__(".arch armv8.3-a\n pacia %0, %1" : "+r"(v) : "r"(v)); break;
    case 1: __asm__(".arch armv8.3-a\n pacib %0, %1" : "+r"(v) : "r"(v)); break;
    case 2: __asm__(".arch armv8.3-a\n pacda %0, %1" : "+r"(v) : "r"(v)); break;
    case 3: __asm__(".arch armv8.3-a\n pacdb %0, %1" : "+r"(v) : "r"(v)); break;
    default: __asm__(".arch armv8.3-a\n pacga %0, %0, %1" : "+r"(v) : "r"(v)); break;
    }
    return v;
}

static struct codes codes(void)
{
    struct codes c = {{0}};
    for (unsigned key = 0; key < KEYS; key++)
        for (unsigned i = 0; i < 16; i++)
            c.of[key] = c.of[key] * 31 + sign(key, 0x10000 * i + 8);
    return c;
}

// The keys (as bits) by which codes differ.
static unsigned differ(struct codes a, struct codes b)
{
    unsigned r = 0;
    for (unsigned key = 0; key < KEYS; key++)
        r |= (unsigned)(a.of[key] != b.of[key]) << key;
    return r;
}

static int pac(int op, unsigned long a, unsigned long b, unsigned long c, unsigned long d)
{
    int r = prctl(op, a, b, c, d);
    return r < 0 ? -errno : r;
}

static struct codes in_thread;
static void *thread(void *unused)
{
    in_thread = codes();
    CHECK(pac(RESET, 1, 0, 0, 0) == 0); // the thread's own
    CHECK(pac(SET_ENABLED, 8, 0, 0, 0) == 0);
    return unused;
}

static sigjmp_buf back;
static int code;
static uint64_t where;

static void on_ill(int sig, siginfo_t *info, void *context)
{
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    (void)sig;
    code = info->si_code;
    where = m->pc == (uint64_t)info->si_addr ? m->pc : 0;
    siglongjmp(back, 1);
}

// Whether authenticating `v` with modifier 7 faults, and where it should.
static int faults(uint64_t v, int combined)
{
    uint64_t at;
    code = 0;
    if (sigsetjmp(back, 1))
        return 1;
    if (combined)
        __asm__ volatile(".arch armv8.3-a\n ldraa %0, [%0]" : "+r"(v));
    else
        __asm__ volatile(".arch armv8.3-a\n adr %1, 1f\n1: autia %0, %2"
                         : "+r"(v), "=&r"(at)
                         : "r"(UINT64_C(7)));
    return 0;
}

int main(void)
{
    struct codes first = codes();
    CHECK((getauxval(AT_HWCAP) >> 30 & 3) == 3);
    CHECK(pac(GET_ENABLED, 0, 0, 0, 0) == ADDRESS_KEYS);

    // Threads and children begin with the same keys and have their own from then on.
    pthread_t t;
    pthread_create(&t, NULL, thread, NULL);
    pthread_join(t, NULL);
    CHECK(differ(first, in_thread) == 0);
    CHECK(differ(first, codes()) == 0 && pac(GET_ENABLED, 0, 0, 0, 0) == ADDRESS_KEYS);
    pid_t pid = fork();
    if (!pid)
        _exit(differ(first, codes()) != 0);
    int status;
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);

    // New keys, those asked for only; 0 asks for all.
    for (unsigned key = 0; key < KEYS; key++) {
        struct codes before = codes();
        CHECK(pac(RESET, 1ul << key, 0, 0, 0) == 0);
        CHECK(differ(before, codes()) == 1u << key);
    }
    struct codes before = codes();
    CHECK(pac(RESET, 0, 0, 0, 0) == 0 && differ(before, codes()) == ALL);
    CHECK(pac(RESET, 32, 0, 0, 0) == -EINVAL && pac(RESET, 1, 1, 0, 0) == -EINVAL);
    CHECK(pac(RESET, 1, 0, 1, 0) == -EINVAL && pac(RESET, 1, 0, 0, 1) == -EINVAL);

    // Without its key an instruction does nothing.
    CHECK(pac(SET_ENABLED, 6, 2, 0, 0) == 0 && pac(GET_ENABLED, 0, 0, 0, 0) == 11);
    before = codes();
    CHECK(sign(2, 0x12340) == 0x12340 && sign(3, 0x12340) >> 56 == 0);
    CHECK(pac(SET_ENABLED, 4, 4, 0, 0) == 0 && differ(before, codes()) == 4);
    CHECK(pac(SET_ENABLED, 16, 16, 0, 0) == -EINVAL && pac(SET_ENABLED, 1, 2, 0, 0) == -EINVAL);
    CHECK(pac(SET_ENABLED, 1, 1, 1, 0) == -EINVAL && pac(SET_ENABLED, 1, 1, 0, 1) == -EINVAL);
    CHECK(pac(GET_ENABLED, 1, 0, 0, 0) == -EINVAL && pac(GET_ENABLED, 0, 0, 0, 1) == -EINVAL);

    // A wrong code is an illegal operand.
    struct sigaction sa = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &sa, NULL);
    uint64_t v = (uint64_t)&v, m = 7;
    __asm__(".arch armv8.3-a\n pacia %0, %1" : "+r"(v) : "r"(m));
    CHECK(!faults(v, 0));
    CHECK(faults(v ^ UINT64_C(1) << 50, 0) && code == ILL_ILLOPN && where);
    v = (uint64_t)&v;
    __asm__(".arch armv8.3-a\n pacdza %0" : "+r"(v));
    CHECK(!faults(v, 1));
    CHECK(faults(v ^ UINT64_C(1) << 50, 1) && code == ILL_ILLOPN && where);
    return guest_done();
}
