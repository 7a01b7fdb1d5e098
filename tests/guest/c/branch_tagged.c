// SPDX-License-Identifier: MIT
// variants: O2-static
/* A branch to a tagged address goes to the address without the tag (Arm ARM BranchAddr), and a function sees that. */
#include <stdint.h>
#include <stdio.h>

static __attribute__((noinline)) uint64_t here(void)
{
    uint64_t pc;
    __asm__ volatile("adr %0, ." : "=r"(pc));
    return pc;
}

int main(void)
{
    uint64_t (*volatile plain)(void) = here;
    uint64_t (*volatile tagged)(void) = (uint64_t(*)(void))((uint64_t)here | UINT64_C(0x5a) << 56);
    int same = 0;
    for (int i = 0; i < 100; i++)
        same += plain() == tagged();
    printf("%d\n", same);
    return same != 100;
}
