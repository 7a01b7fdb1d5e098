# SPDX-License-Identifier: MIT
# Writes one function of many pages whose blocks jump all over it: conditional branches on bits that
# look random, targets far away, nothing to keep hot but everything.
import sys

BLOCKS = 1500
out = sys.stdout
state = 12345


def pick(limit):
    global state
    state = (state * 1103515245 + 12345) & 0x7FFFFFFF
    return (state >> 8) % limit


out.write('#include "bench.h"\n\nstatic uint64_t walk(uint64_t x, uint32_t steps)\n{\n')
for i in range(BLOCKS):
    mul, add, shift, bit = pick(1 << 16) | 1, pick(1 << 20), 5 + pick(20), 20 + pick(30)
    kind = pick(4)
    out.write(f"L{i}:\n    if (steps-- == 0)\n        return x;\n")
    if kind == 0:
        out.write(f"    x = x * {mul} + {add};\n    x ^= x >> {shift};\n")
    elif kind == 1:
        out.write(f"    x ^= x << {shift};\n    x += {add};\n    x ^= x >> {shift // 2 + 7};\n")
    elif kind == 2:
        out.write(f"    x = (x << {shift} | x >> {64 - shift}) + {mul}u * (uint64_t)(uint32_t)x;\n")
    else:
        out.write(f"    if ((int64_t)x < {add})\n        x = ~x;\n    x = x * 0x{mul:x}0001 + {add};\n"
                  f"    x ^= x >> 31;\n")
    out.write(f"    if (x >> {bit} & 1)\n        goto L{pick(BLOCKS)};\n")
    if pick(3) == 0:
        out.write(f"    goto L{pick(BLOCKS)};\n")
out.write("    goto L0;\n}\n\n")
out.write("""int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 600);
    uint64_t sum = 1;
    for (unsigned r = 0; r < rounds; r++)
        sum = bench_mix(walk(sum + r, 100000), r);
    return bench_done(sum);
}
""")
