// SPDX-License-Identifier: MIT
// Arrangements of Advanced SIMD syntax that the size field does not tell: by field q alone.
#include "a64/disasm.h"

static void by_q(struct out *o, unsigned n, unsigned q, const char *narrow, const char *wide)
{
    out_printf(o, "v%u.%s", n, q ? wide : narrow);
}

A64_DIRECTIVE(bytes_d)
{
    by_q(o, a->d, a->q, "8b", "16b");
}

A64_DIRECTIVE(bytes_n)
{
    by_q(o, a->n, a->q, "8b", "16b");
}

A64_DIRECTIVE(bytes_m)
{
    by_q(o, a->m, a->q, "8b", "16b");
}

A64_DIRECTIVE(words_d)
{
    by_q(o, a->d, a->q, "2s", "4s");
}

// Lanes twice as wide as the size field says, in a vector of the same length.
A64_DIRECTIVE(twice_d)
{
    static const char *const arrangement[4][2] = {
        {"4h", "8h"}, {"2s", "4s"}, {"1d", "2d"}, {"1q", "2q"}};
    out_printf(o, "v%u.%s", a->d, arrangement[a->z & 3][a->q & 1]);
}

// The width of a lane in bits, as the shift of SHLL.
A64_DIRECTIVE(lane_bits)
{
    out_printf(o, "#%u", 8u << a->z);
}
