// SPDX-License-Identifier: MIT
// native: arm64 instructions
// The condition flags that a signal handler sees when an access faults at the beginning of the code a
// branch leads to, which has not set any of its own yet: those from before the branch, whatever they
// were made by. The same where the code behind the branch reads them, and at a system call.
#define _GNU_SOURCE
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

static volatile uint64_t seen;

static void handler(int sig, siginfo_t *info, void *context)
{
    (void)sig, (void)info;
    ucontext_t *uc = context;
    seen = uc->uc_mcontext.pstate & UINT64_C(0xf0000000);
    uc->uc_mcontext.pc += 4;
}

#define INSNS                                                                                      \
    X(cmp_x, "cmp x0, x1")                                                                         \
    X(cmp_w, "cmp w0, w1")                                                                         \
    X(cmp_imm, "cmp x0, #1")                                                                       \
    X(cmp_w_imm, "cmp w0, #4095, lsl #12")                                                         \
    X(cmp_extended, "cmp x0, w1, sxtw #2")                                                         \
    X(cmp_far, "mov x23, x1\n cmp x0, x23")                                                        \
    X(cmn_x, "cmn x0, x1")                                                                         \
    X(cmn_w, "cmn w0, w1")                                                                         \
    X(subs_first, "subs x0, x0, x1")                                                               \
    X(subs_w_first, "subs w0, w0, w1")                                                             \
    X(subs_second, "subs x1, x0, x1")                                                              \
    X(subs_same, "subs x0, x0, x0")                                                                \
    X(subs_imm, "subs x0, x0, #1")                                                                 \
    X(adds_first, "adds x0, x0, x1")                                                               \
    X(adds_w_imm, "adds w0, w0, #1")                                                               \
    X(tst_x, "tst x0, x1")                                                                         \
    X(tst_w, "tst w0, w1")                                                                         \
    X(tst_imm, "tst x0, #0xffffffff00000000")                                                      \
    X(tst_w_imm, "tst w0, #0x80000000")                                                            \
    X(ands_first, "ands x0, x0, x1")                                                               \
    X(ands_second, "ands w1, w0, w1")                                                              \
    X(bics, "bics x0, x0, x1")                                                                     \
    X(adcs, "cmp x1, x0\n adcs x0, x0, x1")                                                        \
    X(ccmp, "cmp x0, x1\n ccmp x1, #1, #5, ne")                                                    \
    X(fcmp_d, "fmov d0, x0\n fmov d1, x1\n fcmp d0, d1")                                           \
    X(fcmp_s, "fmov s30, w0\n fmov s31, w1\n fcmp s30, s31")                                       \
    X(fcmp_zero, "fmov d0, x0\n fcmp d0, #0.0")                                                    \
    X(msr, "msr nzcv, x0")

enum how { STRAIGHT, FAULT, FAULT_INDIRECT, READ, READ_INDIRECT };

#define CLOBBERS "x0", "x1", "x2", "x3", "x4", "x5", "x23", "v0", "v1", "v30", "v31", "cc", "memory"
#define RUN(insn, rest)                                                                            \
    __asm__ volatile("mov x0, %1\n mov x1, %2\n mov x3, xzr\n adr x4, 1f\n" insn "\n" rest         \
                     "\n mov %0, x2"                                                               \
                     : "=r"(out)                                                                   \
                     : "r"(a), "r"(b)                                                              \
                     : CLOBBERS)

#define X(name, insn)                                                                              \
    static uint64_t name(enum how how, uint64_t a, uint64_t b)                                     \
    {                                                                                              \
        uint64_t out = 0;                                                                          \
        switch (how) {                                                                             \
        case STRAIGHT: RUN(insn, "mrs x2, nzcv\n 1:"); return out;                                 \
        case FAULT: RUN(insn, "b 1f\n nop\n 1: ldr x2, [x3]\n cmp x3, x4"); return seen;           \
        case FAULT_INDIRECT: RUN(insn, "br x4\n nop\n 1: cbz x4, 1b\n ldr x2, [x3]"); return seen; \
        case READ: RUN(insn, "b 1f\n nop\n 1: mrs x2, nzcv"); return out;                          \
        default: RUN(insn, "br x4\n nop\n 1: mov x5, x0\n mrs x2, nzcv"); return out;              \
        }                                                                                          \
    }
INSNS
#undef X

#define X(name, insn) {#name, name},
static const struct {
    const char *name;
    uint64_t (*run)(enum how how, uint64_t a, uint64_t b);
} insns[] = {INSNS};

// Also numbers: 1, -1 and NaN of both widths, infinity.
static const uint64_t values[] = {0,
                                  1,
                                  UINT64_MAX,
                                  UINT64_C(1) << 63,
                                  (UINT64_C(1) << 63) - 1,
                                  UINT64_C(0x80000000),
                                  UINT64_C(0x7fffffff),
                                  UINT64_C(0x3ff000003f800000),
                                  UINT64_C(0xbff00000bf800000),
                                  UINT64_C(0x7ff800007fc00000),
                                  UINT64_C(0x7ff0000000000000)};
enum { VALUES = sizeof values / sizeof values[0], TIMES = 4 };

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGSEGV, &sa, NULL);
    for (unsigned i = 0; i < sizeof insns / sizeof insns[0]; i++)
        for (unsigned k = 0; k < VALUES * VALUES; k++) {
            uint64_t a = values[k / VALUES], b = values[k % VALUES];
            uint64_t want = insns[i].run(STRAIGHT, a, b);
            for (enum how how = FAULT; how <= READ_INDIRECT; how++)
                for (unsigned times = 0; times < (k ? 1 : TIMES); times++)
                    CHECK(insns[i].run(how, a, b) == want);
        }
    return guest_done();
}
