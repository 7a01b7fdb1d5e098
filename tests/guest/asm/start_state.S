// SPDX-License-Identifier: MIT
// args: one two
/* What the kernel leaves in registers and on the stack for the first instruction. */
#include "asm_test.h"

START:
    orr x27, x0, x1
    orr x27, x27, x2
    orr x27, x27, x3
    orr x27, x27, x4
    orr x27, x27, x5
    orr x27, x27, x6
    orr x27, x27, x7
    orr x27, x27, x29
    orr x27, x27, x30
    EQ(x27, 0)
    mov x1, sp
    and x1, x1, 15
    EQ(x1, 0)
    ldr x0, [sp]
    EQ(x0, 3)
    ldr x1, [sp, 16]
    ldrb w2, [x1]
    EQ(x2, 'o')
    ldr x1, [sp, 24]
    ldrb w2, [x1, 1]
    EQ(x2, 'w')
    ldr x1, [sp, 32]
    EQ(x1, 0)
    /* Past the environment to the auxiliary vector: AT_PAGESZ (6), AT_HWCAP (16), AT_RANDOM (25). */
    add x3, sp, 40
1:  ldr x1, [x3], 8
    cbnz x1, 1b
    mov x10, 0
2:  ldp x1, x2, [x3], 16
    cmp x1, 6
    csel x10, x2, x10, eq
    cmp x1, 16
    csel x11, x2, x11, eq
    cmp x1, 25
    csel x12, x2, x12, eq
    cmp x1, 9
    csel x13, x2, x13, eq
    cbnz x1, 2b
    EQ(x10, 4096)
    and x11, x11, 3
    EQ(x11, 3)
    ldrb w1, [x12, 15]
    adr x1, _start
    sub x1, x1, x13
    EQ(x1, 0)
    /* Vector registers and the control registers start as zero. */
    mrs x1, fpcr
    EQ(x1, 0)
    mrs x1, fpsr
    EQ(x1, 0)
    mrs x1, tpidr_el0
    EQ(x1, 0)
    orr v0.16b, v0.16b, v31.16b
    orr v0.16b, v0.16b, v15.16b
    umov x1, v0.d[0]
    EQ(x1, 0)
    umov x1, v0.d[1]
    EQ(x1, 0)
    /* There is room below the stack pointer. */
    sub x1, sp, 0x100000
    str xzr, [x1]
    PASS
