// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
// beyond: an undefined instruction is ILL_ILLOPC
/* Code made at run time: only pages with PROT_EXEC run, and new code is seen after cache
 * maintenance. */
#define _GNU_SOURCE
#include "guest.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

static sigjmp_buf env;
static siginfo_t last;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)context;
    last = *info;
    siglongjmp(env, sig);
}

typedef int function(void);

static void emit(uint32_t *p, int value)
{
    p[0] = 0x52800000u | (uint32_t)value << 5; /* mov w0, #value */
    p[1] = 0xd65f03c0u;                        /* ret */
    __builtin___clear_cache((char *)p, (char *)(p + 2));
}

static int call(void *p)
{
    return ((function *)p)();
}

static int fault_of(void *p)
{
    int sig = sigsetjmp(env, 1);
    if (sig)
        return sig;
    call(p);
    return 0;
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    sigaction(SIGILL, &sa, NULL);
    sigaction(SIGBUS, &sa, NULL);
    sigaction(SIGTRAP, &sa, NULL);
    uint32_t *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    emit(p, 7);
    CHECK(fault_of(p) == SIGSEGV && last.si_code == SEGV_ACCERR && last.si_addr == p);
    mprotect(p, 8192, PROT_READ | PROT_EXEC);
    CHECK(fault_of(p) == 0 && call(p) == 7);
    mprotect(p, 8192, PROT_READ);
    CHECK(fault_of(p) == SIGSEGV && last.si_code == SEGV_ACCERR);
    mprotect(p, 8192, PROT_READ | PROT_WRITE | PROT_EXEC);
    for (int i = 0; i < 200; i++) {
        emit(p, i);
        CHECK(call(p) == i);
    }
    /* A block that runs across a page edge, rewritten in either half. */
    uint32_t *edge = p + 1023;
    for (int i = 0; i < 50; i++) {
        emit(edge, i);
        CHECK(call(edge) == i);
    }
    edge[1] = 0x11000400; /* add w0, w0, #1 */
    edge[2] = 0xd65f03c0;
    __builtin___clear_cache((char *)edge, (char *)(edge + 3));
    CHECK(call(edge) == 50);

    p[0] = 0;          /* udf #0 */
    p[1] = 0xd4200000; /* brk #0 */
    __builtin___clear_cache((char *)p, (char *)(p + 2));
    CHECK(fault_of(p) == SIGILL && last.si_code == ILL_ILLOPC && last.si_addr == p);
    CHECK(fault_of(p + 1) == SIGTRAP && last.si_code == TRAP_BRKPT && last.si_addr == p + 1);
    CHECK(fault_of((char *)p + 2) == SIGBUS && last.si_code == BUS_ADRALN);
    /* New mapping at the same address: the old translation must not live on. */
    emit(p, 11);
    CHECK(call(p) == 11);
    munmap(p, 8192);
    CHECK(fault_of(p) == SIGSEGV && last.si_code == SEGV_MAPERR && last.si_addr == p);
    uint32_t *again = mmap(p, 8192, PROT_READ | PROT_WRITE | PROT_EXEC,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    CHECK(again == p);
    emit(p, 12);
    CHECK(call(p) == 12);
    mremap(p, 8192, 4096, 0);
    CHECK(call(p) == 12);
    CHECK(fault_of((void *)8) == SIGSEGV && last.si_addr == (void *)8);
    return guest_done();
}
