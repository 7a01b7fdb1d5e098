// SPDX-License-Identifier: MIT
#include "asm_test.h"

START:
    adrp x0, cell
    add x0, x0, :lo12:cell
    ldr x1, =0x1122334455667788
    str x1, [x0]
    /* Loads and stores exclusive of every size. */
    ldxrb w2, [x0]
    mov w3, 0x99
    stxrb w4, w3, [x0]
    EQ(x2, 0x88)
    EQ(x4, 0)
    ldaxrh w2, [x0]
    EQ(x2, 0x7799)
    mov w3, 0xabcd
    stlxrh w4, w3, [x0]
    EQ(x4, 0)
    ldxr w2, [x0]
    EQ(x2, 0x5566abcd)
    mov w3, -1
    stxr w4, w3, [x0]
    ldaxr x2, [x0]
    EQ(x2, 0x11223344ffffffff)
    stlxr w4, x1, [x0]
    EQ(x4, 0)
    ldxp x2, x3, [x0]
    EQ(x2, 0x1122334455667788)
    stxp w4, x3, x2, [x0]
    EQ(x4, 0)
    ldr x2, [x0, 8]
    EQ(x2, 0x1122334455667788)
    ldxp w2, w3, [x0, 0]
    stlxp w4, w0, w0, [x0]
    EQ(x4, 0)
    /* Without a monitor the store fails and memory keeps its value. */
    str x1, [x0]
    clrex
    mov x3, 5
    stxr w4, x3, [x0]
    EQ(x4, 1)
    ldr x2, [x0]
    EQ(x2, 0x1122334455667788)
    /* A second store after one that succeeded fails. */
    ldxr x2, [x0]
    stxr w4, x3, [x0]
    EQ(x4, 0)
    stxr w4, x1, [x0]
    EQ(x4, 1)
    ldr x2, [x0]
    EQ(x2, 5)
    /* A counting loop as compilers write it. */
    str xzr, [x0]
    mov x5, 1000
1:  ldaxr x2, [x0]
    add x2, x2, 3
    stlxr w4, x2, [x0]
    cbnz w4, 1b
    subs x5, x5, 1
    b.ne 1b
    ldr x2, [x0]
    EQ(x2, 3000)
    /* Acquire and release. */
    stlrb w1, [x0]
    ldarb w2, [x0]
    EQ(x2, 0x88)
    stlrh w1, [x0]
    ldarh w2, [x0]
    EQ(x2, 0x7788)
    stlr w1, [x0]
    ldar w2, [x0]
    EQ(x2, 0x55667788)
    stlr x1, [x0]
    ldar x2, [x0]
    EQ(x2, 0x1122334455667788)
    PASS
    .bss
    .balign 16
cell: .space 16
