// SPDX-License-Identifier: MIT
/* Every condition after compares that set every combination of flags, in all consumers. */
#include "asm_test.h"

/* Holds(cond) worked out from N, Z, C, V in x1 (bits 3..0) by plain logic, for the condition in x2. */
holds:
    lsr x3, x1, 3
    ubfx x4, x1, 2, 1
    ubfx x5, x1, 1, 1
    and x6, x1, 1
    lsr x7, x2, 1
    cmp x7, 0
    b.eq 10f
    cmp x7, 1
    b.eq 11f
    cmp x7, 2
    b.eq 12f
    cmp x7, 3
    b.eq 13f
    cmp x7, 4
    b.eq 14f
    cmp x7, 5
    b.eq 15f
    cmp x7, 6
    b.eq 16f
    mov x0, 1
    ret
10: mov x0, x4
    b 20f
11: mov x0, x5
    b 20f
12: mov x0, x3
    b 20f
13: mov x0, x6
    b 20f
14: bic x0, x5, x4
    b 20f
15: eor x0, x3, x6
    eor x0, x0, 1
    b 20f
16: eor x0, x3, x6
    eor x0, x0, 1
    bic x0, x0, x4
20: and x8, x2, 1
    eor x0, x0, x8
    ret

START:
    mov x19, 0 /* flags */
1:
    lsl x20, x19, 28
    mov x21, 0 /* mask seen by branches */
    mov x22, 0 /* by csinc */
    mov x23, 0 /* by ccmp */
.macro try name, number
    msr nzcv, x20
    b.\name 2f
    b 3f
2:  orr x21, x21, 1 << \number
3:  msr nzcv, x20
    mov x9, 1 << \number
    csel x10, x9, xzr, \name
    orr x22, x22, x10
    msr nzcv, x20
    ccmp xzr, xzr, 0, \name /* Z when it holds, else nzcv = 0 */
    mrs x10, nzcv
    tst x10, 1 << 30
    csel x10, x9, xzr, ne
    orr x23, x23, x10
.endm
    try eq, 0
    try ne, 1
    try cs, 2
    try cc, 3
    try mi, 4
    try pl, 5
    try vs, 6
    try vc, 7
    try hi, 8
    try ls, 9
    try ge, 10
    try lt, 11
    try gt, 12
    try le, 13
    try al, 14
    mov x24, 0
    mov x2, 0
4:  mov x1, x19
    bl holds
    lsl x0, x0, x2
    orr x24, x24, x0
    add x2, x2, 1
    cmp x2, 15
    b.ne 4b
    eor x9, x21, x24
    EQ(x9, 0)
    eor x9, x22, x24
    EQ(x9, 0)
    eor x9, x23, x24
    EQ(x9, 0)
    add x19, x19, 1
    cmp x19, 16
    b.ne 1b

    /* Flags of arithmetic. */
#define FLAGS(want) mrs x9, nzcv; lsr x9, x9, 28; EQ(x9, want)
    mov x0, 0
    subs x1, x0, 0
    FLAGS(6)
    subs x1, x0, 1
    FLAGS(8)
    mov x0, 0x8000000000000000
    subs x1, x0, 1
    FLAGS(3)
    adds x1, x0, x0
    FLAGS(7)
    mov x0, -1
    adds x1, x0, 1
    FLAGS(6)
    adds w1, w0, 1
    FLAGS(6)
    mov w0, 0x7fffffff
    adds w1, w0, 1
    FLAGS(9)
    adds x1, x0, 1
    FLAGS(0)
    ands x1, x0, xzr
    FLAGS(4)
    ands w1, w0, 0x80000000
    FLAGS(4)
    mov w0, 0x80000000
    tst w0, w0
    FLAGS(8)
    mov x0, -1
    cmp x0, x0
    adcs x1, x0, xzr /* C in, C out */
    EQ(x1, 0)
    cmp x0, x0
    adcs x1, x0, xzr
    FLAGS(6)
    cmp xzr, x0 /* borrow: C = 0 */
    sbcs x1, x0, xzr
    EQ(x1, -2)
    cmp xzr, x0
    sbc x1, xzr, xzr
    EQ(x1, -1)
    cmp x0, x0
    ngc x1, x0
    EQ(x1, 1)
    cmn x0, 1
    FLAGS(6)
    cmp x0, w0, uxtb
    FLAGS(0xa)
    mov x2, 0
    cmp x2, w0, sxtw
    FLAGS(0)
    bics xzr, x0, x0
    FLAGS(4)
    mov x2, 5
    cmp x2, 5
    ccmp x2, 6, 0, eq
    FLAGS(8)
    ccmp x2, 6, 3, ne
    FLAGS(3)
    ccmn x2, 11, 13, vs
    FLAGS(13)
    cinc x3, x2, eq
    EQ(x3, 6)
    cmp x2, x2
    csinv x3, x2, xzr, ne
    EQ(x3, -1)
    cmp x2, x2
    csneg w3, w2, w2, ne
    EQ(x3, 0xfffffffb)
    cset x3, lo
    csetm x4, hs
    PASS
