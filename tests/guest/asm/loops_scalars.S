// SPDX-License-Identifier: MIT
/* Loops, also within loops, in which a register is a vector on one way and a scalar on another: what is above a scalar
   result is zero, whatever is above its operands. x11 collects what should be zero. */
#include "asm_test.h"

#define ABOVE(v) mov x9, v.d[1]; orr x11, x11, x9

START:
    mov x11, 0
    mvni v5.4s, 0
    fmov d2, 1.0
    fmov d0, d2

    /* Two ways back: from the first a vector comes, which the second way reads. */
    mov w10, 64
1:  tbz w10, 0, 2f
    mov v0.16b, v5.16b
    subs w10, w10, 1
    b.ne 1b
    b 3f
2:  fadd d1, d0, d2
    ABOVE(v1)
    fadd d0, d2, d2
    subs w10, w10, 1
    b.ne 1b
3:  EQ(x11, 0)

    /* A loop within a loop begins with a vector every other time. */
    mov w10, 64
4:  fmov d0, d2
    tbz w10, 0, 5f
    mov v0.16b, v5.16b
5:  mov w12, 3
6:  fadd d1, d0, d2
    ABOVE(v1)
    fmul d0, d2, d2
    subs w12, w12, 1
    b.ne 6b
    subs w10, w10, 1
    b.ne 4b
    EQ(x11, 0)

    /* The inner loop leaves a vector for the outer one, and the other way round. */
    mov w10, 64
    fmov d0, d2
    fmov d3, d2
7:  fadd d1, d0, d2
    ABOVE(v1)
    fmov d0, d2
    mov w12, 3
8:  fsub d1, d3, d2
    ABOVE(v1)
    fmov d3, d2
    mov v0.16b, v5.16b
    cmp w12, 2
    b.eq 9f
    fadd d1, d0, d3
    ABOVE(v1)
9:  subs w12, w12, 1
    b.ne 8b
    mov v3.16b, v5.16b
    subs w10, w10, 1
    b.ne 7b
    EQ(x11, 0)

    /* Three deep, with a jump out of the middle and single precision above doubles. */
    mov w10, 64
    fmov s6, 1.0
10: fmov d7, d2
    mov w12, 4
11: fadd s4, s7, s6
    mov w9, v4.s[1]
    orr x11, x11, x9
    mov w13, 3
12: fadd s7, s4, s6
    mov w9, v7.s[1]
    orr x11, x11, x9
    mov v4.16b, v5.16b
    sub w13, w13, 1
    cbnz w13, 12b
    ABOVE(v7)
    cmp w12, 2
    b.eq 13f
    fmov d7, d2
    subs w12, w12, 1
    b.ne 11b
13: subs w10, w10, 1
    b.ne 10b
    EQ(x11, 0)
    PASS
