// SPDX-License-Identifier: MIT
// native: tagged addresses are arm64's
// A program whose pointers have tags everywhere: each of its many functions reads through one.
#include "guest.h"

#include <stdint.h>

#define FUNCTION(n)                                                                           \
    __attribute__((noinline)) static uint64_t f##n(const uint64_t *p, unsigned rounds)         \
    {                                                                                         \
        uint64_t sum = n;                                                                     \
        for (unsigned i = 0; i < rounds; i++)                                                 \
            sum = sum * 3 + *(const volatile uint64_t *)p;                                    \
        return sum;                                                                           \
    }
#define TEN(m, n) m(n##0) m(n##1) m(n##2) m(n##3) m(n##4) m(n##5) m(n##6) m(n##7) m(n##8) m(n##9)
#define ALL(m)    TEN(m, 1) TEN(m, 2) TEN(m, 3) TEN(m, 4) TEN(m, 5) TEN(m, 6) TEN(m, 7) TEN(m, 8)
ALL(FUNCTION)

int main(void)
{
    static uint64_t (*const functions[])(const uint64_t *, unsigned) = {
#define NAME(n) f##n,
        ALL(NAME)};
    static uint64_t value = 7;
    const uint64_t *tagged = (const uint64_t *)((uint64_t)&value | UINT64_C(0x5a) << 56);
    for (unsigned i = 0; i < sizeof functions / sizeof *functions; i++)
        CHECK(functions[i](tagged, 1000) == functions[i](&value, 1000));
    return guest_done();
}
