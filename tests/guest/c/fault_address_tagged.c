// SPDX-License-Identifier: MIT
// variants: O2-static
/* The address of a fault is told without its tag (Linux, untagged_addr); in the upper half there are no tags. */
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>

static sigjmp_buf back;

static void on_fault(int sig, siginfo_t *info, void *context)
{
    (void)context;
    printf("%s %d %p\n", sig == SIGBUS ? "SIGBUS" : "SIGSEGV", info->si_code, info->si_addr);
    siglongjmp(back, 1);
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
    if (!sigsetjmp(back, 1))
        __asm__ volatile("ldxr x0, [%0]" : : "r"(UINT64_C(0x5a0000000000100c)) : "x0");
    if (!sigsetjmp(back, 1))
        __asm__ volatile("ldr x0, [%0]" : : "r"(UINT64_C(0x5a00000000001001)) : "x0");
    if (!sigsetjmp(back, 1))
        __asm__ volatile("blr %0" : : "r"(UINT64_C(0xe380000000001000)) : "x30");
    if (!sigsetjmp(back, 1))
        __asm__ volatile("blr %0" : : "r"(UINT64_C(0xe300000000001000)) : "x30");
    return 0;
}
