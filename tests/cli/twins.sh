# SPDX-License-Identifier: MIT
# Two vectors in one register (x64/twins.c), on hosts with 16 and with 32 of them: a loop with more pairs that need a register than
# 16 hosts have, a passing result, and a pair that only its reader reads.
. "$SOURCE_DIR/lib/common.sh"
only_a64run
unset A64RUN_TIER

awk 'BEGIN {
    print "#include <stdint.h>\n#include <stdio.h>\nvoid rounds(uint64_t *v, uint64_t n);\n__asm__("
    asm("rounds: stp d8, d9, [sp, #-64]!"); asm("stp d10, d11, [sp, #16]")
    asm("stp d12, d13, [sp, #32]"); asm("stp d14, d15, [sp, #48]")
    for (k = 0; k < 32; k += 2) asm("ldp q" k ", q" k + 1 ", [x0, #" 16 * k "]")
    print "\"1:\\n\""
    for (k = 0; k < 12; k++) both("add", k, k, (k + 1) % 12, "4s")
    both("eor", 13, 0, 1, "16b")
    both("add", 2, 13, 12, "4s")
    asm("subs x1, x1, #1"); asm("b.ne 1b")
    for (k = 0; k < 32; k += 2) asm("stp q" k ", q" k + 1 ", [x0, #" 16 * k "]")
    asm("ldp d10, d11, [sp, #16]"); asm("ldp d12, d13, [sp, #32]")
    asm("ldp d14, d15, [sp, #48]"); asm("ldp d8, d9, [sp], #64"); asm("ret")
    print ");\nint main(void)\n{\n    static uint64_t v[64] __attribute__((aligned(16)));\n    uint64_t sum = 0;"
    print "    for (unsigned i = 0; i < 64; i++)\n        v[i] = (i + 1) * UINT64_C(0x9e3779b97f4a7c15);"
    print "    for (unsigned k = 0; k < 3; k++)\n        rounds(v, 2000);"
    print "    for (unsigned i = 0; i < 64; i++)\n        sum = (sum ^ v[i]) * UINT64_C(0x100000001b3);"
    print "    printf(\"%016llx\\n\", (unsigned long long)sum);\n    return 0;\n}"
}
function asm(text) { print "\"" text "\\n\"" }
function both(op, d, a, b, lanes) {
    for (h = 0; h < 32; h += 16)
        asm(op " v" d + h "." lanes ", v" a + h "." lanes ", v" b + h "." lanes)
}' >twins.c
"$CC" -O1 -static -o twins twins.c || fail 'cannot compile'
expected=$("$A64RUN" --tier=eval ./twins)
for without in none AVX512 optional; do
    for tier in t1 t2 t1-1 t2-1; do
        if [ $without = none ]; then set --; else set -- --without=$without; fi
        got=$("$A64RUN" --saved=off "$@" --tier=$tier ./twins)
        [ "$got" = "$expected" ] || fail "without $without, $tier: $got, evaluated: $expected"
    done
done
