// SPDX-License-Identifier: MIT
// variants: O0-static O2-static-pie O2-static
#include "guest.h"

#include <errno.h>
#include <stdint.h>

static __thread int zero;
static __thread long initialised = 0x123456789abcdef0;
static __thread char text[40] = "thread-local text";
static __thread double aligned __attribute__((aligned(64))) = 2.5;

int main(void)
{
    CHECK(zero == 0 && initialised == 0x123456789abcdef0 && text[0] == 't' && aligned == 2.5);
    CHECK(((uintptr_t)&aligned & 63) == 0);
    zero += 5;
    initialised++;
    CHECK(zero == 5 && initialised == 0x123456789abcdef1);
    errno = 77;
    CHECK(errno == 77);
    uintptr_t tp;
    __asm__("mrs %0, tpidr_el0" : "=r"(tp));
    CHECK(tp != 0 && (uintptr_t)&zero > tp && (uintptr_t)&zero < tp + 65536);
    return guest_done();
}
