// SPDX-License-Identifier: MIT
// engines: t1-100
/* Chains of conditional comparisons with a branch behind them, of all kinds: which way they go, and the flags on both ways,
 * as MRS reads them and as the handler of a fault finds them. What is expected comes from the instructions' own words. */
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <ucontext.h>

/* FUNCTIONS of WORDS words: x0 = (taken << 4 | flags) of (x0, x1, x2, x3). CMP or CMN, one to five of CCMP and CCMN,
 * B.cond; then, on both ways, mostly a load from 0 and MRS. What is which is drawn by the assembler. */
#define FUNCTIONS 600
#define WORDS     20
#define STRING_(x) #x
#define STRING(x) STRING_(x)
__asm__(".text\n .balign 64\n .global chains\n chains:\n .set s, 12345\n"
        ".macro draw\n .set s, (s * 1103515245 + 12345) & 0x7fffffff\n .endm\n"
        ".macro way, taken\n"
        " draw\n .if s >> 8 & 3\n ldr x9, [x8]\n .else\n nop\n .endif\n"
        " mrs x0, nzcv\n lsr x0, x0, #28\n .if \\taken\n orr x0, x0, #16\n .endif\n ret\n"
        ".endm\n"
        ".rept " STRING(FUNCTIONS) "\n"
        "0: mov x8, #0\n"
        " draw\n .set kind, (s >> 9 & 3) << 29 | (s >> 12 & 1) << 31\n"
        " .inst 0x2b00001f | (kind & 0xc0000000) | ((s >> 13) & 3) << 5 | ((s >> 16) & 3) << 16\n"
        " draw\n .set n, (s >> 8) % 5 + 1\n"
        " .rept n\n"
        "  draw\n .set form, (s >> 7 & 3) << 30 | (s >> 10 & 1) << 11\n"
        "  .set cond, (s >> 12) % 14\n .set nzcv, s >> 20 & 15\n"
        "  draw\n"
        "  .inst 0x3a400000 | form | (s >> 8 & 3) << 5 | (s >> 12 & 3) << 16 | cond << 12 | nzcv\n"
        " .endr\n"
        " draw\n .inst 0x54000000 | 5 << 5 | ((s >> 11) % 14)\n"
        " way 0\n way 1\n"
        " .rept (" STRING(WORDS) " * 4 - (. - 0b)) / 4\n nop\n .endr\n"
        ".endr\n");
extern const uint32_t chains[FUNCTIONS][WORDS];

static int holds(unsigned cond, unsigned f)
{
    int n = f >> 3 & 1, z = f >> 2 & 1, c = f >> 1 & 1, v = f & 1, r;
    switch (cond >> 1) {
    case 0: r = z; break;
    case 1: r = c; break;
    case 2: r = n; break;
    case 3: r = v; break;
    case 4: r = c && !z; break;
    case 5: r = n == v; break;
    default: r = n == v && !z; break;
    }
    return r ^ (cond & 1);
}

/* AddWithCarry's flags of x - y, or x + y. */
static unsigned flags_of(int subtract, int wide, uint64_t x, uint64_t y)
{
    unsigned bits = wide ? 64 : 32;
    uint64_t mask = wide ? ~UINT64_C(0) : 0xffffffff, sign = UINT64_C(1) << (bits - 1);
    x &= mask;
    y = (subtract ? ~y : y) & mask;
    uint64_t r = (x + y + subtract) & mask;
    int c = subtract ? r < x || (r == x && y == mask) : r < x;
    return (r & sign ? 8u : 0) | (r == 0 ? 4u : 0) | (c ? 2u : 0) | ((~(x ^ y) & (x ^ r)) & sign ? 1u : 0);
}

/* Of all up to the branch; the one at p[1] is the first. *faults: whether a load is on the way. */
static unsigned expected(const uint32_t *p, const uint64_t x[4], int *faults)
{
    uint32_t w = *++p;
    unsigned f = flags_of(w >> 30 & 1, w >> 31, x[w >> 5 & 31], x[w >> 16 & 31]);
    while ((*++p & 0xff000010) != 0x54000000) {
        w = *p;
        uint64_t y = w >> 11 & 1 ? w >> 16 & 31 : x[w >> 16 & 31];
        f = holds(w >> 12 & 15, f) ? flags_of(w >> 30 & 1, w >> 31, x[w >> 5 & 31], y) : w & 15;
    }
    int taken = holds(*p & 15, f);
    *faults = p[taken ? 5 : 1] != 0xd503201f;
    return (unsigned)taken << 4 | f;
}

static volatile unsigned seen, faulted;

static void handler(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    (void)info;
    CHECK(sig == SIGSEGV);
    seen = (unsigned)(uc->uc_mcontext.pstate >> 28) & 15;
    faulted++;
    uc->uc_mcontext.pc += 4;
}

int main(void)
{
    static const uint64_t values[] = {0, 1, 2, 3, ~UINT64_C(0), 0x80000000, 0x7fffffffffffffff, UINT64_C(1) << 63};
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    unsigned wrong = 0, taken = 0, s = 1;
    for (int round = 0; round < 24; round++)
        for (unsigned i = 0; i < FUNCTIONS; i++) {
            uint64_t x[4];
            for (int k = 0; k < 4; k++) {
                s = s * 1103515245 + 12345;
                x[k] = values[s >> 16 & 7];
            }
            int faults;
            unsigned want = expected(chains[i], x, &faults);
            uint64_t (*chain)(uint64_t, uint64_t, uint64_t, uint64_t);
            const void *at = chains[i];
            memcpy(&chain, &at, sizeof chain);
            faulted = 0;
            unsigned is = (unsigned)chain(x[0], x[1], x[2], x[3]);
            wrong += is != want || (int)faulted != faults || (faults && seen != (want & 15));
            taken += want >> 4;
        }
    CHECK(wrong == 0);
    CHECK(taken > 24 * FUNCTIONS / 4 && taken < 24 * FUNCTIONS * 3 / 4);
    return guest_done();
}
