// SPDX-License-Identifier: MIT
// beyond: si_code of a branch to a place that is no landing pad
// native: landing pads are arm64's
// Guarded pages (PROT_BTI): every kind of indirect branch to every kind of instruction, what a
// failing one tells its handler, and what comes of the state a handler returns to.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef PROT_BTI
#    define PROT_BTI 0x10
#endif
enum { PAGE = 4096, BTYPE_SHIFT = 10, BTYPE_MASK = 3 << BTYPE_SHIFT };

// What may stand at a target, and by which BTYPE it may be reached (bit 0: by none at all).
static const struct {
    uint32_t word;
    unsigned lands;
} pads[] = {
    {0xd503201f, 1},                         // nop
    {0xd503241f, 1},                         // bti
    {0xd503245f, 1 | 1 << 1 | 1 << 2},       // bti c
    {0xd503249f, 1 | 1 << 1 | 1 << 3},       // bti j
    {0xd50324df, 1 | 1 << 1 | 1 << 2 | 1 << 3}, // bti jc
    {0xd503233f, 1 | 1 << 1 | 1 << 2},       // paciasp
    {0xd503237f, 1 | 1 << 1 | 1 << 2},       // pacibsp
    {0xd503231f, 1},                         // paciaz
    {0xd28000e9, 1},                         // mov x9, #7
};
enum { PADS = sizeof pads / sizeof *pads };

// The ways to branch to x9 (and x16, x17), which are code too: BTYPE from a guarded page and from
// another one.
static const struct {
    uint32_t words[5];
    unsigned guarded, plain;
} ways[] = {
    {{0xd50324df, 0xd61f0120}, 3, 1},                         // bti jc; br x9
    {{0xd50324df, 0xd61f0200}, 1, 1},                         // bti jc; br x16
    {{0xd50324df, 0xd61f0220}, 1, 1},                         // bti jc; br x17
    {{0xd50324df, 0xaa1e03eb, 0xd63f0120, 0xd65f0160}, 2, 2}, // bti jc; mov x11, x30; blr x9; ret x11
    {{0xd50324df, 0xaa1e03eb, 0xd63f0220, 0xd65f0160}, 2, 2}, // the same by x17
    {{0xd50324df, 0xd65f0120}, 0, 0},                         // bti jc; ret x9
};
enum { WAYS = sizeof ways / sizeof *ways };

static uint8_t *guarded, *plain; // a page each, with the same code
static sigjmp_buf back;
static int code;
static uint64_t where, btype;
static enum { GO_BACK, CLEAR_BTYPE } then;

static void on_ill(int sig, siginfo_t *info, void *context)
{
    mcontext_t *m = &((ucontext_t *)context)->uc_mcontext;
    (void)sig;
    code = info->si_code;
    where = (uint64_t)info->si_addr;
    btype = (m->pstate & BTYPE_MASK) >> BTYPE_SHIFT;
    if (m->pc != where)
        code = -1;
    m->pstate &= ~(uint64_t)BTYPE_MASK;
    if (then == GO_BACK)
        siglongjmp(back, 1);
}

static uint8_t *pad_at(uint8_t *page, unsigned i)
{
    return page + 32 * i;
}

static uint8_t *way_at(uint8_t *page, unsigned i)
{
    return page + 2048 + 32 * i;
}

// Puts at each pad: the pad; mov x0, i; ret -- where what the pad did to X30 is taken back.
static void fill(uint8_t *page)
{
    for (unsigned i = 0; i < PADS; i++) {
        uint32_t words[] = {pads[i].word, 0xd503201f, 0xd2800000 | i << 5, 0xd65f03c0};
        if (pads[i].word == 0xd503233f || pads[i].word == 0xd503237f || pads[i].word == 0xd503231f)
            words[1] = pads[i].word | 0x80; // autiasp, autibsp, autiaz
        memcpy(pad_at(page, i), words, sizeof words);
    }
    for (unsigned i = 0; i < WAYS; i++)
        memcpy(way_at(page, i), ways[i].words, sizeof ways[i].words);
}

// Branches to `target` by the code at `way`; what is found there, or -1 after SIGILL.
static int64_t go(uint8_t *way, uint8_t *target)
{
    register uint64_t x0 __asm__("x0") = 99;
    register uint8_t *x9 __asm__("x9") = target, *x16 __asm__("x16") = target,
                         *x17 __asm__("x17") = target, *x10 __asm__("x10") = way;
    if (sigsetjmp(back, 1))
        return -1;
    x0 = 99, x9 = x16 = x17 = target, x10 = way;
    __asm__ volatile("blr x10"
                     : "+r"(x0), "+r"(x9), "+r"(x16), "+r"(x17), "+r"(x10)
                     :
                     : "x11", "x30", "memory");
    return (int64_t)x0;
}

static void try(uint8_t *from, unsigned way, unsigned pad, unsigned kind)
{
    uint8_t *target = pad_at(guarded, pad);
    code = 0;
    int64_t r = go(way_at(from, way), target);
    if (pads[pad].lands >> kind & 1) {
        CHECK(r == pad && code == 0);
    } else {
        CHECK(r == -1 && code == ILL_ILLOPC);
        CHECK(where == (uint64_t)target && btype == kind);
    }
    CHECK(go(way_at(from, way), pad_at(plain, pad)) == pad);
}

static void all(void)
{
    for (unsigned pad = 0; pad < PADS; pad++)
        for (unsigned way = 0; way < WAYS; way++) {
            try(guarded, way, pad, ways[way].guarded);
            try(plain, way, pad, ways[way].plain);
        }
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = on_ill, .sa_flags = SA_SIGINFO};
    sigaction(SIGILL, &sa, NULL);
    CHECK(getauxval(AT_HWCAP2) >> 17 & 1);
    guarded = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    plain = guarded + PAGE;
    fill(guarded);
    fill(plain);
    __builtin___clear_cache((char *)guarded, (char *)guarded + 2 * PAGE);
    CHECK(mprotect(guarded, PAGE, PROT_READ | PROT_EXEC | PROT_BTI) == 0);
    CHECK(mprotect(plain, PAGE, PROT_READ | PROT_EXEC) == 0);
    for (unsigned i = 0; i < 3; i++) // known branches must be no different
        all();

    // A handler may go on with BTYPE 0; one that leaves it gets the exception again.
    then = CLEAR_BTYPE;
    CHECK(go(way_at(guarded, 0), pad_at(guarded, 0)) == 0 && code == ILL_ILLOPC);
    then = GO_BACK;

    // Handlers are entered as if called.
    for (unsigned pad = 0; pad < 5; pad++) {
        struct sigaction in_page = {.sa_handler = (void (*)(int))pad_at(guarded, pad)};
        sigaction(SIGUSR1, &in_page, NULL);
        code = 0;
        if (!sigsetjmp(back, 1))
            raise(SIGUSR1);
        CHECK(code == (pads[pad].lands >> 2 & 1 ? 0 : ILL_ILLOPC));
        CHECK(!code || (where == (uint64_t)pad_at(guarded, pad) && btype == 2));
    }

    // mprotect decides anew, and refuses what it does not know.
    CHECK(mprotect(guarded, PAGE, PROT_READ | PROT_EXEC) == 0);
    CHECK(go(way_at(guarded, 0), pad_at(guarded, 0)) == 0);
    CHECK(mprotect(guarded, PAGE, PROT_READ | PROT_EXEC | PROT_BTI) == 0);
    CHECK(go(way_at(guarded, 0), pad_at(guarded, 0)) == -1);
    CHECK(mprotect(guarded, PAGE, PROT_READ | 0x40) == -1 && errno == EINVAL);

    // It goes along with mremap.
    uint8_t *p = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    p = mremap(guarded, PAGE, PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, p);
    CHECK(p != MAP_FAILED && go(way_at(p, 0), pad_at(p, 0)) == -1);
    CHECK(go(way_at(p, 0), pad_at(p, 3)) == 3);
    return guest_done();
}
