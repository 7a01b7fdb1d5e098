// SPDX-License-Identifier: MIT
// variants: O1-static:-mbranch-protection=pac-ret O2-dynamic:-mbranch-protection=pac-ret~-march=armv8.3-a
// signal: 4
// A signed return address that was changed on the stack, in its code only, is not returned to.
#include <stdint.h>
#include <stdio.h>

__attribute__((noinline)) static void changes_its_return(void)
{
    uint64_t *frame = __builtin_frame_address(0);
    puts("returning");
    fflush(stdout);
    frame[1] ^= UINT64_C(1) << 50;
    __asm__ volatile("" ::"r"(frame) : "memory", "x30");
}

int main(void)
{
    changes_its_return();
    puts("returned");
    return 0;
}
