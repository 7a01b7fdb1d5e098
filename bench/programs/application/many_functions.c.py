# SPDX-License-Identifier: MIT
# Writes an application in one file: two thousand functions of all sorts that call each other, most of
# them not often. Shows what making code costs beside running it.
import sys

FUNCTIONS = 2000
out = sys.stdout
state = 99


def pick(limit):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % limit


out.write('#include "bench.h"\n\n#include <string.h>\n\nstruct world {\n    uint32_t heap[1024];\n'
          "    char name[64];\n    uint64_t sum;\n};\n\n")
for i in range(FUNCTIONS):
    out.write(f"__attribute__((noinline)) static uint32_t work_{i}(struct world *w, uint32_t x, uint32_t depth)\n{{\n")
    kind = pick(6)
    k1, k2, k3 = pick(1024), pick(1 << 20) | 1, 1 + pick(15)
    if kind == 0:
        out.write(f"    for (uint32_t i = 0; i < {k3}; i++)\n        w->heap[(x + i) % 1024] += x * {k2} + i;\n"
                  f"    x ^= w->heap[(x + {k1}) % 1024];\n")
    elif kind == 1:
        out.write(f"    switch (x % {k3 + 4}) {{\n")
        for c in range(k3 + 4):
            out.write(f"    case {c}: x {['+=', '^=', '-=', '*='][pick(4)]} {pick(1 << 16) | 1}; break;\n")
        out.write("    }\n")
    elif kind == 2:
        out.write(f'    strcpy(w->name, x & 1 ? "left{k1}" : "right-hand{k2}");\n'
                  f"    x += (uint32_t)strlen(w->name) * {k2};\n    w->sum = bench_mix(w->sum, (uint64_t)w->name[2]);\n")
    elif kind == 3:
        out.write(f"    uint64_t wide = (uint64_t)x * {k2} + w->sum;\n    x = (uint32_t)(wide >> {k3}) ^ w->heap[{k1}];\n"
                  f"    w->sum += wide / {k3 + 1};\n")
    elif kind == 4:
        out.write(f"    if (x > 0x{k2:x}00u) {{\n        w->heap[{k1}] = x;\n        x = ~x;\n    }} else if (x & {1 << k3}) {{\n"
                  f"        x = x << {k3} | x >> {32 - k3};\n    }} else {{\n        x += w->heap[{pick(1024)}];\n    }}\n")
    else:
        out.write(f"    int32_t s = (int32_t)x, t = (int32_t)w->heap[{k1}];\n    x = (uint32_t)(s < t ? t - {k3} : s >> {k3}) + {k2};\n"
                  f"    w->heap[{k1}] ^= x;\n")
    if i:
        out.write(f"    if (depth)\n        x += work_{pick(i)}(w, x, depth - 1);\n")
        if pick(2):
            out.write(f"    if (depth && x & {1 << pick(8)})\n        x ^= work_{pick(i)}(w, x + 1, depth - 1);\n")
    out.write("    return x;\n}\n\n")
out.write("static uint32_t (*const table[])(struct world *, uint32_t, uint32_t) = {\n")
for i in range(FUNCTIONS):
    out.write(f"    work_{i},\n")
out.write("""};

int main(int argc, char **argv)
{
    static struct world w;
    unsigned rounds = bench_rounds(argc, argv, 1200);
    uint32_t x = 1;
    for (unsigned r = 0; r < rounds; r++)
        for (unsigned i = 0; i < sizeof table / sizeof *table; i++)
            x = table[i](&w, x + i, 5);
    return bench_done(bench_mix(w.sum, x));
}
""")
