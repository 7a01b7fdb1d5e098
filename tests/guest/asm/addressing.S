// SPDX-License-Identifier: MIT
/* Every addressing mode and access size; the buffer runs over a page edge. */
#include "asm_test.h"

START:
    adrp x0, data
    add x0, x0, :lo12:data
    ldrb w1, [x0, 7]
    EQ(x1, 0x87)
    ldrsb w1, [x0, 7]
    EQ(x1, 0xffffff87)
    ldrsb x1, [x0, 7]
    EQ(x1, 0xffffffffffffff87)
    ldrh w1, [x0, 6]
    EQ(x1, 0x8786)
    ldrsh w1, [x0, 6]
    EQ(x1, 0xffff8786)
    ldrsh x1, [x0, 6]
    EQ(x1, 0xffffffffffff8786)
    ldr w1, [x0, 4]
    EQ(x1, 0x87868584)
    ldrsw x1, [x0, 4]
    EQ(x1, 0xffffffff87868584)
    ldr x1, [x0, 8]
    EQ(x1, 0x8f8e8d8c8b8a8988)
    ldur x1, [x0, 3] /* unaligned */
    EQ(x1, 0x8a89888786858483)
    add x2, x0, 8
    ldur w1, [x2, -8]
    EQ(x1, 0x83828180)
    ldursw x1, [x2, -3]
    EQ(x1, 0xffffffff88878685)
    ldtr x1, [x2, -8]
    EQ(x1, 0x8786858483828180)
    /* Pre and post index. */
    mov x3, x0
    ldr x1, [x3], 8
    ldr w4, [x3, 4]!
    EQ(x4, 0x8f8e8d8c)
    sub x3, x3, x0
    EQ(x3, 12)
    mov x3, x0
    ldrb w1, [x3, 255]!
    sub x3, x3, x0
    EQ(x3, 255)
    /* Register offsets. */
    mov x5, 3
    ldr w1, [x0, x5, lsl 2]
    EQ(x1, 0x8f8e8d8c)
    ldr x5, =0xffffffff00000001
    ldr x1, [x0, w5, uxtw 3]
    EQ(x1, 0x8f8e8d8c8b8a8988)
    add x6, x0, 16
    mov w5, -16
    ldrb w1, [x6, w5, sxtw]
    EQ(x1, 0x80)
    mov x5, -2
    ldr x1, [x6, x5, sxtx 3]
    EQ(x1, 0x8786858483828180)
    /* Over what condition flags were made from, with a base that is no register of the host. */
    mov x10, x0
    ldr x1, =1
    cmp x1, 1
    eor x3, x3, x5
    ldrsw x1, [x10, x1, lsl 2]
    cset x2, eq
    EQ(x1, 0xffffffff87868584)
    EQ(x2, 1)
    ldrh w1, [x0, x5, lsl 1] /* before the buffer */
    EQ(x1, 0x7d7c)
    /* Pairs. */
    ldp x1, x2, [x0]
    EQ(x2, 0x8f8e8d8c8b8a8988)
    ldp w1, w2, [x0, 4]
    EQ(x1, 0x87868584)
    EQ(x2, 0x8b8a8988)
    ldpsw x1, x2, [x0], 8
    EQ(x2, 0xffffffff87868584)
    ldp x1, x2, [x0, -8]!
    EQ(x1, 0x8786858483828180)
    ldnp x1, x2, [x0, 8]
    EQ(x1, 0x8f8e8d8c8b8a8988)
    ldp q0, q1, [x0]
    umov x1, v1.d[1]
    EQ(x1, 0x9f9e9d9c9b9a9998)
    ldp d2, d3, [x0, 8]
    fmov x1, d3
    EQ(x1, 0x9796959493929190)
    ldp s2, s3, [x0, 4]
    fmov w1, s3
    EQ(x1, 0x8b8a8988)
    /* Vector register loads clear the rest. */
    movi v4.16b, 0xff
    ldr b4, [x0, 1]
    umov x1, v4.d[0]
    EQ(x1, 0x81)
    umov x1, v4.d[1]
    EQ(x1, 0)
    ldr h4, [x0, 2]
    umov x1, v4.d[0]
    EQ(x1, 0x8382)
    ldr s4, [x0, 4]
    ldr d4, [x0, 8]
    umov x1, v4.d[0]
    EQ(x1, 0x8f8e8d8c8b8a8988)
    mov x5, 1
    ldr q4, [x0, x5, lsl 4]
    umov x1, v4.d[0]
    EQ(x1, 0x9796959493929190)
    ldur q4, [x0, -5]
    umov x1, v4.d[0]
    EQ(x1, 0x8281807f7e7d7c7b)
    ldr x1, literal
    EQ(x1, 0x0123456789abcdef)
    ldrsw x1, literal + 4
    EQ(x1, 0x01234567)
    ldr w1, literal
    EQ(x1, 0x89abcdef)
    ldr q5, literal
    umov x1, v5.d[1]
    EQ(x1, 0xfedcba9876543210)
    ldr d5, literal + 8
    fmov x1, d5
    EQ(x1, 0xfedcba9876543210)
    /* Stores, then the same bytes back. */
    adrp x9, buffer
    add x9, x9, :lo12:buffer
    ldr x1, =0x1122334455667788
    mov x2, -1
    str x1, [x9]
    strb w2, [x9, 1]
    strh w2, [x9, 4]
    ldr x3, [x9]
    EQ(x3, 0x1122ffff5566ff88)
    stp x1, x2, [x9, 16]!
    stur w1, [x9, 13]
    ldr x3, [x9, 8]
    EQ(x3, 0x667788ffffffffff)
    ldrb w3, [x9, 16]
    EQ(x3, 0x55)
    str q4, [x9], 32
    stp s4, s5, [x9, -32]
    ldr x3, [x9, -32]
    EQ(x3, 0x765432107e7d7c7b)
    str xzr, [x9, -32]
    ldr x3, [x9, -32]
    EQ(x3, 0)
    /* Over the page edge, each size. */
    adrp x9, edge
    add x9, x9, :lo12:edge
    ldr x2, =0x0807060504030201
    stur x2, [x9, -3]
    ldur x3, [x9, -3]
    EQ(x3, 0x0807060504030201)
    ldurh w3, [x9, -1]
    EQ(x3, 0x0403)
    stur q4, [x9, -9]
    ldur q5, [x9, -9]
    umov x3, v5.d[1]
    EQ(x3, 0x8a89888786858483)
    stp x2, x2, [x9, -8]
    ldp x3, x4, [x9, -8]
    EQ(x4, 0x0807060504030201)
    /* Base from the stack pointer; write-back of the base. */
    mov x10, sp
    str x2, [sp, -16]!
    mov x11, sp
    sub x10, x10, x11
    EQ(x10, 16)
    ldr x3, [sp], 16
    EQ(x3, 0x0807060504030201)
    /* Structures. */
    mov x4, x0
    ld2 {v0.8b, v1.8b}, [x4], 16
    umov x1, v0.d[0]
    EQ(x1, 0x8e8c8a8886848280)
    mov x5, 5
    ld1 {v2.16b}, [x4], x5
    sub x4, x4, x0
    EQ(x4, 21)
    ld4r {v0.4h, v1.4h, v2.4h, v3.4h}, [x0]
    umov x1, v3.d[0]
    EQ(x1, 0x8786878687868786)
    add x4, x0, 32
    ld3 {v0.b, v1.b, v2.b}[9], [x4], 3
    umov w1, v2.b[9]
    EQ(x1, 0xa2)
    st4 {v0.2s, v1.2s, v2.2s, v3.2s}, [x9]
    prfm pldl1keep, [x0, 8]
    mov x4, 0 /* a prefetch never faults */
    prfm pldl1keep, [x4]
    PASS
    .balign 16
literal: .quad 0x0123456789abcdef, 0xfedcba9876543210

    .data
    .balign 4096
    .space 4096 - 64
buffer: .space 64
edge: .space 64
    .byte 0x78, 0x79, 0x7a, 0x7b, 0x7c, 0x7d, 0x7e, 0x7f
data:
    .set i, 0x80
    .rept 128
    .byte i
    .set i, i + 1
    .endr
    .space 256
