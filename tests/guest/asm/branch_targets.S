// SPDX-License-Identifier: MIT
// beyond: si_code of a branch to a place that is no landing pad
/* A static program whose note of properties says that it has landing pads: its pages are guarded. */
#include "asm_faults.h"

.pushsection .note.gnu.property, "a"
.balign 8
.long 4, 16, 5
.asciz "GNU"
.long 0xc0000000, 4, 1, 0 /* GNU_PROPERTY_AARCH64_FEATURE_1_AND: BTI */
.popsection

START:
    hint 34
    INSTALL
    mov x20, 0x33
    CASE(4, 1, x24, adr x24, plain; blr x24)
    CASE(4, 1, x24, adr x24, plain; br x24)
    CASE(4, 1, x24, adr x24, call; br x24)
    CASE(4, 1, x24, adr x24, jump; blr x24)
    CASE(4, 1, x24, adr x16, plain; mov x24, x16; br x16)
    mov x6, 0
    adr x24, call
    blr x24
    adr x16, call
    adr x30, 1f
    br x16
1:  adr x24, jump
    adr x30, 1f
    br x24
1:  adr x24, any
    blr x24
    adr x30, 1f
    br x24
1:  bl plain
    adr x30, 1f
    b plain
1:  adr x24, plain /* a return lands anywhere */
    adr x30, 1f
    ret x24
1:  EQ(x6, 8)
    PASS

any: hint 38 /* bti jc */
    b plain
call: hint 34 /* bti c */
    b plain
jump: hint 36 /* bti j */
plain: add x6, x6, 1
    ret
