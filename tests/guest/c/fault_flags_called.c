// SPDX-License-Identifier: MIT
// variants: O1-static
// beyond: qemu-aarch64 before 8.2 has no FEAT_MOPS
// The condition flags at a fault in a copy, which compiled code leaves to a function: those that the block before was
// left with, in the handler's frame; and what a handler sets itself is not written over by them.
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <ucontext.h>

static char *page;
static unsigned seen;
unsigned set_by_handler;

void open_page(void);
void open_page(void)
{
    mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void look(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)info;
    seen = (unsigned)(((ucontext_t *)context)->uc_mcontext.pstate >> 28 & 15);
    open_page();
}

// Compares a and b; the copy is in a block that sets no flags.
extern void copy(char *to, uint64_t a, uint64_t b);
// A handler whose flags are read by a block that is compiled; that block.
extern void compares(int sig), warm(void);
__asm__(".pushsection .text\n"
        ".arch armv8.6-a+mops\n"
        ".global copy, compares, warm\n"
        "copy:\n"
        "mov x14, x0\n"
        "add x13, x0, #512\n"
        "mov x16, #100\n"
        "adr x9, 3f\n"
        "cmp x1, x2\n"
        "b.eq 2f\n"
        "b 2f\n"
        ".balign 64\n"
        "2: br x9\n"
        ".balign 64\n"
        "3: cpyfp [x14]!, [x13]!, x16!\n"
        "cpyfm [x14]!, [x13]!, x16!\n"
        "cpyfe [x14]!, [x13]!, x16!\n"
        "ret\n"
        ".balign 64\n"
        "compares:\n"
        "cmp x30, x30\n"
        "adr x9, hot\n"
        "br x9\n"
        ".balign 64\n"
        "warm:\n"
        "cmp sp, #0\n"
        "adr x9, hot\n"
        "br x9\n"
        ".balign 64\n"
        "hot:\n"
        "cset w4, eq\n"
        "adrp x5, set_by_handler\n"
        "str w4, [x5, :lo12:set_by_handler]\n"
        "b open_page\n"
        ".arch armv8-a\n"
        ".popsection\n");

static unsigned flags(uint64_t a, uint64_t b)
{
    uint64_t nzcv;
    __asm__("cmp %1, %2\nmrs %0, nzcv" : "=r"(nzcv) : "r"(a), "r"(b) : "cc");
    return (unsigned)(nzcv >> 28);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = look, .sa_flags = SA_SIGINFO};
    page = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (unsigned k = 0; k < 400; k++) {
        copy(page, k, k & 1 ? k : 0);
        warm();
    }
    sigaction(SIGSEGV, &action, 0);
    for (unsigned k = 0; k < 16; k++) {
        uint64_t a = k & 1 ? 5 : 7, b = k & 2 ? 5 : 9;
        seen = 16;
        mprotect(page, 4096, PROT_NONE);
        copy(page, a, b);
        CHECK(seen == flags(a, b));
    }
    signal(SIGSEGV, compares);
    mprotect(page, 4096, PROT_NONE);
    copy(page, 1, 2);
    CHECK(set_by_handler == 1);
    return guest_done();
}
