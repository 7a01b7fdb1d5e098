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
