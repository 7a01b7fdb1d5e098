// SPDX-License-Identifier: MIT
// Runs cases (case.h) and tells what became of the state. A case that ends by itself costs no
// signal: it is entered by a branch with every register set, and left by a branch to diff_exit,
// which needs one register and has TPIDR_EL0 to put it in.
#include "case.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <ucontext.h>
#include <unistd.h>

enum { BRK = 0xd4200000, HWCAP_DIT_BIT = 24, HWCAP_SSBS_BIT = 28 };
#ifndef SA_EXPOSE_TAGBITS
#    define SA_EXPOSE_TAGBITS 0x00000800
#endif
#define PSTATE_DIT  (1u << 24)
#define PSTATE_SSBS (1u << 12)

static struct diff_case cases[DIFF_CASES];
static struct diff_result result;
static struct diff_header header;
static uint8_t pristine[2 * DIFF_PAGE];
static volatile uint64_t progress;
static volatile int running;

struct diff_state *const diff_after = &result.after;
uint64_t diff_saved[2]; // the runner's own SP and TPIDR_EL0

void diff_enter(const struct diff_state *before, uint64_t entry);
extern const char diff_exit[], diff_resume[];

#define OFF_SP   "248"
#define OFF_V    "256"
#define OFF_NZCV "768"
#define OFF_FPCR "776"
#define OFF_FPSR "780"
_Static_assert(offsetof(struct diff_state, sp) == 248, "OFF_SP");
_Static_assert(offsetof(struct diff_state, v) == 256, "OFF_V");
_Static_assert(offsetof(struct diff_state, pstate) == 768, "OFF_NZCV");
_Static_assert(offsetof(struct diff_state, fpcr) == 776, "OFF_FPCR");
_Static_assert(offsetof(struct diff_state, fpsr) == 780, "OFF_FPSR");

#define VECTORS(op)                                                                        \
    op " q0, q1, [x1]\n" op " q2, q3, [x1, #32]\n" op " q4, q5, [x1, #64]\n"               \
    op " q6, q7, [x1, #96]\n" op " q8, q9, [x1, #128]\n" op " q10, q11, [x1, #160]\n"      \
    op " q12, q13, [x1, #192]\n" op " q14, q15, [x1, #224]\n" op " q16, q17, [x1, #256]\n" \
    op " q18, q19, [x1, #288]\n" op " q20, q21, [x1, #320]\n" op " q22, q23, [x1, #352]\n" \
    op " q24, q25, [x1, #384]\n" op " q26, q27, [x1, #416]\n" op " q28, q29, [x1, #448]\n" \
    op " q30, q31, [x1, #480]\n"
#define GENERAL(op)                                                                          \
    op " x2, x3, [x0, #16]\n" op " x4, x5, [x0, #32]\n" op " x6, x7, [x0, #48]\n"            \
    op " x8, x9, [x0, #64]\n" op " x10, x11, [x0, #80]\n" op " x12, x13, [x0, #96]\n"        \
    op " x14, x15, [x0, #112]\n" op " x16, x17, [x0, #128]\n" op " x18, x19, [x0, #144]\n"   \
    op " x20, x21, [x0, #160]\n" op " x22, x23, [x0, #176]\n" op " x24, x25, [x0, #192]\n"   \
    op " x26, x27, [x0, #208]\n" op " x28, x29, [x0, #224]\n"

__asm__(".pushsection .text\n"
        ".globl diff_enter, diff_exit, diff_resume\n"
        "diff_enter:\n"
        "    stp x19, x20, [sp, #-160]!\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    ldr x2, =diff_saved\n"
        "    mov x3, sp\n"
        "    mrs x4, tpidr_el0\n"
        "    stp x3, x4, [x2]\n"
        "    mov x30, x1\n"
        "    add x1, x0, #" OFF_V "\n" VECTORS("ldp")
        "    ldr x2, [x0, #" OFF_NZCV "]\n"
        "    msr nzcv, x2\n"
        "    ldr w3, [x0, #" OFF_FPCR "]\n"
        "    ldr w4, [x0, #" OFF_FPSR "]\n"
        "    msr fpcr, x3\n"
        "    msr fpsr, x4\n"
        "    ldr x2, [x0, #" OFF_SP "]\n"
        "    mov sp, x2\n"
        "    ldr x2, =0x5a5a0000a5a50008\n"
        "    msr tpidr_el0, x2\n"
        "    clrex\n" GENERAL("ldp")
        "    ldp x0, x1, [x0]\n"
        "    br x30\n"
        "diff_exit:\n"
        "    msr tpidr_el0, x0\n"
        "    ldr x0, =diff_after\n"
        "    ldr x0, [x0]\n"
        "    str x1, [x0, #8]\n" GENERAL("stp")
        "    str x30, [x0, #240]\n"
        "    mrs x2, tpidr_el0\n"
        "    str x2, [x0]\n"
        "    mov x2, sp\n"
        "    str x2, [x0, #" OFF_SP "]\n"
        "    mrs x2, nzcv\n"
        "    str x2, [x0, #" OFF_NZCV "]\n"
        "    mrs x2, fpcr\n"
        "    mrs x3, fpsr\n"
        "    str w2, [x0, #" OFF_FPCR "]\n"
        "    str w3, [x0, #" OFF_FPSR "]\n"
        "    add x1, x0, #" OFF_V "\n" VECTORS("stp")
        "diff_resume:\n" // from the signal handler, too: nothing is known but the pc
        "    msr fpcr, xzr\n"
        "    ldr x2, =diff_saved\n"
        "    ldp x3, x4, [x2]\n"
        "    mov sp, x3\n"
        "    msr tpidr_el0, x4\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    ldp x19, x20, [sp], #160\n"
        "    ret\n"
        ".ltorg\n"
        ".popsection");
_Static_assert(DIFF_TPIDR == UINT64_C(0x5a5a0000a5a50008), "diff_enter has the number");

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

// DIT and SSBS, where there are any; the bits' names are younger than assemblers.
static void set_pstate_bits(uint64_t pstate)
{
    if (header.hwcap[0] >> HWCAP_DIT_BIT & 1)
        __asm__ volatile("msr s3_3_c4_c2_5, %0" : : "r"(pstate & PSTATE_DIT));
    if (header.hwcap[0] >> HWCAP_SSBS_BIT & 1)
        __asm__ volatile("msr s3_3_c4_c2_6, %0" : : "r"(pstate & PSTATE_SSBS));
}

static uint64_t get_pstate_bits(void)
{
    uint64_t dit = 0, ssbs = 0;
    if (header.hwcap[0] >> HWCAP_DIT_BIT & 1)
        __asm__ volatile("mrs %0, s3_3_c4_c2_5" : "=r"(dit));
    if (header.hwcap[0] >> HWCAP_SSBS_BIT & 1)
        __asm__ volatile("mrs %0, s3_3_c4_c2_6" : "=r"(ssbs));
    return (dit & PSTATE_DIT) | (ssbs & PSTATE_SSBS);
}

static void on_signal(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    const struct fpsimd_context *f = (void *)uc->uc_mcontext.__reserved;
    if (sig == SIGALRM) {
        static uint64_t last;
        uint64_t before = last;
        last = progress;
        if (!running || before != progress)
            return;
    } else if (!running) {
        signal(sig, SIG_DFL); // the runner's own fault: it is shown as what it is
        return;
    }
    for (const struct _aarch64_ctx *head = &f->head; head->magic;
         head = (const void *)((const char *)head + head->size)) {
        if (head->magic == FPSIMD_MAGIC)
            f = (const void *)head;
        else if (head->magic == ESR_MAGIC)
            result.esr = ((const struct esr_context *)head)->esr;
    }
    memcpy(result.after.x, uc->uc_mcontext.regs, sizeof result.after.x);
    memcpy(result.after.v, f->vregs, sizeof result.after.v);
    result.after.sp = uc->uc_mcontext.sp;
    result.after.pstate = uc->uc_mcontext.pstate;
    result.after.fpcr = f->fpcr;
    result.after.fpsr = f->fpsr;
    result.pc = uc->uc_mcontext.pc;
    result.signal = (uint32_t)sig;
    result.code = (uint32_t)info->si_code;
    result.address = sig == SIGALRM ? 0 : (uint64_t)info->si_addr;
    uc->uc_mcontext.pc = (uint64_t)diff_resume;
}

// What changed in the window goes into the result; then the window is as before.
static void collect_memory(void)
{
    uint8_t *memory = (uint8_t *)DIFF_DATA;
    uint64_t hash = 0;
    unsigned from = 0, to = DIFF_PAGE;
    if (!memcmp(memory, pristine, DIFF_PAGE))
        return;
    while (memory[from] == pristine[from])
        from++;
    while (memory[to - 1] == pristine[to - 1])
        to--;
    for (unsigned i = from; i < to; i++)
        hash = (hash ^ memory[i]) * UINT64_C(0x100000001b3);
    result.first = from;
    result.length = to - from;
    result.hash = hash;
    memcpy(result.memory, memory + from, to - from < DIFF_SHOWN ? to - from : DIFF_SHOWN);
    memcpy(memory + from, pristine + from, to - from);
}

static void run_once(const struct diff_case *c)
{
    uint64_t start = DIFF_CODE + c->slot * DIFF_SLOT;
    memset(&result, 0, sizeof result);
    result.pc = start + 4 * c->n;
    progress++;
    set_pstate_bits(c->before.pstate);
    running = 1;
    diff_enter(&c->before, start + DIFF_ENTRY * 4);
    running = 0;
    uint64_t bits = get_pstate_bits();
    set_pstate_bits(0);
    if (!result.signal)
        result.after.pstate |= bits;
    result.after.pstate &= UINT64_C(0xf) << 28 | PSTATE_DIT | PSTATE_SSBS;
    collect_memory();
}

static void run(const struct diff_case *c)
{
    run_once(c);
    struct diff_result first = result;
    for (uint32_t i = 1; i < c->times && result.signal != SIGALRM && !memcmp(&first, &result, sizeof first); i++)
        run_once(c);
    if (write(1, &result, sizeof result) != sizeof result)
        fail("runner: write");
}

static void write_slot(const struct diff_case *c)
{
    uint32_t *at = (uint32_t *)(DIFF_CODE + c->slot * DIFF_SLOT);
    memcpy(at, c->word, c->n * 4);
    at[c->n] = 0x14000000 | (((uint64_t)diff_exit - (uint64_t)(at + c->n)) >> 2 & 0x3ffffff);
    at[DIFF_ENTRY] = 0x5800005e;                                      // ldr x30, .+8
    at[DIFF_ENTRY + 1] = 0x14000000 | (-(DIFF_ENTRY + 1) & 0x3ffffff); // b word 0
    memcpy(at + DIFF_ENTRY + 2, &c->before.x[30], 8);
}

static void map(uint64_t at, size_t size)
{
    void *want = (void *)at;
    if (mmap(want, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
        want)
        fail("runner: mmap");
}

static void prepare(unsigned n)
{
    map(DIFF_CODE, DIFF_DATA - DIFF_CODE);
    map(DIFF_DATA, 3 * DIFF_PAGE);
    for (uint64_t at = DIFF_CODE; at < DIFF_DATA; at += 4)
        *(uint32_t *)at = BRK;
    for (unsigned i = 0; i < n; i++)
        write_slot(&cases[i]);
    __builtin___clear_cache((char *)DIFF_CODE, (char *)DIFF_DATA);
    for (unsigned i = 0; i < sizeof pristine; i++)
        pristine[i] = diff_memory(i);
    memcpy((void *)DIFF_DATA, pristine, sizeof pristine);
    if (mprotect((void *)DIFF_CODE, DIFF_DATA - DIFF_CODE, PROT_READ | PROT_EXEC) ||
        mprotect((void *)(DIFF_DATA + DIFF_PAGE), DIFF_PAGE, PROT_READ) ||
        mprotect((void *)(DIFF_DATA + 2 * DIFF_PAGE), DIFF_PAGE, PROT_NONE))
        fail("runner: mprotect");
}

static void catch_signals(bool tags)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGALRM};
    static char stack[1 << 16];
    sigaltstack(&(stack_t){.ss_sp = stack, .ss_size = sizeof stack}, NULL);
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i],
                  &(struct sigaction){.sa_sigaction = on_signal,
                                      .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART |
                                                  (tags ? SA_EXPOSE_TAGBITS : 0)},
                  NULL);
    // A case that does not end is found by the second tick without progress.
    struct timeval second = {.tv_sec = 1};
    setitimer(ITIMER_REAL, &(struct itimerval){second, second}, NULL);
}

static void write_header(void)
{
    header.hwcap[0] = getauxval(AT_HWCAP);
    header.hwcap[1] = getauxval(AT_HWCAP2);
    __asm__ volatile("msr fpcr, %1\n mrs %0, fpcr\n msr fpcr, xzr"
                     : "=r"(header.fpcr)
                     : "r"(UINT64_C(0xffffffff)));
    __asm__ volatile("msr fpsr, %1\n mrs %0, fpsr\n msr fpsr, xzr"
                     : "=r"(header.fpsr)
                     : "r"(UINT64_C(0xffffffff)));
    if (write(1, &header, sizeof header) != sizeof header)
        fail("runner: write");
}

int main(void)
{
    size_t size = 0;
    ssize_t got;
    while (size < sizeof cases && (got = read(0, (char *)cases + size, sizeof cases - size)) > 0)
        size += (size_t)got;
    unsigned n = (unsigned)(size / sizeof *cases);
    write_header();
    prepare(n);
    catch_signals(n && cases[0].tags);
    for (unsigned i = 0; i < n; i++)
        run(&cases[i]);
    return 0;
}
