// SPDX-License-Identifier: MIT
// Advanced SIMD shift by immediate, vector and scalar: integer (Arm ARM C4.1). i is immh:immb: its
// highest bit tells the lane, the rest the amount.
#include "a64/disasm.h"
#include "a64/simd.h"
#include "base/bits.h"

// The lane: the narrower one where there are two.
static unsigned lane(const struct a64_args *a)
{
    return 31 - (unsigned)__builtin_clz(a->i) - 3;
}

static unsigned right(const struct a64_args *a)
{
    return (16u << lane(a)) - a->i;
}

static unsigned left(const struct a64_args *a)
{
    return a->i - (8u << lane(a));
}

// ---- syntax: d and n have this lane, wide_d and wide_n one twice as wide ----

static const char *const arrangement[5][2] = {
    {"8b", "16b"}, {"4h", "8h"}, {"2s", "4s"}, {"1d", "2d"}, {"1q", "1q"}};

static char letter(unsigned size)
{
    return "bhsdq"[size];
}

A64_DIRECTIVE(shift_d)
{
    out_printf(o, "v%u.%s", a->d, arrangement[lane(a)][a->q]);
}

A64_DIRECTIVE(shift_n)
{
    out_printf(o, "v%u.%s", a->n, arrangement[lane(a)][a->q]);
}

A64_DIRECTIVE(shift_wide_d)
{
    out_printf(o, "v%u.%s", a->d, arrangement[lane(a) + 1][1]);
}

A64_DIRECTIVE(shift_wide_n)
{
    out_printf(o, "v%u.%s", a->n, arrangement[lane(a) + 1][1]);
}

A64_DIRECTIVE(shift_ed)
{
    out_printf(o, "%c%u", letter(lane(a)), a->d);
}

A64_DIRECTIVE(shift_en)
{
    out_printf(o, "%c%u", letter(lane(a)), a->n);
}

A64_DIRECTIVE(shift_wide_en)
{
    out_printf(o, "%c%u", letter(lane(a) + 1), a->n);
}

A64_DIRECTIVE(right)
{
    out_printf(o, "#%u", right(a));
}

A64_DIRECTIVE(left)
{
    out_printf(o, "#%u", left(a));
}

// ---- lanes of one width ----

// What a row does with its source: op by the amount, then perhaps into the destination.
enum into { REPLACE, ADD, INSERT };

static ir_ref shifted(struct a64_tr *t, const struct a64_args *a, simd_shift *op, unsigned amount,
                      enum into into, uint64_t kept, ir_ref n)
{
    unsigned size = lane(a);
    // Inserting all of a lane's bits keeps the destination, inserting at 0 replaces it.
    if (into == INSERT && kept == bits_mask(8u << size))
        return get_v(t, a->d);
    ir_ref v = op(&t->ir, size, n, amount);
    if (into == ADD)
        return ir_vadd(&t->ir, size, get_v(t, a->d), v);
    if (into == INSERT && kept) { // v is zero there
        ir_ref mask = ir_vconst(&t->ir, 1, bits_replicate(kept, 8u << size));
        return ir_vor(&t->ir, ir_vand(&t->ir, get_v(t, a->d), mask), v);
    }
    return v;
}

// The bits of a lane that SRI and SLI keep.
static uint64_t kept_sri(const struct a64_args *a)
{
    unsigned bits = 8u << lane(a);
    return bits_mask(bits) & ~bits_mask(bits - right(a));
}

static uint64_t kept_sli(const struct a64_args *a)
{
    return bits_mask(left(a));
}

// clang-format off
// Vector and scalar; the scalar is of doublewords.
#define SHIFT(id, u, opcode, direction, op, into, kept)                                            \
    A64_INSN(id##_v, "0q " u " 011110 iiiiiii " opcode " 1 nnnnn ddddd i!=0000xxx iq!=1xxxxxx0",    \
             #id " {shift_d}, {shift_n}, {" #direction "}", FEAT_ASIMD)                            \
    {                                                                                              \
        set_vq(t, a->d, a->q, shifted(t, a, op, direction(a), into, kept, get_v(t, a->n)));         \
    }                                                                                              \
    A64_INSN(id##_s, "01 " u " 111110 iiiiiii " opcode " 1 nnnnn ddddd i!=0xxxxxx",                 \
             #id " {Dd}, {Dn}, {" #direction "}", FEAT_ASIMD)                                      \
    {                                                                                              \
        set_e(t, a->d, 3, shifted(t, a, op, direction(a), into, kept, get_v(t, a->n)));             \
    }
SHIFT(sshr,  "0", "00000", right, ir_vsshr,  REPLACE, 0)
SHIFT(ushr,  "1", "00000", right, ir_vushr,  REPLACE, 0)
SHIFT(ssra,  "0", "00010", right, ir_vsshr,  ADD, 0)
SHIFT(usra,  "1", "00010", right, ir_vushr,  ADD, 0)
SHIFT(srshr, "0", "00100", right, ir_vsrshr, REPLACE, 0)
SHIFT(urshr, "1", "00100", right, ir_vurshr, REPLACE, 0)
SHIFT(srsra, "0", "00110", right, ir_vsrshr, ADD, 0)
SHIFT(ursra, "1", "00110", right, ir_vurshr, ADD, 0)
SHIFT(sri,   "1", "01000", right, ir_vushr,  INSERT, kept_sri(a))
SHIFT(shl,   "0", "01010", left,  ir_vshl,   REPLACE, 0)
SHIFT(sli,   "1", "01010", left,  ir_vshl,   INSERT, kept_sli(a))

// Saturating left shifts; the scalars are of any size.
#define SHIFT_SAT(id, name, u, opcode, op)                                                         \
    A64_INSN(id##_v, "0q " u " 011110 iiiiiii " opcode " 1 nnnnn ddddd i!=0000xxx iq!=1xxxxxx0",    \
             name " {shift_d}, {shift_n}, {left}", FEAT_ASIMD)                                     \
    {                                                                                              \
        set_v(t, a->d, op(ir, lane(a), get_vq(t, a->n, a->q), left(a)));                           \
    }                                                                                              \
    A64_INSN(id##_s, "01 " u " 111110 iiiiiii " opcode " 1 nnnnn ddddd i!=0000xxx",                 \
             name " {shift_ed}, {shift_en}, {left}", FEAT_ASIMD)                                   \
    {                                                                                              \
        set_v(t, a->d, op(ir, lane(a), get_e(t, a->n, lane(a)), left(a)));                         \
    }
SHIFT_SAT(sqshlu,    "sqshlu", "1", "01100", ir_vsqshlui)
SHIFT_SAT(sqshl_imm, "sqshl",  "0", "01110", ir_vsqshli)
SHIFT_SAT(uqshl_imm, "uqshl",  "1", "01110", ir_vuqshli)
// clang-format on

// ---- right, narrowing ----

// The narrow lanes of v (lanes twice as wide) shifted right.
static ir_ref narrowed(struct a64_tr *t, const struct a64_args *a, simd_shift *op, simd_op1 *narrow,
                       ir_ref v)
{
    return narrow(&t->ir, lane(a), op(&t->ir, lane(a) + 1, v, right(a)));
}

// clang-format off
#define NARROW(id, u, opcode, op, narrow)                                                          \
    A64_INSN(id##_v, "0q " u " 011110 iiiiiii " opcode " 1 nnnnn ddddd i!=0000xxx i!=1xxxxxx",      \
             #id "{half2} {shift_d}, {shift_wide_n}, {right}", FEAT_ASIMD)                         \
    {                                                                                              \
        set_half(t, a->d, a->q, narrowed(t, a, op, narrow, get_v(t, a->n)));                       \
    }
#define NARROW_SCALAR(id, u, opcode, op, narrow)                                                   \
    NARROW(id, u, opcode, op, narrow)                                                              \
    A64_INSN(id##_s, "01 " u " 111110 iiiiiii " opcode " 1 nnnnn ddddd i!=0000xxx i!=1xxxxxx",      \
             #id " {shift_ed}, {shift_wide_en}, {right}", FEAT_ASIMD)                              \
    {                                                                                              \
        set_v(t, a->d, narrowed(t, a, op, narrow, get_e(t, a->n, lane(a) + 1)));                   \
    }
NARROW(shrn,             "0", "10000", ir_vushr,  ir_vxtn)
NARROW(rshrn,            "0", "10001", ir_vurshr, ir_vxtn)
NARROW_SCALAR(sqshrun,   "1", "10000", ir_vsshr,  ir_vsqxtun)
NARROW_SCALAR(sqrshrun,  "1", "10001", ir_vsrshr, ir_vsqxtun)
NARROW_SCALAR(sqshrn,    "0", "10010", ir_vsshr,  ir_vsqxtn)
NARROW_SCALAR(uqshrn,    "1", "10010", ir_vushr,  ir_vuqxtn)
NARROW_SCALAR(sqrshrn,   "0", "10011", ir_vsrshr, ir_vsqxtn)
NARROW_SCALAR(uqrshrn,   "1", "10011", ir_vurshr, ir_vuqxtn)
// clang-format on

// ---- left, widening ----

static void lengthen(struct a64_tr *t, const struct a64_args *a, simd_op1 *widen)
{
    ir_ref v = widen(&t->ir, lane(a), get_half(t, a->n, a->q));
    set_v(t, a->d, left(a) ? ir_vshl(&t->ir, lane(a) + 1, v, left(a)) : v);
}

A64_INSN(sshll, "0q 0 011110 iiiiiii 10100 1 nnnnn ddddd i!=0000xxx i!=1xxxxxx",
         "sshll{half2} {shift_wide_d}, {shift_n}, {left}", FEAT_ASIMD)
{
    lengthen(t, a, ir_vsxtl);
}

A64_INSN(ushll, "0q 1 011110 iiiiiii 10100 1 nnnnn ddddd i!=0000xxx i!=1xxxxxx",
         "ushll{half2} {shift_wide_d}, {shift_n}, {left}", FEAT_ASIMD)
{
    lengthen(t, a, ir_vuxtl);
}
