// SPDX-License-Identifier: MIT
// Vector operations that are an instruction or two of AVX2, and moves between integer and vector
// registers.
#include "base/bits.h"
#include "x64/vec.h"

// d = a op b with a from a register.
static void binary(struct x64 *x, const struct ir_placed *p, unsigned op)
{
    unsigned d = xmm_def(x, p->d), a = xmm_use(x, p->a, X64_XSCRATCH);
    vex_b(x, op, false, d, a, p->b);
    xmm_done(x, p->d, d);
}

static void binary_reversed(struct x64 *x, const struct ir_placed *p, unsigned op)
{
    unsigned d = xmm_def(x, p->d), b = xmm_use(x, p->b, X64_XSCRATCH);
    vex_b(x, op, false, d, b, p->a);
    xmm_done(x, p->d, d);
}

#define X64_VEX2(name, first, count, ...)                \
    X64_LOWER_(name, first, count)                       \
    {                                                    \
        static const unsigned op[count] = {__VA_ARGS__}; \
        binary(x, p, op[p->op - (first)]);               \
    }
#define X64_VEX2R(name, first, count, ...)               \
    X64_LOWER_(name, first, count)                       \
    {                                                    \
        static const unsigned op[count] = {__VA_ARGS__}; \
        binary_reversed(x, p, op[p->op - (first)]);      \
    }

// clang-format off
X64_VEX2(vand,   IR_vand,   1, VPAND)
X64_VEX2(vor,    IR_vor,    1, VPOR)
X64_VEX2(vxor,   IR_vxor,   1, VPXOR)
X64_VEX2R(vandn, IR_vandn,  1, VPANDN) // ~first & second
X64_VEX2(vadd,   IR_vadd8,  4, P1(0xfc), P1(0xfd), P1(0xfe), P1(0xd4))
X64_VEX2(vsub,   IR_vsub8,  4, P1(0xf8), P1(0xf9), P1(0xfa), P1(0xfb))
X64_VEX2(vmul,   IR_vmul16, 2, P1(0xd5), P2(0x40))
X64_VEX2(vumulh, IR_vumulh16, 1, P1(0xe4))
X64_VEX2(vsmulh, IR_vsmulh16, 1, P1(0xe5))
X64_VEX2(vcmeq,  IR_vcmeq8, 4, P1(0x74), P1(0x75), P1(0x76), P2(0x29))
X64_VEX2(vcmgt,  IR_vcmgt8, 4, P1(0x64), P1(0x65), P1(0x66), P2(0x37))
X64_VEX2(vsmax,  IR_vsmax8, 3, P2(0x3c), P1(0xee), P2(0x3d))
X64_VEX2(vsmin,  IR_vsmin8, 3, P2(0x38), P1(0xea), P2(0x39))
X64_VEX2(vumax,  IR_vumax8, 3, P1(0xde), P2(0x3e), P2(0x3f))
X64_VEX2(vumin,  IR_vumin8, 3, P1(0xda), P2(0x3a), P2(0x3b))
X64_VEX2(vzip1,  IR_vzip18, 4, P1(0x60), P1(0x61), P1(0x62), VPUNPCKLQDQ)
X64_VEX2(vzip2,  IR_vzip28, 4, P1(0x68), P1(0x69), P1(0x6a), VPUNPCKHQDQ)
X64_VEX2(vcombine, IR_vcombine, 1, VPUNPCKLQDQ)
// clang-format on

X64_LOWER(vmov)
{
    xmm_done(x, p->d, xmm_use(x, p->a, X64_XSCRATCH));
}

X64_LOWER(getv)
{
    unsigned place = (unsigned)p->imm;
    xmm_done(x, p->d, xmm_use(x, place, X64_XSCRATCH));
}

X64_LOWER(setv)
{
    xmm_done(x, (unsigned)p->imm, xmm_use(x, p->a, X64_XSCRATCH));
}

// Lanes whose ones are all at the top or all at the bottom: ones, shifted.
static bool constant_mask(struct x64 *x, const struct ir_placed *p, unsigned d)
{
    for (unsigned w = 1; p->c && w < 4; w++) {
        unsigned bits = 8u << w;
        uint64_t lane = p->imm & bits_mask(bits);
        unsigned ones = (unsigned)__builtin_popcountll(lane);
        bool top = lane == (bits_mask(ones) << (bits - ones) & bits_mask(bits));
        if (ones == 0 || bits_replicate(lane, bits) != p->imm || (!top && lane != bits_mask(ones)))
            continue;
        v3(x, VPCMPEQ[2], d, d, d);
        if (ones < bits)
            (top ? vshl : vshr)(x, w, d, d, bits - ones);
        return true;
    }
    return false;
}

X64_LOWER(vconst)
{
    unsigned d = xmm_def(x, p->d);
    if (p->imm == 0) {
        v_rr(x, VPXOR, false, d, d, d);
    } else if (!constant_mask(x, p, d)) {
        x64_mov_ri(&x->a, X64_RAX, p->imm);
        v_rr(x, VMOVD_TO, true, d, 0, X64_RAX);
        if (p->c)
            v_rr(x, VPUNPCKLQDQ, false, d, d, d);
    }
    xmm_done(x, p->d, d);
}

X64_LOWER_(w2v, IR_w2v, 2)
{
    unsigned d = xmm_def(x, p->d), a = gpr_at(x, p->a);
    if (a == X64_NONE)
        v_rm(x, VMOVD_TO, is_wide(p), d, 0, mem_of(x, p->a));
    else
        v_rr(x, VMOVD_TO, is_wide(p), d, 0, a);
    xmm_done(x, p->d, d);
}

X64_LOWER(pair)
{
    unsigned d = xmm_def(x, p->d), a = gpr_use(x, p->a, true, X64_SCRATCH);
    unsigned b = p->imm_b ? X64_SCRATCH : gpr_at(x, p->b);
    v_rr(x, VMOVD_TO, true, X64_XSCRATCH, 0, a);
    if (p->imm_b)
        x64_mov_ri(&x->a, X64_SCRATCH, p->imm);
    if (b == X64_NONE)
        v_rmi(x, P3(0x22), true, d, X64_XSCRATCH, mem_of(x, p->b), 1); // vpinsrq
    else
        v_rri(x, P3(0x22), true, d, X64_XSCRATCH, b, 1);
    xmm_done(x, p->d, d);
}

// Lane imm to an integer register.
X64_LOWER4(vget)
{
    unsigned d = gpr_def(x, p->d), a = xmm_use(x, p->a, X64_XSCRATCH), lane = (unsigned)p->imm;
    if (p->op == IR_vget64 && gpr_at(x, p->d) == X64_NONE) {
        if (lane)
            v_rmi(x, P3(0x16), true, a, 0, mem_of(x, p->d), lane);
        else
            v_rm(x, VMOVQ_STORE, false, a, 0, mem_of(x, p->d));
        return;
    }
    switch (bits_of(p)) {
    case 8: v_rri(x, P3(0x14), false, a, 0, d, lane); break;
    case 16: v_rri(x, P1(0xc5), false, d, 0, a, lane); break;
    default:
        if (lane == 0)
            v_rr(x, VMOVD_FROM, is_wide(p), a, 0, d);
        else
            v_rri(x, P3(0x16), is_wide(p), a, 0, d, lane);
    }
    gpr_done(x, p->d, d);
}

X64_LOWER4(vset)
{
    unsigned d = xmm_def(x, p->d), b = gpr_use(x, p->b, is_wide(p), X64_SCRATCH),
             lane = (unsigned)p->imm;
    unsigned a = xmm_use(x, p->a, X64_XSCRATCH);
    unsigned op = bits_of(p) == 8 ? P3(0x20) : bits_of(p) == 16 ? P1(0xc4) : P3(0x22);
    v_rri(x, op, is_wide(p), d, a, b, lane);
    xmm_done(x, p->d, d);
}

X64_LOWER4(dup)
{
    static const unsigned op[4] = {P2(0x78), P2(0x79), P2(0x58), P2(0x59)};
    static const unsigned from_general[4] = {E2(0x7a), E2(0x7b), E2(0x7c), E2(0x7c)};
    unsigned d = xmm_def(x, p->d), a = gpr_use(x, p->a, is_wide(p), X64_SCRATCH), w = width_of(p);
    if (is_wide_host(x)) {
        v_rr(x, from_general[w], is_wide(p), d, 0, a);
    } else {
        v_rr(x, VMOVD_TO, is_wide(p), d, 0, a);
        v_rr(x, op[w], false, d, 0, d);
    }
    xmm_done(x, p->d, d);
}

// A lane of 4 or 8 bytes that only the operation behind it looks at, which moves it to the bottom
// of a register: a = vdupl; d = vlow a.
void lane_ahead(struct x64 *x)
{
    const struct ir_placed *p = &x->places->ops[x->i], *q = p + 1;
    if ((p->op != IR_vdupl32 && p->op != IR_vdupl64) || x->i + 1 >= x->places->n_ops ||
        q->op != IR_vlow || q->imm != (is_wide(p) ? 8 : 4) || q->a != p->d || !is_temp(x, p->d) ||
        x->live[x->i + 1] >> temp_index(x, p->d) & 1)
        return;
    x->lane = p;
    x->i++;
}

static void move_lane(struct x64 *x, const struct ir_placed *p)
{
    const struct ir_placed *lane = x->lane;
    x->lane = NULL;
    unsigned d = xmm_def(x, p->d), a = xmm_use(x, lane->a, X64_XSCRATCH);
    if (p->imm == 4)
        v_rri(x, VINSERTPS, false, d, a, a, (unsigned)lane->imm << 6 | 0x0e);
    else if (lane->imm)
        v_rri(x, P1(0x73), false, 3, d, a, 8); // vpsrldq
    else
        v_rr(x, VMOVQ, false, d, 0, a);
    xmm_done(x, p->d, d);
}

// The low imm bytes, the rest zero.
X64_LOWER(vlow)
{
    if (x->lane) {
        move_lane(x, p);
        return;
    }
    unsigned d = xmm_def(x, p->d), n = (unsigned)p->imm;
    if (n == 4) {
        unsigned a = xmm_use(x, p->a, X64_XSCRATCH);
        v_rri(x, VINSERTPS, false, d, a, a, 0x0e);
    } else if (n == 8) {
        if (xmm_at(x, p->a) == X64_NONE)
            v_rm(x, VMOVQ, false, d, 0, mem_of(x, p->a));
        else
            v_rr(x, VMOVQ, false, d, 0, xmm_at(x, p->a));
    } else {
        unsigned a = xmm_use(x, p->a, X64_XSCRATCH);
        v_rri(x, P1(0x73), false, 7, d, a, 16 - n); // vpslldq
        v_rri(x, P1(0x73), false, 3, d, d, 16 - n); // vpsrldq
    }
    xmm_done(x, p->d, d);
}

X64_LOWER(vhigh)
{
    unsigned d = xmm_def(x, p->d), a = xmm_use(x, p->a, X64_XSCRATCH);
    v_rri(x, P1(0x73), false, 3, d, a, 8); // vpsrldq
    xmm_done(x, p->d, d);
}

X64_LOWER(vnot)
{
    unsigned d = xmm_def(x, p->d), a = xmm_use(x, p->a, X64_XSCRATCH);
    v_rm(x, VPXOR, false, d, a, mem_rip(&x->cache->constants->ones));
    xmm_done(x, p->d, d);
}

// d = function f of the values at places a, b and c, as TERN_D, TERN_B, TERN_C combined. The one
// that d has already is the first operand.
static void ternary(struct x64 *x, const struct ir_placed *p, unsigned place_a, unsigned place_b,
                    unsigned place_c, unsigned f)
{
    unsigned d = xmm_def(x, p->d), place[3] = {place_a, place_b, place_c}, first = 0;
    for (unsigned k = 0; k < 3; k++)
        if (xmm_at(x, place[k]) == d)
            first = k;
    // The table for the operands with the first one and operand `first` exchanged.
    unsigned table = 0, bit[3] = {2, 1, 0};
    bit[0] = 2 - first;
    bit[first] = 2;
    for (unsigned i = 0; i < 8; i++)
        table |= (f >> ((i >> bit[0] & 1) << 2 | (i >> bit[1] & 1) << 1 | (i >> bit[2] & 1)) & 1)
                 << i;
    unsigned swapped = place[first];
    place[first] = place[0];
    place[0] = swapped;
    unsigned a = xmm_use(x, place[0], d), b = xmm_use(x, place[1], X64_XSCRATCH2);
    if (a != d)
        v_rr(x, VMOVDQA, false, d, 0, a);
    if (xmm_at(x, place[2]) == X64_NONE)
        v_rmi(x, VPTERNLOG, false, d, b, mem_of(x, place[2]), table);
    else
        v_rri(x, VPTERNLOG, false, d, b, xmm_at(x, place[2]), table);
    xmm_done(x, p->d, d);
}

X64_LOWER(vorn)
{
    if (is_wide_host(x)) {
        ternary(x, p, p->a, p->b, p->b, TERN_D | (~TERN_B & 0xff));
        return;
    }
    unsigned d = xmm_def(x, p->d), b = xmm_use(x, p->b, X64_XSCRATCH);
    v_rm(x, VPXOR, false, X64_XSCRATCH, b, mem_rip(&x->cache->constants->ones));
    vex_b(x, VPOR, false, d, X64_XSCRATCH, p->a);
    xmm_done(x, p->d, d);
}

// a selects b, else c: c ^ ((b ^ c) & a).
X64_LOWER(vbsl)
{
    if (is_wide_host(x)) {
        ternary(x, p, p->a, p->b, p->c, (TERN_D & TERN_B) | (~TERN_D & TERN_C));
        return;
    }
    unsigned d = xmm_def(x, p->d), c = xmm_use(x, p->c, X64_XSCRATCH);
    vex_b(x, VPXOR, false, X64_XSCRATCH, c, p->b);
    vex_b(x, VPAND, false, X64_XSCRATCH, X64_XSCRATCH, p->a);
    vex_b(x, VPXOR, false, d, X64_XSCRATCH, p->c);
    xmm_done(x, p->d, d);
}

// ---- moving lanes ----

// Bytes of b:a from imm on.
X64_LOWER(vext)
{
    unsigned d = xmm_def(x, p->d), b = xmm_use(x, p->b, X64_XSCRATCH);
    if (xmm_at(x, p->a) == X64_NONE)
        v_rmi(x, P3(0x0f), false, d, b, mem_of(x, p->a), (unsigned)p->imm);
    else
        v_rri(x, P3(0x0f), false, d, b, xmm_at(x, p->a), (unsigned)p->imm);
    xmm_done(x, p->d, d);
}

static void flip(struct x64 *x, const struct ir_placed *p, unsigned lanes)
{
    unsigned a = vec_use(x, p->a), b = vec_use(x, p->b), d = vec_def(x, p);
    v3i(x, VSHUFPS, d, a, b, lanes);
    vec_done(x, p, d);
}

X64_LOWER(vflip1)
{
    flip(x, p, 0x11);
}

X64_LOWER(vflip2)
{
    flip(x, p, 0xbb);
}

X64_LOWER_(vdupl, IR_vdupl32, 2)
{
    unsigned d = xmm_def(x, p->d), a = xmm_use(x, p->a, X64_XSCRATCH);
    v_rri(x, P1(0x70), false, d, 0, a,
          is_wide(p) ? (p->imm ? 0xee : 0x44) : (unsigned)p->imm * 0x55);
    xmm_done(x, p->d, d);
}
