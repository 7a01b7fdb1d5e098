// SPDX-License-Identifier: MIT
/*
 * For tests in assembly: no C library, nothing between the test and the instructions.
 *   START              entry point            PASS   ends the program with status 0
 *   EQ(reg, value)     stops with "line N: got ... " and status 1 unless they are equal
 * x26-x28 belong to the macros; EQ changes the flags.
 */
#ifndef GUEST_ASM_TEST_H
#define GUEST_ASM_TEST_H

#define SYS_write 64
#define SYS_exit 93
#define SYS_exit_group 94
#define SYS_rt_sigaction 134
#define SYS_getpid 172
#define SYS_munmap 215
#define SYS_mmap 222
#define SYS_mprotect 226

#define START .text; .globl _start; _start
#define PASS mov x0, 0; mov x8, SYS_exit_group; svc 0
#define EQ(reg, value)                                                                             \
    mov x27, reg; ldr x28, =value; mov x26, __LINE__; cmp x27, x28; b.ne asm_fail
#define FAIL mov x26, __LINE__; mov x27, 0xdead; b asm_fail

/* Prints "line <x26> got <x27>" in hexadecimal and exits with 1. */
.text
asm_fail:
    adrp x9, asm_message; add x9, x9, :lo12:asm_message; add x9, x9, 5
    mov x10, x26
    mov x11, 4
    bl 1f
    adrp x9, asm_message; add x9, x9, :lo12:asm_message; add x9, x9, 14
    mov x10, x27
    mov x11, 16
    bl 1f
    mov x0, 1
    adrp x1, asm_message; add x1, x1, :lo12:asm_message
    mov x2, 31
    mov x8, SYS_write
    svc 0
    mov x0, 1
    mov x8, SYS_exit_group
    svc 0
1:  sub x11, x11, 1
    lsl x12, x11, 2
    lsr x12, x10, x12
    and x12, x12, 15
    cmp x12, 10
    add x13, x12, 'a' - 10
    add x12, x12, '0'
    csel x12, x12, x13, lo
    strb w12, [x9], 1
    cbnz x11, 1b
    ret
.pushsection .data
asm_message: .ascii "line 0000 got 0000000000000000\n"
.balign 16
.popsection

#endif
