// SPDX-License-Identifier: MIT
// variants: O2-static
// engines: t2
/* What stands beside vectors worked on two by two in a loop: other vectors' instructions that need many registers or
   constants, and condition flags that wait for somebody to ask. The loop and its rounds one by one must come to the same. */
#include "guest.h"

#include <stdint.h>
#include <string.h>

enum { ROUNDS = 700 };

struct state {
    uint64_t v[32][2];
    uint64_t x[8]; /* X1 to X8 */
};

__asm__(".arch armv8.2-a+crypto\n"
        ".macro enter\n"
        "    stp d8, d9, [sp, #-64]!\n stp d10, d11, [sp, #16]\n stp d12, d13, [sp, #32]\n stp d14, d15, [sp, #48]\n"
        "    mov x13, x1\n mov x15, x0\n"
        "    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "    ldr q\\n, [x15], #16\n"
        "    .endr\n"
        "    ldp x1, x2, [x15]\n ldp x3, x4, [x15, #16]\n ldp x5, x6, [x15, #32]\n ldp x7, x8, [x15, #48]\n"
        ".endm\n"
        ".macro leave\n"
        "    mov x15, x0\n"
        "    .irp n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n"
        "    str q\\n, [x15], #16\n"
        "    .endr\n"
        "    stp x1, x2, [x15]\n stp x3, x4, [x15, #16]\n stp x5, x6, [x15, #32]\n stp x7, x8, [x15, #48]\n"
        "    ldp d10, d11, [sp, #16]\n ldp d12, d13, [sp, #32]\n ldp d14, d15, [sp, #48]\n ldp d8, d9, [sp], #64\n"
        "    ret\n"
        ".endm\n");

#define SUM(d, b) "add v" #d ".4s, v" #d ".4s, v" #b ".4s\n"
#define SUMS                                                                                                      \
    SUM(0, 2) SUM(1, 3) SUM(2, 4) SUM(3, 5) SUM(4, 6) SUM(5, 7) SUM(6, 8) SUM(7, 9) SUM(8, 10) SUM(9, 11)         \
    SUM(10, 12) SUM(11, 13) SUM(12, 14) SUM(13, 15) SUM(14, 16) SUM(15, 17) SUM(16, 18) SUM(17, 19) SUM(18, 20)   \
    SUM(19, 21) SUM(20, 0) SUM(21, 1)
#define EOR(d, a, b)  "eor v" #d ".16b, v" #a ".16b, v" #b ".16b\n"
#define TWICE(d, a, b, e, f, g) EOR(d, a, b) EOR(e, f, g)

#define CASE(name, text)                                                                                          \
    void name##_loop(struct state *s, uint64_t rounds);                                                           \
    void name##_once(struct state *s);                                                                            \
    __asm__(".globl " #name "_loop, " #name "_once\n" #name "_loop:\n enter\n 1:\n" text "subs x13, x13, #1\n b.ne 1b\n leave\n" #name "_once:\n enter\n"   \
            text "leave\n");

/* The host's instruction takes an operand from a register of its own. */
CASE(hash, SUM(0, 2) SUM(1, 3) SUM(2, 4) SUM(3, 5) SUM(4, 6) SUM(5, 7) SUM(6, 0) SUM(7, 1)
     "sha256h q20, q21, v22.4s\n sha256h2 q23, q24, v25.4s\n" TWICE(2, 2, 0, 3, 3, 1) TWICE(4, 4, 2, 5, 5, 3))
/* A constant in a temporary register, before and behind a result that passes through one. */
CASE(constants, SUMS "raddhn v28.4h, v29.4s, v30.4s\n" TWICE(24, 0, 2, 25, 1, 3) SUM(4, 24) SUM(5, 25)
     TWICE(22, 6, 2, 23, 7, 3) SUM(8, 22) SUM(9, 23) "raddhn v31.4h, v28.4s, v30.4s\n" TWICE(22, 10, 12, 23, 11, 13)
     TWICE(14, 22, 14, 15, 23, 15) "rsubhn2 v27.8h, v14.4s, v30.4s\n")
/* Flags whose operand is in a temporary register, and who asks stands before what reads a passing result. */
#define PASSING SUMS TWICE(22, 0, 2, 23, 1, 3) TWICE(22, 22, 4, 23, 23, 5)
#define BEHIND                                                                                                    \
    "csel x3, x4, x5, mi\n add x7, x7, x3\n cmp x4, x5\n mla v4.4s, v4.4s, v24.4s\n mla v5.4s, v5.4s, v25.4s\n"   \
    TWICE(8, 24, 22, 9, 25, 23) "eor x4, x5, x3, ror #7\n eor x5, x2, x5, ror #9\n"
CASE(fp_flags, PASSING "scvtf s26, w1\n fcmp s26, #0.0\n add x1, x1, x2\n eor x2, x2, x1\n mul x2, x2, x1\n"
     TWICE(24, 0, 2, 25, 1, 3) BEHIND)
CASE(int_flags, PASSING "cmp x1, x2, lsl #2\n eor x6, x6, x1\n mul x8, x8, x6\n" TWICE(24, 0, 2, 25, 1, 3) BEHIND
     "add x1, x1, x8\n eor x2, x2, x3\n")
/* Two constants where no register is free. */
CASE(spills, PASSING "scvtf s26, w1\n fcmp s26, #0.0\n cmtst v24.4s, v0.4s, v28.4s\n cmtst v25.4s, v1.4s, v28.4s\n"
     TWICE(4, 24, 22, 5, 25, 23) SUM(2, 24) SUM(3, 25)
     "csel x3, x4, x5, mi\n add x7, x7, x3\n eor x1, x1, x3, ror #3\n eor x4, x5, x3, ror #7\n eor x5, x2, x5, ror #9\n")
/* Flags across an instruction that asks the host's. */
CASE(steps, "cmp x1, x2\n frsqrts v29.4s, v30.4s, v30.4s\n cinc x3, x3, lo\n frecps v29.4s, v30.4s, v30.4s\n cinc x4, x4, hi\n"
     "eor x1, x1, x2, ror #11\n add x2, x2, x1\n" SUM(0, 2) SUM(1, 3))

static void check(const char *what, void (*loop)(struct state *, uint64_t), void (*once)(struct state *))
{
    struct state a, b;
    for (unsigned i = 0; i < sizeof a / 8; i++)
        ((uint64_t *)&a)[i] = guest_random();
    for (int i = 0; i < 2; i++)
        a.v[30][i] = UINT64_C(0x3fc000003fc00000);
    b = a;
    loop(&a, ROUNDS);
    for (int i = 0; i < ROUNDS; i++)
        once(&b);
    if (memcmp(&a, &b, sizeof a))
        printf("%s\n", what);
    CHECK(!memcmp(&a, &b, sizeof a));
    printf("%s %016lx\n", what, guest_hash(&a, sizeof a));
}

int main(void)
{
    check("hash", hash_loop, hash_once);
    check("constants", constants_loop, constants_once);
    check("fp_flags", fp_flags_loop, fp_flags_once);
    check("int_flags", int_flags_loop, int_flags_once);
    check("spills", spills_loop, spills_once);
    check("steps", steps_loop, steps_once);
    return guest_done();
}
