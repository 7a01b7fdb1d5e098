// SPDX-License-Identifier: MIT
// long add_up(const long *values, long count): the preprocessor runs over .S files, so comments may be C's.
    .text
    .globl add_up
    .type add_up, %function
add_up:
    mov x2, xzr
    cbz x1, 2f
1:  ldr x3, [x0], #8
    add x2, x2, x3
    subs x1, x1, #1
    b.ne 1b
2:  mov x0, x2
    ret
    .size add_up, . - add_up
    .section .note.GNU-stack, "", %progbits
