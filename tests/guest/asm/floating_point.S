// SPDX-License-Identifier: MIT
/* Compares and their flags, conversions at the limits, and the cumulative flags of FPSR. */
#include "asm_test.h"

#define FLAGS(want) mrs x9, nzcv; lsr x9, x9, 28; EQ(x9, want)
#define STATUS(want) mrs x9, fpsr; msr fpsr, xzr; EQ(x9, want)

START:
    fmov d0, 1.0
    fmov d1, 2.0
    fmov d2, xzr
    ldr d3, =0x7ff8000000000001 /* quiet NaN */
    ldr d4, =0x7ff0000000000001 /* signalling NaN */
    ldr d5, =0x7ff0000000000000 /* infinity */
    fcmp d0, d1
    FLAGS(8)
    fcmp d1, d0
    FLAGS(2)
    fcmp d0, d0
    FLAGS(6)
    fcmp d0, d3
    FLAGS(3)
    STATUS(0)
    fcmpe d0, d3
    STATUS(1)
    fcmp d0, d4
    STATUS(1)
    fcmp d2, 0.0
    FLAGS(6)
    fneg d6, d2
    fcmp d6, d2
    FLAGS(6)
    fccmp d0, d1, 5, eq
    FLAGS(8)
    fccmp d0, d1, 5, ne
    FLAGS(5)
    fcmp d0, d1
    fcsel d7, d0, d1, mi
    fmov x1, d7
    EQ(x1, 0x3ff0000000000000)
    fdiv d7, d0, d2
    STATUS(2)
    fmov x1, d7
    EQ(x1, 0x7ff0000000000000)
    fdiv d7, d2, d2
    STATUS(1)
    fmov x1, d7
    EQ(x1, 0x7ff8000000000000)
    fsub d7, d5, d5
    STATUS(1)
    fadd d7, d0, d4
    STATUS(1)
    fmov x1, d7
    EQ(x1, 0x7ff8000000000001)
    fadd d7, d3, d0
    STATUS(0)
    fmov x1, d7
    EQ(x1, 0x7ff8000000000001)
    fmov d8, 3.0
    fdiv d7, d0, d8
    STATUS(0x10)
    ldr d9, =0x7fefffffffffffff
    fadd d7, d9, d9
    STATUS(0x14)
    ldr d9, =0x0010000000000000
    fdiv d7, d9, d8
    STATUS(0x18)
    fneg d7, d0
    fsqrt d7, d7
    STATUS(1)
    fmov d9, -2.5
    fcvtzs w1, d9
    STATUS(0x10)
    EQ(x1, 0xfffffffe)
    fcvtzu x1, d9
    STATUS(1)
    EQ(x1, 0)
    fcvtzs x1, d5
    STATUS(1)
    EQ(x1, 0x7fffffffffffffff)
    fcvtzs w1, d3
    STATUS(1)
    EQ(x1, 0)
    fcvtas x1, d9
    EQ(x1, -3)
    fcvtns x1, d9
    EQ(x1, -2)
    fcvtps x1, d9
    EQ(x1, -2)
    fcvtms x1, d9
    EQ(x1, -3)
    STATUS(0x10)
    frintx d7, d9
    STATUS(0x10)
    frinti d7, d9
    STATUS(0)
    mov x2, -1
    ucvtf d7, x2
    fmov x1, d7
    EQ(x1, 0x43f0000000000000)
    STATUS(0x10)
    scvtf d7, x2, 4
    fmov x1, d7
    EQ(x1, 0xbfb0000000000000)
    fcvtzs x1, d9, 8
    EQ(x1, -640)
    fcvt s7, d9
    fmov w1, s7
    EQ(x1, 0xc0200000)
    fcvt h7, d9
    fmov w1, s7
    EQ(x1, 0xc100)
    fcvt d7, h7
    fmov x1, d7
    EQ(x1, 0xc004000000000000)
    /* One rounding only in the fused operations. */
    ldr d10, =0x3ff0000000000001
    fneg d11, d10
    fmul d7, d10, d10
    fmadd d12, d10, d10, d11
    fmov x1, d12
    EQ(x1, 0x3cb0000000000001)
    fnmsub d12, d10, d10, d10
    fmov x1, d12
    EQ(x1, 0x3cb0000000000001)
    msr fpsr, xzr
    /* Minimum and maximum with NaN and signed zero. */
    fmax d7, d0, d3
    fmov x1, d7
    EQ(x1, 0x7ff8000000000001)
    fmaxnm d7, d0, d3
    fmov x1, d7
    EQ(x1, 0x3ff0000000000000)
    fmin d7, d2, d6
    fmov x1, d7
    EQ(x1, 0x8000000000000000)
    fmax d7, d6, d2
    fmov x1, d7
    EQ(x1, 0)
    /* Modes: flush to zero, default NaN, rounding upwards. */
    mov x1, 1 << 24
    msr fpcr, x1
    ldr d9, =0x000fffffffffffff
    fadd d7, d9, d9
    STATUS(0x80)
    fmov x1, d7
    EQ(x1, 0)
    mov x1, 1 << 25
    msr fpcr, x1
    fadd d7, d3, d0
    fmov x1, d7
    EQ(x1, 0x7ff8000000000000)
    mov x1, 1 << 22
    msr fpcr, x1
    fdiv d7, d0, d8
    fmov x1, d7
    EQ(x1, 0x3fd5555555555556)
    fmov d9, 2.5
    fcvtzs x1, d9
    EQ(x1, 2)
    frinti d7, d9
    fmov x1, d7
    EQ(x1, 0x4008000000000000)
    msr fpcr, xzr
    /* Writes to a scalar clear the rest of the register. */
    movi v7.16b, 0xff
    fadd s7, s0, s0
    umov x1, v7.d[1]
    EQ(x1, 0)
    umov w1, v7.s[1]
    EQ(x1, 0)
    PASS
