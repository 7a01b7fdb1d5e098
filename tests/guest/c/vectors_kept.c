// SPDX-License-Identifier: MIT
// variants: O2-static
// beyond: the frame of qemu has SVE registers, which count instead
/*
 * All vector registers, in hot loops that system calls, floating-point exceptions, instructions left to functions and
 * faults interrupt: each is what it was, and what a handler sees is what it is.
 */
#define _GNU_SOURCE
#include "guest.h"

#include <asm/sigcontext.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>

typedef unsigned char vectors[32][16];

static vectors in, out;
static unsigned char *page;
static unsigned faults;

#define LOAD                                                                                       \
    "mov x9, %0\n ld1 {v0.16b-v3.16b}, [x9], #64\n ld1 {v4.16b-v7.16b}, [x9], #64\n"                \
    "ld1 {v8.16b-v11.16b}, [x9], #64\n ld1 {v12.16b-v15.16b}, [x9], #64\n"                          \
    "ld1 {v16.16b-v19.16b}, [x9], #64\n ld1 {v20.16b-v23.16b}, [x9], #64\n"                         \
    "ld1 {v24.16b-v27.16b}, [x9], #64\n ld1 {v28.16b-v31.16b}, [x9], #64\n"
#define STORE                                                                                      \
    "mov x9, %1\n st1 {v0.16b-v3.16b}, [x9], #64\n st1 {v4.16b-v7.16b}, [x9], #64\n"                \
    "st1 {v8.16b-v11.16b}, [x9], #64\n st1 {v12.16b-v15.16b}, [x9], #64\n"                          \
    "st1 {v16.16b-v19.16b}, [x9], #64\n st1 {v20.16b-v23.16b}, [x9], #64\n"                         \
    "st1 {v24.16b-v27.16b}, [x9], #64\n st1 {v28.16b-v31.16b}, [x9], #64\n"
#define CHANGED                                                                                    \
    "x0", "x1", "x2", "x8", "x9", "x10", "cc", "memory", "v0", "v1", "v2", "v3", "v4", "v5", "v6",  \
        "v7", "v8", "v9", "v10", "v11", "v12", "v13", "v14", "v15", "v16", "v17", "v18", "v19",     \
        "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27", "v28", "v29", "v30", "v31"
/* `body` 300 times with all registers loaded, and they are stored. */
#define LOOP(body, ...)                                                                            \
    __asm__ volatile(LOAD "mov x10, #300\n1: " body "subs x10, x10, #1\n b.ne 1b\n" STORE           \
                     : : "r"(in), "r"(out), ##__VA_ARGS__ : CHANGED)

static void fill(void)
{
    for (unsigned i = 0; i < 32; i++)
        for (unsigned k = 0; k < 16; k++)
            in[i][k] = (unsigned char)(i * 7 + k * 31 + 3);
    memset(out, 0, sizeof out);
}

/* All registers but d are what they were. */
static void same_but(unsigned d)
{
    for (unsigned i = 0; i < 32; i++)
        CHECK(i == d || !memcmp(in[i], out[i], 16));
}

static void put_numbers(unsigned i, double low, double high)
{
    memcpy(in[i], &low, 8);
    memcpy(in[i] + 8, &high, 8);
}

static void on_fault(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    struct fpsimd_context *f = (void *)uc->uc_mcontext.__reserved;
    (void)sig, (void)info;
    CHECK(f->head.magic == FPSIMD_MAGIC);
    CHECK(!memcmp(f->vregs, in, sizeof in));
    for (unsigned i = 0; i < 32; i++)
        in[i][i & 15] ^= (unsigned char)(1 + faults);
    memcpy(f->vregs, in, sizeof in);
    uc->uc_mcontext.pc += 4;
    faults++;
}

int main(void)
{
    double zero = 0, infinity = __builtin_inf();
    unsigned long got[2];

    fill();
    LOOP("mov x8, #173\n svc #0\n"); /* getppid */
    same_but(32);

    fill(); /* half the numbers are no such: 0 / 0, infinity * 0, comparisons with a NaN */
    put_numbers(17, zero, 1);
    put_numbers(29, infinity, 2);
    put_numbers(8, __builtin_nan(""), 3);
    LOOP("fdiv v24.2d, v17.2d, v17.2d\n");
    same_but(24);
    memcpy(got, out[24], 16);
    CHECK(got[0] == 0x7ff8000000000000 && got[1] == 0x3ff0000000000000);
    LOOP("fmul v31.2d, v17.2d, v29.2d\n");
    same_but(31);
    memcpy(got, out[31], 16);
    CHECK(got[0] == 0x7ff8000000000000 && got[1] == 0x4000000000000000);
    LOOP("fcmgt v18.2d, v29.2d, v8.2d\n");
    same_but(18);
    memcpy(got, out[18], 16);
    CHECK(got[0] == 0 && got[1] == 0);
    LOOP("fcmge v8.2d, v29.2d, v17.2d\n");
    same_but(8);
    memcpy(got, out[8], 16);
    CHECK(got[0] == ~0ul && got[1] == ~0ul);
    LOOP("fmov d30, d29\n fmadd d30, d17, d29, d17\n");
    same_but(30);
    memcpy(got, out[30], 16);
    CHECK(got[0] == 0x7ff8000000000000 && got[1] == 0);

    fill(); /* by a function */
    LOOP(".arch armv8.2-a+sm4\n sm3partw1 v28.4s, v28.4s, v28.4s\n orr v28.16b, v3.16b, v3.16b\n");
    same_but(28);
    CHECK(!memcmp(out[28], in[3], 16));
    LOOP("mov x0, #5\n .arch armv8.3-a\n pacia x0, x10\n");
    same_but(32);
    page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK(page != MAP_FAILED);
    LOOP("mov x0, %2\n mov x1, #640\n mov x2, #0\n .arch armv8.8-a\n setp [x0]!, x1!, x2\n"
         "setm [x0]!, x1!, x2\n sete [x0]!, x1!, x2\n",
         "r"(page));
    same_but(32);

    struct sigaction sa = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGSEGV, &sa, NULL) == 0 && mprotect(page, 4096, PROT_NONE) == 0);
    fill();
    LOOP("ldr q17, [%2]\n", "r"(page));
    same_but(32);
    CHECK(faults == 300);
    return guest_done();
}
