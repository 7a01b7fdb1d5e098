// SPDX-License-Identifier: MIT
// variants: O2-static
// beyond: FEAT_AFP, RPRES and EBF16 need qemu-aarch64 10
// Floating point under FPCR's modes: special operands, one line with a sum of results and flags an
// instruction; with an argument, one an instruction and mode. Also that a new FPCR counts from the next
// instruction on, in straight code and in a loop.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#pragma GCC target("arch=armv8.6-a+fp16+bf16+fp16fml")

enum { FIZ = 1, AH = 2, NEP = 4, EBF = 1 << 13, FZ16 = 1 << 19, UP = 1 << 22, DOWN = 2 << 22 };
enum { FZ = 1 << 24, DN = 1 << 25, AHP = 1 << 26 };

static const uint32_t modes[] = {
    0,       AH,           FIZ,          NEP,           AH | FZ,   AH | FZ | FIZ | UP, FIZ | FZ,
    AH | DN, AH | FZ16,    NEP | AH | DN, FZ | FIZ | DN, AH | DOWN, AH | AHP | UP,      AHP | FZ16,
    EBF,     EBF | AH | FZ, EBF | FZ | UP, FZ16 | DOWN,
};

static const uint64_t values[] = {
    0x0000000000000000, 0x8000000000000000, 0x3ff0000000000000, 0xbff8000000000001,
    0x000fffffffffffff, 0x8000000000000001, 0x0010000000000000, 0x801fffffffffffff,
    0x7fefffffffffffff, 0xffe0000000000000, 0x7ff0000000000000, 0xfff0000000000000,
    0x7ff8000000000123, 0xfff8000000000000, 0x7ff0000000000001, 0xfff4000000000000,
    0x3f8000003f800001, 0x0080000080000001, 0x7f800001ffc00001, 0x00400000807fffff,
    0x3c00bc0000018001, 0x7c007e01fd0103ff, 0x0400840063ff5bff, 0x7f803f808001ffc1,
};
enum { VALUES = sizeof values / sizeof *values };

struct regs {
    uint64_t v[4][2]; // the result in and out, and three operands
    uint64_t x, fpcr, fpsr, nzcv;
};

#define INSN(id, text)                                                                           \
    static void run_##id(struct regs *r)                                                         \
    {                                                                                            \
        register uint64_t x __asm__("x1") = r->x;                                                \
        uint64_t t = r->fpcr;                                                                    \
        __asm__ volatile("msr fpsr, xzr\n msr nzcv, xzr\n msr fpcr, %1\n"                        \
                         "ldp q0, q1, [%2]\n ldp q2, q3, [%2, #32]\n" text "\n"                  \
                         "str q0, [%2]\n mrs %1, fpsr\n str %1, [%2, #80]\n"                     \
                         "mrs %1, nzcv\n str %1, [%2, #88]\n msr fpcr, xzr"                      \
                         : "+r"(x), "+r"(t)                                                      \
                         : "r"(r)                                                                \
                         : "v0", "v1", "v2", "v3", "cc", "memory");                              \
        r->x = x;                                                                                \
    }
#include "fp_modes.h"
#undef INSN

static const struct {
    const char *text;
    void (*run)(struct regs *r);
} insns[] = {
#define INSN(id, text) {text, run_##id},
#include "fp_modes.h"
#undef INSN
};

static uint64_t mixed(uint64_t sum, uint64_t v)
{
    sum = (sum ^ v) * 0x9e3779b97f4a7c15;
    return sum ^ sum >> 29;
}

static uint64_t sum_of(unsigned insn, uint32_t mode)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < VALUES; i++) {
        for (unsigned j = 0; j < 8; j++) {
            unsigned k = (i * 7 + j * 3) % VALUES;
            uint64_t a = values[i], b = values[k], c = values[(i * 5 + k * 3) % VALUES];
            struct regs r = {{{c, ~a}, {a, b}, {b, a}, {c, b}}, a ^ b << 7, mode, 0, 0};
            insns[insn].run(&r);
            sum = mixed(mixed(mixed(sum, r.v[0][0]), r.v[0][1]), r.x);
            sum = mixed(mixed(sum, r.fpsr), r.nzcv);
        }
    }
    return sum;
}

// Adds s1 to itself under FPCR = one, then two, n times in turn; what is above s0 afterwards, of the
// first and the second kind.
static void switching(uint64_t one, uint64_t two, unsigned n)
{
    uint64_t high[2] = {0, 0}, operand[2] = {0x3f800000, 0x1111};
    for (unsigned i = 0; i < n; i++) {
        uint64_t a, b;
        __asm__ volatile("ldr q1, [%4]\n msr fpcr, %2\n fadd s0, s1, s1\n msr fpcr, %3\n"
                         "fadd s2, s1, s1\n msr fpcr, xzr\n mov %0, v0.d[1]\n mov %1, v2.d[1]"
                         : "=&r"(a), "=&r"(b)
                         : "r"(one), "r"(two), "r"(operand)
                         : "v0", "v1", "v2", "memory");
        high[0] += a;
        high[1] += b;
    }
    printf("switching %" PRIx64 " %" PRIx64 ": %" PRIx64 " %" PRIx64 "\n", one, two, high[0],
           high[1]);
}

int main(int argc, char **argv)
{
    (void)argv;
    for (unsigned i = 0; i < sizeof insns / sizeof *insns; i++) {
        uint64_t all = 0;
        for (unsigned m = 0; m < sizeof modes / sizeof *modes; m++) {
            uint64_t sum = sum_of(i, modes[m]);
            all = mixed(all, sum);
            if (argc > 1)
                printf("%s [%08" PRIx32 "] %016" PRIx64 "\n", insns[i].text, modes[m], sum);
        }
        printf("%s %016" PRIx64 "\n", insns[i].text, all);
    }
    switching(0, NEP, 3);
    switching(NEP, 0, 1000);
    switching(NEP, NEP | AH, 2);
    return 0;
}
