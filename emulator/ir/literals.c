// SPDX-License-Identifier: MIT
// What the literals of the operations may be. The rows of ops.def say which operations have one;
// each of those has a case here, and an operation without one is refused, so that its first dump
// tells.
#include "base/bits.h"
#include "ir/fp_lit.h"
#include "ir/ir.h"
#include "ir/pac.h"
#include "ir/tags.h"
#include "ir/watch.h"

enum { STATE_BYTES = 8192 }; // as far as the 16-bit offsets of get and set reach

// A field of `bits` bits named by lsb | width << 8.
static bool field_fits(uint64_t imm, unsigned bits)
{
    uint64_t lsb = imm & 255, width = imm >> 8;
    return width >= 1 && width <= bits && lsb <= bits - width;
}

static bool slot_fits(uint64_t offset, unsigned size)
{
    return offset % size == 0 && offset <= STATE_BYTES - size;
}

// The literal of ir/fp_lit.h for lanes of `bits` bits, with fbits up to max_fbits.
static bool fp_fits(uint64_t imm, unsigned bits, unsigned max_fbits)
{
    unsigned lanes = fp_lit_lanes(imm), round = imm >> 24;
    return lanes >= 1 && lanes <= 128 / bits && fp_lit_fbits(imm) <= max_fbits &&
           imm >> 17 << 17 == imm >> 24 << 24 && (round <= FP_ROUND_ODD || round == FP_LIT_CURRENT);
}

static bool fp_literal_fits(const struct ir_inst *in)
{
    unsigned bits = ir_op_info[in->op].bits, fbits = fp_lit_fbits(in->imm);
    switch ((unsigned)in->op) {
    case IR_fcmp16:
    case IR_fcmp32:
    case IR_fcmp64: return in->imm <= 1;
    case IR_fccmp16:
    case IR_fccmp32:
    case IR_fccmp64: return in->imm <= 0xfff && !(in->imm & 14);
    case IR_frintn32:
    case IR_frintn64: return fp_fits(in->imm, bits, 64) && (fbits == 32 || fbits == 64);
    case IR_ftow16:
    case IR_ftow32:
    case IR_ftow64:
    case IR_wtof16:
    case IR_wtof32:
    case IR_wtof64: return fp_fits(in->imm, bits, 32);
    case IR_ftox16:
    case IR_ftox32:
    case IR_ftox64:
    case IR_xtof16:
    case IR_xtof32:
    case IR_xtof64: return fp_fits(in->imm, bits, 64);
    case IR_ftoi16:
    case IR_ftoi32:
    case IR_ftoi64:
    case IR_itof16:
    case IR_itof32:
    case IR_itof64: return fp_fits(in->imm, bits, bits);
    case IR_fcvt64_16:
    case IR_fcvt64_32:
    case IR_fcvtxn: return fp_fits(in->imm, 64, 0);
    case IR_fcvt32_16:
    case IR_fcvt32_bf16:
    case IR_fcvt32_8: return fp_fits(in->imm, 32, 0);
    case IR_fcvt16_8: return fp_fits(in->imm, 16, 0);
    case IR_fmlal: return fp_fits(in->imm, bits, 8 - fp_lit_lanes(in->imm));
    case IR_bfmlal: return fp_fits(in->imm, bits, 1);
    default: return fp_fits(in->imm, bits, 0);
    }
}

static bool is_fp(unsigned op)
{
    return op >= IR_fadd16 && op <= IR_bfdot;
}

// Vector operations: lanes, and shifts by less than (left) or up to (right) a lane's width.
static bool simd_literal_fits(const struct ir_inst *in)
{
    uint64_t imm = in->imm, bits = ir_op_info[in->op].bits, lanes = 128 / bits;
    switch ((unsigned)in->op) {
    case IR_vconst: return in->c <= 1;
    case IR_vext: return imm < 16;
    case IR_vins8 ... IR_vins64: return (imm & 255) < lanes && imm >> 8 < lanes;
    case IR_vdupl8 ... IR_vdupl64: return imm < lanes;
    case IR_vfields8:
    case IR_vfields16:
        return is_pow2(imm & 255) && (imm & 255) < bits && imm >> 8 < bits / (imm & 255);
    case IR_vrev8 ... IR_vrev32: return is_pow2(imm + 1) && imm >= 1 && imm < lanes / 2;
    case IR_vushr8 ... IR_vushr64:
    case IR_vsshr8 ... IR_vsshr64:
    case IR_vurshr8 ... IR_vurshr64:
    case IR_vsrshr8 ... IR_vsrshr64: return imm >= 1 && imm <= bits;
    case IR_sha256rounds: return imm <= 1;
    case IR_sm3tt1a:
    case IR_sm3tt1b:
    case IR_sm3tt2a:
    case IR_sm3tt2b: return imm <= 3;
    default: return imm < bits; // left shifts, rotation
    }
}

static bool is_simd(unsigned op)
{
    return op >= IR_vconst && op <= IR_sm4ekey;
}

bool ir_literals_fit(const struct ir_inst *in)
{
    const struct ir_op_info *info = &ir_op_info[in->op];
    uint64_t imm = in->imm;
    if (!(info->flags & (IR_IMM | IR_CLIT)))
        return imm == 0;
    if (is_fp(in->op))
        return fp_literal_fits(in);
    if (is_simd(in->op))
        return simd_literal_fits(in);
    switch ((unsigned)in->op) {
    case IR_insn:
    case IR_label: return imm % 4 == 0;
    case IR_const32: return imm <= UINT32_MAX;
    case IR_const64: return true;
    case IR_constf: return imm <= 15;
    case IR_getw:
    case IR_getf: return slot_fits(imm, 4);
    case IR_getx:
    case IR_setx:
    case IR_setf: return slot_fits(imm, 8);
    case IR_getv:
    case IR_setv: return slot_fits(imm, 16);
    case IR_ubfx32:
    case IR_sbfx32:
    case IR_bfi32:
    case IR_ubfx64:
    case IR_sbfx64:
    case IR_bfi64: return field_fits(imm, info->bits);
    case IR_extr32:
    case IR_extr64: return imm < info->bits;
    case IR_setc:
    case IR_sel32:
    case IR_sel64:
    case IR_self:
    case IR_selv: return imm <= 15;
    case IR_ld8 ... IR_ld64:
    case IR_st8 ... IR_st64:
    case IR_vld8 ... IR_vst128:
    case IR_probe: return true; // offset
    case IR_tag_check: return (in->c & 7) <= 6 && in->c >> 3 <= IR_TAG_EXCLUSIVE;
    case IR_watch_check: return in->c & 3 && in->c >> 2 < IR_WATCH_SIZES;
    case IR_watch_range: return imm >= 1 && imm <= 3;
    case IR_stg: return imm == 1 || imm == 2 || imm == 4;
    case IR_clock:
    case IR_nexttag:
    case IR_fence: return imm <= 15;
    case IR_align_check: return is_pow2(imm);
    case IR_mem_step: return imm == IR_TAG_GRANULE || imm == IR_TAG_PAGE;
    case IR_quad_check:
        return (!(info->flags & IR_CLIT) || is_pow2(in->c)) && imm >= 1 && imm <= 16;
    case IR_vlow: return imm >= 1 && imm <= 8;
    case IR_vget8:
    case IR_vget16:
    case IR_vget32:
    case IR_vget64:
    case IR_vset8:
    case IR_vset16:
    case IR_vset32:
    case IR_vset64: return imm < 128u / info->bits;
    case IR_br:
    case IR_call:
    case IR_br_nz32:
    case IR_br_nz64:
    case IR_br_z32:
    case IR_br_z64: return true; // pc, as it may be
    case IR_br_cond: return in->c <= 15;
    case IR_br_reg: return in->c < 2 * IR_BRANCH_KINDS && imm == 0;
    case IR_call_reg: return in->c < IR_BRANCH_KINDS && imm == 0;
    case IR_pac:
    case IR_aut:
    case IR_pacga: return ir_pac_fits(imm);
    case IR_exit: return (in->c > IR_EXIT_NONE && in->c <= IR_EXIT_HOT) || in->c == IR_EXIT_TRAP;
    default: return false;
    }
}
