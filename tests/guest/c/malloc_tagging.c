// SPDX-License-Identifier: MIT
// env: GLIBC_TUNABLES=glibc.mem.tagging=3
// The C library's allocator with memory tagging: blocks have tags, and what leaves its block or uses
// it too late is found at once.
#include "guest.h"

#include <malloc.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static sigjmp_buf back;
static volatile int code;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)context;
    code = info->si_code;
    siglongjmp(back, 1);
}

static int write_faults(volatile char *p)
{
    code = 0;
    if (!sigsetjmp(back, 1))
        *p = 1;
    return code;
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    char *block[200];
    unsigned tags = 0;
    sigaction(SIGSEGV, &sa, NULL);
    for (unsigned i = 0; i < 200; i++) {
        block[i] = malloc(16 * i + 8);
        memset(block[i], (int)i, 16 * i + 8);
        tags |= 1u << ((uint64_t)block[i] >> 56);
    }
    CHECK(!(tags & 1) && __builtin_popcount(tags) > 8);
    for (unsigned i = 0; i < 200; i++) {
        char *p = block[i] = realloc(block[i], 32 * i + 24);
        CHECK(p[0] == (char)i && p[16 * i + 7] == (char)i);
        CHECK(write_faults(p + 32 * i + 23) == 0);
        CHECK(write_faults(p + malloc_usable_size(p)) == SEGV_MTESERR);
        CHECK(write_faults(p - 1) == SEGV_MTESERR);
    }
    for (unsigned i = 0; i < 200; i++) {
        free(block[i]);
        CHECK(write_faults(block[i]) == SEGV_MTESERR);
    }
    puts("done");
    return guest_failures != 0;
}
