// SPDX-License-Identifier: MIT
/* Code that rewrites code with the maintenance sequence of the architecture, near and far. */
#include "asm_test.h"

.macro sync reg
    dc cvau, \reg
    dsb ish
    ic ivau, \reg
    dsb ish
    isb
.endm

START:
    /* The text is made writable as well. */
    adrp x0, _start
    mov x1, 4096
    mov x2, 7
    mov x8, SYS_mprotect
    svc 0
    EQ(x0, 0)
    mov x19, 0
    /* The next instruction but a few. */
1:  ldr w2, =0x52800003 /* mov w3, #0 */
    orr w2, w2, w19, lsl 5
    adr x1, 2f
    str w2, [x1]
    sync x1
2:  mov w3, 0xffff
    sub w4, w3, w19
    EQ(x4, 0)
    add x19, x19, 1
    cmp x19, 100
    b.ne 1b
    /* A function that was called before, then patched to jump elsewhere, and back. */
    mov x20, 0
3:  bl patched
    EQ(x0, 1)
    adr x1, patched
    ldr w21, [x1]
    adr x2, other
    sub x3, x2, x1
    lsr x3, x3, 2
    mov w4, 0x14000000
    orr w4, w4, w3
    str w4, [x1]
    sync x1
    bl patched
    EQ(x0, 2)
    adr x1, patched
    str w21, [x1]
    sync x1
    add x20, x20, 1
    cmp x20, 20
    b.ne 3b
    /* A loop whose body changes while it runs. */
    mov x5, 0
    mov x6, 10
    adr x1, 5f
4:
5:  add x5, x5, 1
    cmp x6, 5
    b.ne 6f
    ldr w2, =0x910190a5 /* add x5, x5, #100 */
    str w2, [x1]
    sync x1
6:  subs x6, x6, 1
    b.ne 4b
    EQ(x5, 406)
    PASS
patched:
    mov x0, 1
    ret
    .space 64
other:
    mov x0, 2
    ret
    .ltorg
