// SPDX-License-Identifier: MIT
// engines: t1-100
/* SP that is no multiple of 16: nothing is wrong with it until it is the base of an access, whichever way it came about,
 * and all is well again when it is one. */
#include "guest.h"

#include <signal.h>
#include <stdint.h>
#include <ucontext.h>

static char alt_stack[65536] __attribute__((aligned(16)));
static volatile int faults, repair;
static uint64_t fault_sp;

/* Goes on behind the access, or makes SP a multiple of 16 and tries again. */
static void handler(int sig, siginfo_t *info, void *context)
{
    ucontext_t *uc = context;
    CHECK(sig == SIGBUS && info->si_code == BUS_ADRALN);
    fault_sp = uc->uc_mcontext.sp;
    faults++;
    if (repair)
        uc->uc_mcontext.sp &= ~UINT64_C(15);
    else
        uc->uc_mcontext.pc += 4;
}

/* SP is put back, and memory below it may be used: there are 256 bytes. */
#define WITH_SP(...)                                                                                               \
    __asm__ volatile("mov x9, sp\n sub sp, sp, #256\n mov x10, sp\n" __VA_ARGS__ "\n mov sp, x9" ::                \
                         : "x0", "x1", "x2", "x9", "x10", "x11", "x12", "x30", "v0", "v1", "cc", "memory")

#define EXPECT(n, ...)                                                                                             \
    do {                                                                                                           \
        faults = 0;                                                                                                \
        WITH_SP(__VA_ARGS__);                                                                                      \
        CHECK(faults == (n));                                                                                      \
    } while (0)

static void ways(void)
{
    EXPECT(1, "sub sp, sp, #8\n ldr x0, [sp]\n add sp, sp, #8\n ldr x0, [sp]");
    EXPECT(0, "sub sp, sp, #8\n add sp, sp, #8\n ldr x0, [sp]");
    EXPECT(2, "add x11, x10, #4\n mov sp, x11\n str x0, [sp, #-16]!\n ldp x0, x1, [sp], #16\n mov sp, x10\n ldr x0, [sp]");
    EXPECT(1, "str xzr, [sp], #8\n ldr x0, [sp]\n sub sp, sp, #8\n ldr x0, [sp]");
    EXPECT(1, "ldr x0, [sp, #8]!\n ldr x1, [sp, #-8]!\n sub sp, sp, #8\n ldr x1, [sp]");
    EXPECT(1, "orr sp, x10, #1\n ldrb w0, [sp]\n and sp, x10, #-16\n ldrb w0, [sp]");
    EXPECT(1, "mov x11, #3\n add sp, x10, x11, lsl #2\n str w0, [sp, #4]\n sub sp, x10, x11, lsl #4\n str w0, [sp, #4]");
    EXPECT(1, "eor sp, x10, #8\n str q0, [sp]\n eor sp, x10, #16\n str q0, [sp]");
    EXPECT(1, "mov x11, #8\n ld1 {v0.16b}, [sp], x11\n ld1 {v0.16b}, [sp]\n mov sp, x10\n ld1 {v0.16b}, [sp]");
    EXPECT(0, "mov x11, #16\n ld1 {v0.16b}, [sp], x11\n ld1 {v0.16b}, [sp]");
    EXPECT(1, "st1 {v0.8b}, [sp], #8\n st1 {v0.8b}, [sp]");
    EXPECT(1, "sub sp, sp, #24\n ldxr x0, [sp]\n sub sp, sp, #8\n ldxr x0, [sp]\n clrex");
    EXPECT(1, "add sp, sp, #2\n prfm pldl1keep, [x10]\n ldr x0, [x10]\n ldr w0, [sp, #2]");
    WITH_SP("mov w11, #12\n add wsp, w10, w11"); /* the upper half goes; nothing is accessed */
}

static void flags_and_values(void)
{
    uint64_t a = 5, b = 7, less = 0, sum = 0;
    __asm__ volatile("mov x9, sp\n cmp %2, %3\n add x10, x9, #-24\n mov sp, x10\n cset %0, lo\n add %1, %2, %3\n"
                     "mov sp, x9"
                     : "=&r"(less), "=&r"(sum)
                     : "r"(a), "r"(b)
                     : "x9", "x10", "cc");
    CHECK(less == 1 && sum == 12);
}

__asm__(".text\n"
        "pushes: stp x29, x30, [sp, #-16]!\n mov x29, sp\n ldp x29, x30, [sp], #16\n ret\n"
        "leaf: ldr x0, [x1]\n ret\n");

static void calls(void)
{
    EXPECT(0, "mov x1, x10\n mov x12, x30\n sub sp, sp, #8\n bl leaf\n add sp, sp, #8\n bl pushes\n mov x30, x12");
    /* Both accesses of the callee are passed over: x29 and x30 are what they were. */
    EXPECT(2, "mov x11, x29\n mov x12, x30\n sub sp, sp, #8\n bl pushes\n add sp, sp, #8\n mov x29, x11\n mov x30, x12");
}

static void often(void)
{
    faults = 0;
    for (int i = 0; i < 2000; i++)
        WITH_SP("sub sp, sp, #8\n mov x11, x10\n ldr x0, [x11]\n add sp, sp, #8\n ldr x0, [sp]\n stp x0, x1, [sp, #-16]!\n"
                "ldp x0, x1, [sp], #16");
    CHECK(faults == 0);
    for (int i = 0; i < 300; i++)
        WITH_SP("sub sp, sp, #8\n ldr x0, [sp]\n add sp, sp, #8\n ldr x0, [sp]");
    CHECK(faults == 300);
    /* A loop within: what SP is changes in each round. */
    faults = 0;
    WITH_SP("mov x11, #400\n 1: eor x10, x10, #8\n mov sp, x10\n ldr x0, [sp]\n subs x11, x11, #1\n b.ne 1b");
    CHECK(faults == 200);
}

/* The handler changes SP, and the code that goes on is for what it is then. */
static void repaired(void)
{
    repair = 1;
    EXPECT(1, "sub sp, sp, #40\n ldr x0, [sp]\n ldr x0, [sp]\n stp x0, x1, [sp, #-16]!\n ldr x0, [sp]");
    CHECK(fault_sp % 16 == 8);
    repair = 0;
}

int main(void)
{
    stack_t ss = {.ss_sp = alt_stack, .ss_size = sizeof alt_stack};
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    CHECK(sigaltstack(&ss, NULL) == 0 && sigaction(SIGBUS, &sa, NULL) == 0);
    ways();
    flags_and_values();
    calls();
    often();
    repaired();
    return guest_done();
}
