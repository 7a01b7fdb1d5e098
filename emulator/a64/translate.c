// SPDX-License-Identifier: MIT
#include "a64/translate.h"

#include "a64/feature.h"
#include "base/bits.h"

ir_ref get_base(struct a64_tr *t, unsigned n)
{
    ir_ref base = get_rsp(t, n, 1);
    t->tag_checked = t->mode & A64_MODE_MTE && n != A64_SP;
    if (n == A64_SP && !t->sp_aligned) {
        ir_sp_check(&t->ir, base);
        t->sp_aligned = true;
    }
    return base;
}

ir_ref get_base_wb(struct a64_tr *t, unsigned n)
{
    ir_ref base = get_base(t, n);
    t->tag_checked = t->mode & A64_MODE_MTE;
    return base;
}

void set_base(struct a64_tr *t, unsigned n, ir_ref v, int64_t offset)
{
    if (n == A64_SP && offset % 16) {
        t->sp_moved = t->mode & A64_MODE_SP_ALIGNED;
        t->sp_aligned = false;
    }
    ir_setx(&t->ir, v, CPU_X(n));
}

void check_tag(struct a64_tr *t, enum ir_tag_access access, unsigned size, ir_ref addr,
               int64_t offset)
{
    static const unsigned watched[] = {
        [IR_TAG_READ] = IR_WATCH_READ,
        [IR_TAG_WRITE] = IR_WATCH_WRITE,
        [IR_TAG_UPDATE] = IR_WATCH_READ | IR_WATCH_WRITE,
        [IR_TAG_EXCLUSIVE] = IR_WATCH_WRITE,
    };
    if (t->mode & watched[access] * A64_MODE_WATCH_READ)
        ir_watch_check(&t->ir, addr, watched[access] | size << 2, (uint64_t)offset);
    if (t->tag_checked)
        ir_tag_check(&t->ir, addr, ir_getx(&t->ir, CPU_FIELD(pstate_bits)),
                     (unsigned)access << 3 | size, (uint64_t)offset);
}

ir_ref load(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset)
{
    check_tag(t, IR_TAG_READ, size, addr, offset);
    return ir_emit(&t->ir, (enum ir_op)(IR_ld8 + size), addr, 0, 0, (uint64_t)offset);
}

void store(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset, ir_ref v)
{
    check_tag(t, IR_TAG_WRITE, size, addr, offset);
    ir_emit(&t->ir, (enum ir_op)(IR_st8 + size), addr, v, 0, (uint64_t)offset);
}

ir_ref load_v(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset)
{
    check_tag(t, IR_TAG_READ, size, addr, offset);
    return ir_emit(&t->ir, (enum ir_op)(IR_vld8 + size), addr, 0, 0, (uint64_t)offset);
}

void store_v(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset, ir_ref v)
{
    check_tag(t, IR_TAG_WRITE, size, addr, offset);
    ir_emit(&t->ir, (enum ir_op)(IR_vst8 + size), addr, v, 0, (uint64_t)offset);
}

ir_ref shift_reg(struct a64_tr *t, unsigned m, unsigned z, unsigned type, unsigned amount)
{
    ir_ref v = get_r(t, m, z), n;
    if (!amount)
        return v;
    n = const_r(t, z, amount);
    switch (type) {
    case 0: return ir_lsl(&t->ir, z, v, n);
    case 1: return ir_lsr(&t->ir, z, v, n);
    case 2: return ir_asr(&t->ir, z, v, n);
    default: return ir_ror(&t->ir, z, v, n);
    }
}

ir_ref extend_reg(struct a64_tr *t, unsigned m, unsigned z, unsigned option, unsigned shift)
{
    unsigned width = 8u << (option & 3);
    bool is_signed = option & 4;
    ir_ref v;
    if (width == 64 || (width == 32 && !z)) {
        v = get_r(t, m, z);
    } else if (width == 32 && !is_signed) {
        v = ir_zext(&t->ir, get_w(t, m));
    } else {
        v = get_r(t, m, z);
        v = is_signed ? ir_sbfx(&t->ir, z, v, (uint64_t)width << 8)
                      : ir_ubfx(&t->ir, z, v, (uint64_t)width << 8);
    }
    return shift ? ir_lsl(&t->ir, z, v, const_r(t, z, shift)) : v;
}

bool a64_bitmask(unsigned n, unsigned imms, unsigned immr, unsigned z, uint64_t *mask)
{
    unsigned key = n << 6 | (~imms & 63);
    if (key < 2 || (n && !z))
        return false;
    unsigned len = 31 - (unsigned)__builtin_clz(key), size = 1u << len;
    unsigned s = imms & (size - 1), r = immr & (size - 1);
    if (s == size - 1)
        return false;
    *mask = bits_replicate(bits_ror(bits_mask(s + 1), r, size), size) & bits_mask(z ? 64 : 32);
    return true;
}

uint64_t a64_fp_imm(unsigned imm8, unsigned bits)
{
    unsigned exp_bits = bits == 16 ? 5 : bits == 32 ? 8 : 11, frac_bits = bits - exp_bits - 1;
    uint64_t sign = imm8 >> 7, b6 = imm8 >> 6 & 1;
    uint64_t exp =
        (b6 ^ 1) << (exp_bits - 1) | (b6 ? bits_mask(exp_bits - 3) : 0) << 2 | (imm8 >> 4 & 3);
    return sign << (bits - 1) | exp << frac_bits | (uint64_t)(imm8 & 15) << (frac_bits - 4);
}

void branch_to(struct a64_tr *t, uint64_t target)
{
    if (target == t->pc + 4 && t->goes_on && t->goes_on(t, target))
        return;
    ir_br(&t->ir, target);
    t->end = true;
}

void end_call(struct a64_tr *t)
{
    t->label = t->labels; // goes_on sees that it is behind a call
    t->end = !t->label || !t->goes_on || !t->goes_on(t, t->pc + 4);
    t->label = !t->end;
    forget_sp(t);
}

void leave(struct a64_tr *t, enum ir_exit why, uint64_t pc)
{
    ir_exit(&t->ir, why, pc);
    t->end = true;
}

void undefined(struct a64_tr *t)
{
    leave(t, IR_EXIT_UNDEF, t->pc);
}

bool needs(struct a64_tr *t, enum a64_feature feature)
{
    if (likely(a64_has(feature)))
        return true;
    t->missing = feature;
    undefined(t);
    return false;
}

// The encodings of loads, stores and data processing of SIMD&FP registers (Arm ARM C4.1).
static bool is_simd_fp(uint32_t word)
{
    return (word >> 26 & 3) == 3;
}

static void translate_insn(struct a64_tr *t, uint32_t word)
{
    struct a64_decoded d;
    ir_insn(&t->ir, t->pc);
    if (t->label)
        ir_label(&t->ir, t->pc);
    t->label = false;
    if (!a64_decode(word, &d))
        undefined(t);
    else if (needs(t, d.insn->feature) && (!is_simd_fp(word) || needs(t, FEAT_FP)))
        d.insn->translate(t, &t->ir, &d.args);
}

// Data processing and loads and stores of V0 to V31: the Arm ARM's main encoding table, op0 x11x.
static bool is_of_vectors(uint32_t word)
{
    return (word >> 26 & 3) == 3;
}

void a64_translate_next(struct a64_tr *t, const struct a64_code *code)
{
    // Another thread may be changing it.
    uint32_t word = __atomic_load_n(&code->words[t->insns], __ATOMIC_RELAXED);
    t->tag_checked = t->sp_moved = false;
    t->made_from = a64_made_from(t->made_from, word);
    t->vectors |= is_of_vectors(word);
    translate_insn(t, word);
    t->insns++;
    t->pc += 4;
    if (t->sp_moved) // what follows is translated for that
        leave(t, IR_EXIT_LOOKUP, t->pc);
}

// A label to which nothing leads is none.
static void drop_label(struct ir_block *ir)
{
    for (unsigned i = 1; i < ir->count; i++) {
        if (ir_is_jump(ir->inst[i].op) && ir->inst[i].imm == ir->pc)
            return;
    }
    ir->inst[2] = (struct ir_inst){.op = IR_nop}; // behind the first insn
}

void a64_translate_block(struct a64_tr *t, struct ir_inst *storage, unsigned capacity,
                         const struct a64_code *code)
{
    *t = (struct a64_tr){.pc = code->pc,
                         .mode = code->mode,
                         .goes_on = code->goes_on,
                         .guarded = code->guarded,
                         .lands = code->guarded ? A64_LANDS_RETURN : A64_LANDS_ANY};
    ir_block_init(&t->ir, storage, capacity, code->pc);
    forget_sp(t);
    t->label = t->labels = code->labels;
    while (!t->end && t->insns < code->max_insns && ir_room(&t->ir) >= A64_ROOM_PER_INSN)
        a64_translate_next(t, code);
    if (!t->end && !t->label) // a call has ended the block
        ir_br(&t->ir, t->pc);
    if (code->labels)
        drop_label(&t->ir);
}

bool a64_goes_on_always(const struct a64_tr *t, uint64_t pc)
{
    (void)t;
    (void)pc;
    return true;
}

enum a64_feature a64_missing(uint32_t word)
{
    struct ir_inst storage[2 * A64_ROOM_PER_INSN];
    struct a64_tr t;
    a64_translate_block(&t, storage, ARRAY_LEN(storage),
                        &(struct a64_code){0, &word, 1, 0, false, false, NULL});
    return t.missing;
}
