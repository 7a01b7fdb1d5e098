// SPDX-License-Identifier: MIT
// native: the loops are of arm64
// A thread that never leaves a loop is interrupted all the same, whichever way it comes round: by
// branches, by calls that do not return, by returns that nobody has called for, by recursion.
#define _GNU_SOURCE
#include "guest.h"

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/time.h>
#include <ucontext.h>

// Global: the address of what is local to its file might come out as its section's.
#define LOOP(name, body)                \
    __asm__(".text\n"                   \
            ".balign 4\n"               \
            ".globl " #name "\n"        \
            ".type " #name ", %function\n" \
            #name ":\n" body); \
    void name(void)

// Nothing is saved: the handler jumps out.
LOOP(branch, "1: nop; b 1b");
LOOP(conditional, "mov x0, #1; 1: nop; cbnz x0, 2f; nop; 2: tbz x0, #5, 1b; brk #0");
LOOP(forward_then_back, "1: b 3f; 2: nop; b 4f; 3: nop; b 2b; 4: b 1b");
LOOP(jump, "adr x9, 1f; 1: nop; br x9");
LOOP(jump_forth_and_back, "adr x9, 1f; adr x10, 2f; 1: nop; br x10; brk #0; 2: nop; br x9");
LOOP(call, "1: nop; bl 1b");
LOOP(call_forth, "1: bl 2f; brk #0; 2: bl 3f; brk #0; 3: bl 1b");
LOOP(call_reg, "adr x9, 1f; 1: nop; blr x9");
LOOP(call_and_return, "1: bl 2f; nop; b 1b; 2: ret");
LOOP(call_back_and_return, "b 2f; 1: ret; 2: bl 1b; bl 1b; b 2b");
LOOP(call_reg_and_return, "adr x9, 2f; 1: blr x9; nop; b 1b; 2: ret");
LOOP(return_to_itself, "adr x30, 1f; 1: nop; ret");
LOOP(return_forth_and_back, "adr x9, 1f; adr x30, 2f; 1: nop; ret; 2: nop; ret x9");
LOOP(returns_of_two, "1: bl 2f; b 1b; 2: mov x9, x30; bl 3f; mov x30, x9; ret; 3: ret");
LOOP(longer_each_time, "1: bl 2f; brk #0; 2: adr x30, 1b; ret");

// Nothing but calls and returns, and for minutes.
LOOP(recursion, "mov x0, #60; 1: cmp x0, #2; b.lo 9f; stp x29, x30, [sp, #-32]!; stp x19, x20, [sp, #16];"
                "mov x19, x0; sub x0, x0, #1; bl 1b; mov x20, x0; sub x0, x19, #2; bl 1b; add x0, x0, x20;"
                "ldp x19, x20, [sp, #16]; ldp x29, x30, [sp], #32; 9: ret");
LOOP(recursion_by_pointer,
     "mov x0, #60; adr x9, 1f; 1: cmp x0, #2; b.lo 9f; stp x29, x30, [sp, #-32]!; stp x19, x20, [sp, #16];"
     "mov x19, x0; sub x0, x0, #1; blr x9; mov x20, x0; sub x0, x19, #2; blr x9; add x0, x0, x20;"
     "ldp x19, x20, [sp, #16]; ldp x29, x30, [sp], #32; 9: ret");
// The flags that the handler sees are those of the comparison before: Z and C, or N.
LOOP(flags_at_call, "1: mov x0, #0; 2: cmp x0, x0; bl 3f; brk #0; 3: b.ne 4f; cmp x0, #1; bl 2b; 4: brk #1");

static sigjmp_buf out;
static volatile int told;

static void handler(int sig, siginfo_t *info, void *ucontext)
{
    const ucontext_t *uc = ucontext;
    uint64_t into = uc->uc_mcontext.pc - (uint64_t)flags_at_call;
    (void)sig, (void)info;
    CHECK(uc->uc_mcontext.sp % 16 == 0);
    if (into == 8 || into == 16 || into == 20)
        CHECK(uc->uc_mcontext.pstate >> 28 == 6);
    if (into == 24 || (into == 4 && uc->uc_mcontext.regs[30] == (uint64_t)flags_at_call + 28))
        CHECK(uc->uc_mcontext.pstate >> 28 == 8);
    told++;
    siglongjmp(out, 1);
}

static void interrupted(void (*loop)(void))
{
    enum { TIMES = 20 };
    told = 0;
    for (volatile int i = 0; i < TIMES; i++)
        if (sigsetjmp(out, 1) == 0) {
            setitimer(ITIMER_REAL, &(struct itimerval){{0, 0}, {0, 700}}, NULL);
            loop();
        }
    CHECK(told == TIMES);
}

int main(void)
{
    struct sigaction sa = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    CHECK(sigaction(SIGALRM, &sa, NULL) == 0);
    interrupted(branch);
    interrupted(conditional);
    interrupted(forward_then_back);
    interrupted(jump);
    interrupted(jump_forth_and_back);
    interrupted(call);
    interrupted(call_forth);
    interrupted(call_reg);
    interrupted(call_and_return);
    interrupted(call_back_and_return);
    interrupted(call_reg_and_return);
    interrupted(return_to_itself);
    interrupted(return_forth_and_back);
    interrupted(returns_of_two);
    interrupted(longer_each_time);
    interrupted(recursion);
    interrupted(recursion_by_pointer);
    interrupted(flags_at_call);
    return guest_done();
}
