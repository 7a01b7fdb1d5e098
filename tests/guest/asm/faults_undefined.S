// SPDX-License-Identifier: MIT
// beyond: si_code of an undefined instruction, address of a fault above the user's half
/* What has no meaning at EL0 is SIGILL, ILL_ILLOPC; addresses no mapping can have fault as well. */
#include "asm_faults.h"

START:
    INSTALL
    mov x20, 0
    CASE(4, 1, x24, udf 0)
    CASE(4, 1, x24, .word 0x0000ffff)
    CASE(4, 1, x24, mrs x5, sctlr_el1)
    CASE(4, 1, x24, msr vbar_el1, x5)
    CASE(4, 1, x24, eret)
    CASE(4, 1, x24, hvc 0)
    CASE(4, 1, x24, smc 0)
    CASE(4, 1, x24, hlt 1)
    mov x20, 0x0000ffffffffff00
    mov x23, x20
    CASE(11, 1, x23, ldr x5, [x3])
    mov x20, 0x0040000000000000
    mov x23, x20
    CASE(11, 1, x23, str x5, [x3])
    PASS
