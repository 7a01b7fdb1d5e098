// SPDX-License-Identifier: MIT
/*
 * A condition whose result replaces what was compared, where something between has changed the host's flags, so that
 * compiled code has to compare again: the value compared must still be that of before.
 */
#include "asm_test.h"

/*
 * set compares x8; select writes x8 from x9, which comes from a multiplication in between; wanted is x8 + x9 at
 * the end, and 4096 more for a carry or more than 0x333. The block begins with x8 not known, and goes on behind a
 * call, so that no register is lent to x8.
 */
.macro CASE first, set, select, wanted
    mov x8, \first
    adr x16, 1f
    br x16
1:  mov x10, 3
    asr x9, x8, 3
    \set
    sub x13, x1, x20
    mul x9, x9, x10
    mov x22, x1
    \select
    adds x8, x8, x9
    mov x9, 0x333
    cset w11, cs
    cmp x8, x9
    cset w12, hi
    orr w11, w11, w12
    asr x12, x13, 3
    cmp w11, 0
    mul x12, x12, x10
    add x9, x8, 4096
    csel x8, x9, x8, ne
    cbz x8, 2f
    bl next
2:  EQ(x8, \wanted)
    EQ(x12, 15)
.endm

START:
    mov x19, 60
again:
    mov x20, 0
    mov x1, 40
    CASE 0, "cmp x8, 0", "csinc x8, x9, xzr, ne", 1
    CASE 16, "cmp x8, 0", "csinc x8, x9, xzr, ne", 12
    CASE 0, "cmp x8, 0", "csinv x8, x9, xzr, ne", 0xfff
    CASE 24, "cmp x8, 24", "csinc x8, x9, xzr, ne", 10
    CASE 24, "cmp x8, 23", "csel x8, x9, x1, hi", 18
    CASE 16, "cmp x8, x1", "csel x8, x9, x1, ge", 46
    CASE 48, "cmp x8, x1", "csel x8, x9, x1, ge", 36
    CASE 16, "cmp x1, x8", "csel x8, x9, x1, lo", 46
    CASE 16, "tst x8, 16", "csel x8, x9, x1, ne", 12
    CASE 32, "tst x8, 16", "csel x8, x9, x1, ne", 52
    CASE 16, "cmn x8, 16", "csel x8, x9, x1, mi", 46
    CASE 40, "cmp x8, 40", "cset x8, eq", 16
    CASE 40, "cmp w8, 39", "csetm x8, ls", 15
    subs x19, x19, 1
    b.ne again
    PASS

next:
    ret
