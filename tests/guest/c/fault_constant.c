// SPDX-License-Identifier: MIT
// variants: O2-static O2-static-pie O2-dynamic
// A load through a constant address that faults: the handler sees that address, its page in the register, which the load
// would have replaced, and the condition flags. Registers with and without one of the host's.
#include "guest.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

enum { PAGE = 65536 };
__attribute__((aligned(PAGE), used)) static uint8_t room[PAGE];

static sigjmp_buf out;
static uint64_t address, flags, reg[31];

static void see(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    address = (uint64_t)info->si_addr;
    flags = m->pstate >> 28;
    memcpy(reg, m->regs, sizeof reg);
    siglongjmp(out, 1);
}

#define LOAD(name, n, load)                                                                     \
    static uint64_t name(uint64_t a, uint64_t b)                                                \
    {                                                                                           \
        register uint64_t r __asm__("x" #n) = a;                                                \
        __asm__ volatile("cmp %0, %1\nadrp x" #n ", room\n" load "\n" : "+r"(r) : "r"(b)       \
                         : "cc", "memory");                                                     \
        return r;                                                                               \
    }
LOAD(x0, 0, "ldr x0, [x0, #0x128]")
LOAD(w1, 1, "ldr w1, [x1, #0x128]")
LOAD(x5, 5, "ldr x5, [x5, #0x128]")
LOAD(x22, 22, "ldr x22, [x22, #0x128]")
LOAD(b19, 19, "ldrb w19, [x19, #0x128]")
LOAD(h9, 9, "ldrh w9, [x9, #0x128]")
LOAD(sw2, 2, "ldrsw x2, [x2, #0x128]")
LOAD(sb10, 10, "ldrsb w10, [x10, #0x128]")
LOAD(sh3, 3, "ldrsh x3, [x3, #0x128]")
LOAD(unscaled4, 4, "add x4, x4, #0x129\nldur x4, [x4, #-1]")

static const struct {
    const char *name;
    uint64_t (*load)(uint64_t, uint64_t);
    unsigned reg;
    uint64_t value, offset;
} cases[] = {{"x0", x0, 0, 0x8899aabbccddeeff, 0},
             {"w1", w1, 1, 0xccddeeff, 0},
             {"x5", x5, 5, 0x8899aabbccddeeff, 0},
             {"x22", x22, 22, 0x8899aabbccddeeff, 0},
             {"b19", b19, 19, 0xff, 0},
             {"h9", h9, 9, 0xeeff, 0},
             {"sw2", sw2, 2, 0xffffffffccddeeff, 0},
             {"sb10", sb10, 10, 0xffffffff, 0},
             {"sh3", sh3, 3, 0xffffffffffffeeff, 0},
             {"unscaled4", unscaled4, 4, 0x8899aabbccddeeff, 0x129}};

int main(void)
{
    struct sigaction s = {.sa_sigaction = see, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &s, NULL);
    memcpy(room + 0x128, &(uint64_t){0x8899aabbccddeeff}, 8);
    for (volatile unsigned c = 0; c < sizeof cases / sizeof *cases; c++) {
        for (unsigned i = 0; i < 300; i++)
            CHECK(cases[c].load(i, 7) == cases[c].value);
        CHECK(mprotect(room, PAGE, PROT_NONE) == 0);
        for (volatile unsigned i = 6; i < 9; i++) {
            address = 0;
            memset(reg, 0xee, sizeof reg);
            if (!sigsetjmp(out, 1))
                cases[c].load(i, 7);
            CHECK(address == (uint64_t)room + 0x128);
            CHECK(reg[cases[c].reg] == (uint64_t)room + cases[c].offset);
            CHECK(flags == (i < 7 ? 8u : i == 7 ? 6u : 2u));
        }
        CHECK(mprotect(room, PAGE, PROT_READ | PROT_WRITE) == 0);
    }
    return guest_done();
}
