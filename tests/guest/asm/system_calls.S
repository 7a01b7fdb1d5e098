// SPDX-License-Identifier: MIT
/* SVC changes x0 only; errors come back as small negative numbers. */
#include "asm_test.h"

START:
    mov x8, 9999
    svc 0
    EQ(x0, -38)
    mov x8, -1
    svc 0
    EQ(x0, -38)
    mov x0, -1
    adr x1, _start
    mov x2, 1
    mov x8, SYS_write
    svc 0
    EQ(x0, -9)
    mov x0, 1
    mov x1, 8
    mov x2, 1
    svc 0x1234 /* the immediate is ignored */
    mov x3, x0
    /* Standard output is a file here: either it refuses the bad buffer or the test is void. */
    EQ(x3, -14)
.macro number first, last
    .set i, \first
    .rept \last - \first + 1
    .set word, 0
    .irp n, 1,2,3,4,5,6,7,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,29,30
    .if \n == i
    mov x\n, 0x1000 + \n
    .endif
    .endr
    .set i, i + 1
    .endr
.endm
    number 1, 30
    movi v0.16b, 0x11
    movi v8.16b, 0x22
    movi v31.16b, 0x33
    mov x8, 0xa0000000
    msr nzcv, x8
    mov x8, SYS_getpid
    svc 0
    mrs x9, nzcv
    EQ(x9, 0xa0000000)
    EQ(x8, SYS_getpid)
    .irp n, 1,2,3,4,5,6,7,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,29,30
    EQ(x\n, 0x1000 + \n)
    .endr
    umov x1, v0.d[1]
    EQ(x1, 0x1111111111111111)
    umov x1, v8.d[1]
    EQ(x1, 0x2222222222222222)
    umov x1, v31.d[0]
    EQ(x1, 0x3333333333333333)
    cmp x0, 0
    b.gt 1f
    FAIL
1:  PASS
