// SPDX-License-Identifier: MIT
#include "asm_test.h"

START:
    mov x0, 0
    b 1f
    FAIL
1:  bl called
    EQ(x0, 1)
    adr x1, called
    blr x1
    EQ(x0, 2)
    adr x2, 2f
    br x2
    FAIL
2:  adr x30, 3f
    ret
    FAIL
3:  adr x5, 4f
    ret x5
    FAIL
    /* blr x30 reads its target before it writes the link. */
4:  adr x30, called
    blr x30
    EQ(x0, 3)
    adr x9, 5f
    bl link
5:  mov x1, 0
    cbz x1, 6f
    FAIL
6:  cbnz x1, 8f
    ldr x1, =0x100000000
    cbz w1, 7f
    FAIL
7:  cbnz w1, 8f
    cbnz x1, 9f
8:  FAIL
9:  mov x1, 1 << 63
    tbz x1, 63, 8b
    tbnz x1, 62, 8b
    tbnz x1, 0, 8b
    tbnz x1, 63, 10f
    FAIL
10: ldr x1, =0x80000001
    tbz w1, 31, 8b
    tbz w1, 0, 8b
    tbz x1, 32, 11f
    FAIL
11: /* A counted loop, and recursion deeper than any return cache. */
    mov x0, 0
    mov x1, 1000
12: add x0, x0, x1
    subs x1, x1, 1
    b.ne 12b
    EQ(x0, 500500)
    mov x0, 300
    bl recurse
    EQ(x0, 45150)
    /* A jump table reaching every entry. */
    mov x19, 0
    mov x20, 0
13: adr x1, table
    ldrsw x2, [x1, x19, lsl 2]
    add x1, x1, x2
    br x1
14: add x19, x19, 1
    cmp x19, 4
    b.ne 13b
    EQ(x20, 0x4321)
    b far
back:
    adrp x1, START_page
    add x1, x1, :lo12:START_page
    adr x2, START_page
    sub x1, x1, x2
    EQ(x1, 0)
    PASS

table: .word 20f - table, 21f - table, 22f - table, 23f - table
20: orr x20, x20, 1
    b 14b
21: orr x20, x20, 0x20
    b 14b
22: orr x20, x20, 0x300
    b 14b
23: orr x20, x20, 0x4000
    b 14b
START_page:
called:
    add x0, x0, 1
    ret
link:
    mov x10, x30
    sub x10, x10, x9
    EQ(x10, 0)
    ret x9
recurse:
    cbz x0, 1f
    stp x30, x0, [sp, -16]!
    sub x0, x0, 1
    bl recurse
    ldp x30, x1, [sp], 16
    add x0, x0, x1
1:  ret
    .space 0x20000
far:
    b back
