// SPDX-License-Identifier: MIT
#include "asm_test.h"

START:
    ldr x0, =0x123456789abcdef0
    msr tpidr_el0, x0
    mrs x1, tpidr_el0
    EQ(x1, 0x123456789abcdef0)
    mov x0, 0x90000000
    msr nzcv, x0
    mrs x1, nzcv
    EQ(x1, 0x90000000)
    mov x0, -1
    msr nzcv, x0
    mrs x1, nzcv
    EQ(x1, 0xf0000000)
    /* Rounding mode, flush to zero and default NaN can be set; reserved bits stay zero. */
    ldr x0, =0x03c00000
    msr fpcr, x0
    mrs x1, fpcr
    EQ(x1, 0x03c00000)
    msr fpcr, xzr
    ldr x0, =0x0800009f
    msr fpsr, x0
    mrs x1, fpsr
    EQ(x1, 0x0800009f)
    msr fpsr, xzr
    /* Cache geometry: DminLine and IminLine are sane; DC ZVA clears exactly one block. */
    mrs x1, ctr_el0
    and x2, x1, 15
    cmp x2, 2
    b.hs 1f
    FAIL
1:  mrs x1, dczid_el0
    tbnz x1, 4, 4f
    and x1, x1, 15
    mov x2, 4
    lsl x2, x2, x1
    adrp x3, area
    add x3, x3, :lo12:area
    mov x4, x3
    mov x5, 512
    movi v0.16b, 0x77
2:  str q0, [x4], 16
    subs x5, x5, 1
    b.ne 2b
    add x4, x3, 4096
    add x5, x4, 5 /* any address inside the block */
    dc zva, x5
    ldr x6, [x4, -8]
    EQ(x6, 0x7777777777777777)
    mov x5, 0
3:  ldr x6, [x4, x5]
    EQ(x6, 0)
    add x5, x5, 8
    cmp x5, x2
    b.ne 3b
    ldr x6, [x4, x2]
    EQ(x6, 0x7777777777777777)
4:  dc cvau, x3
    dc cvac, x3
    dc civac, x3
    ic ivau, x3
    dsb ish
    dmb ishst
    dmb ld
    isb
    /* Hints do nothing. */
    nop
    yield
    sev
    sevl
    wfe
    hint 6
    hint 34 /* bti c */
    hint 20 /* csdb */
    mov x30, 0x1234
    hint 25 /* paciasp */
    hint 29 /* autiasp */
    EQ(x30, 0x1234)
    hint 7 /* xpaclri */
    EQ(x30, 0x1234)
    mrs x1, cntfrq_el0
    cbnz x1, 5f
    FAIL
5:  mrs x1, cntvct_el0
    mrs x2, cntvct_el0
    cmp x2, x1
    b.hs 6f
    FAIL
    /* The kernel lets user programs read the identification registers. */
6:  mrs x1, midr_el1
    cbnz x1, 7f
    FAIL
7:  mrs x1, id_aa64isar0_el1
    mrs x1, id_aa64pfr0_el1
    and x1, x1, 0xff
    EQ(x1, 0x11)
    mrs x1, mpidr_el1
    and x1, x1, 0x80000000
    EQ(x1, 0x80000000)
    PASS
    .bss
    .balign 4096
area: .space 8192 + 16
