// SPDX-License-Identifier: MIT
/* Memory faults, breakpoints and jumps to bad places are precise; see asm_faults.h. */
#include "asm_faults.h"

START:
    INSTALL
    /* Two pages, the second one gone. */
    mov x0, 0
    mov x1, 8192
    mov x2, 3
    mov x3, 0x22
    mov x4, -1
    mov x5, 0
    mov x8, SYS_mmap
    svc 0
    mov x21, x0
    add x0, x0, 4096
    mov x22, x0
    mov x1, 4096
    mov x8, SYS_munmap
    svc 0

    mov x20, x22
    CASE(11, 1, x22, ldr x5, [x3])
    CASE(11, 1, x22, ldr x5, [x3], 8)
    add x23, x22, 8
    CASE(11, 1, x23, ldr x5, [x3, 8]!)
    CASE(11, 1, x22, str x5, [x3], 16)
    CASE(11, 1, x22, strb w5, [x3], 1)
    CASE(11, 1, x22, ldp x5, x6, [x3], 16)
    CASE(11, 1, x22, stp x5, x6, [x3], 16)
    CASE(11, 1, x22, ldr q0, [x3], 16)
    CASE(11, 1, x22, ld1 {v0.16b}, [x3], 16)
    CASE(11, 1, x22, ldxr x5, [x3])
    CASE(11, 1, x22, ldar x5, [x3])
    CASE(11, 1, x22, stlr x5, [x3])
    CASE(11, 1, x22, ldrsb x5, [x3])
    sub x20, x22, 4
    CASE(11, 1, x22, ldr x5, [x3])
    CASE(11, 1, x22, str x5, [x3], 8)
    sub x20, x22, 8
    CASE(11, 1, x22, stp x6, x5, [x3], 16)
    CASE(11, 1, x22, str q1, [x3], 16)
    /* The half that is mapped may or may not be written; what comes before it is untouched. */
    mov x0, x21
    mov x1, 4096
    mov x2, 1
    mov x8, SYS_mprotect
    svc 0
    mov x20, x21
    CASE(11, 2, x21, str x5, [x3], 8)
    CASE(11, 2, x21, stp q0, q1, [x3], 32)
    ldr x5, [x21] /* reading is still fine */
    mov x20, 16
    mov x23, 16
    CASE(11, 1, x23, ldr x5, [x3])
    mov x20, 0
    CASE(5, 1, x24, brk 0)
    CASE(5, 1, x24, brk 0x1000)
    /* A jump to nowhere faults at the target, with the program counter there. */
    mov x3, x20
    adr x25, 3f
    mov x24, 0x5550
    blr x24
    FAIL
3:  ldp x10, x11, [x19]
    EQ(x10, 11)
    ldp x10, x11, [x19, 16]
    EQ(x10, 0x5550)
    EQ(x11, 0x5550)
    /* A misaligned program counter is SIGBUS, BUS_ADRALN. */
    adr x25, 4f
    adr x24, 3b
    add x24, x24, 2
    br x24
    FAIL
4:  ldp x10, x11, [x19]
    EQ(x10, 7)
    EQ(x11, 1)
    PASS
