// SPDX-License-Identifier: MIT
// Half precision to and from the other formats. Neither direction looks at the modes that flush.
#include "x64/lower_fp.h"

#define VCVTPH2PS (X64_P66 | X64_0F38 | 0x13)
#define VCVTPS2PH (X64_P66 | X64_0F3A | 0x1d)

enum { CURRENT_ROUND = 4, LANES = 4 };

static bool can_convert(const struct x64 *x, const struct ir_placed *p)
{
    unsigned lanes = fp_lit_lanes(p->imm);
    return x->fp && x64_host_has(X64_HAS_F16C) && (lanes == 1 || lanes == LANES);
}

// The halves of a as numbers of 32 bits in d. Lanes that are not asked for must not be looked at:
// they may be NaNs that signal.
static void widen(struct x64 *x, const struct ir_placed *p, unsigned d)
{
    unsigned a = xmm_use(x, p->a, d);
    if (fp_lit_lanes(p->imm) == 1 && low_of(x, p->a) > 2) {
        v_rm(x, VPAND, false, d, a, mem_rip(&x->cache->constants->first[1]));
        a = d;
    }
    may_trap(x);
    v_rr(x, VCVTPH2PS, false, d, 0, a);
}

X64_LOWER(fcvt16_32)
{
    if (!can_convert(x, p)) {
        call_evaluator(x, p);
        return;
    }
    widen(x, p, X64_XSCRATCH);
    fp_done(x, p, X64_XSCRATCH, true);
}

X64_LOWER(fcvt16_64)
{
    if (!can_convert(x, p) || fp_lit_lanes(p->imm) != 1) {
        call_evaluator(x, p);
        return;
    }
    unsigned r = X64_XSCRATCH;
    widen(x, p, r);
    v_rr(x, X64_PF3 | X64_0F | 0x5a, false, r, r, r); // vcvtss2sd
    fp_done(x, p, r, false);
}

// Arm finds tiny results before rounding, the host after it: as in fp_check_tiny.
X64_LOWER(fcvt32_16)
{
    unsigned r = X64_XSCRATCH, t = X64_XSCRATCH2;
    if (!can_convert(x, p)) {
        call_evaluator(x, p);
        return;
    }
    clobber_flags(x);
    unsigned in = xmm_use(x, p->a, t);
    if (fp_lit_lanes(p->imm) == 1 && low_of(x, p->a) > 4) {
        fp_copy_low(x, t, in, 4);
        in = t;
    }
    may_trap(x);
    v_rri(x, VCVTPS2PH, false, in, 0, r, CURRENT_ROUND);
    if (x->tiny) {
        v_rr(x, VPADD[1], false, t, r, r); // without their signs
        v_rm(x, VPCMPEQ[1], false, t, t, mem_rip(&x->cache->constants->least_normals_16));
        v_rr(x, VPTEST, false, t, 0, t);
        evaluate_if(x, X64_NE);
    }
    fp_done(x, p, r, true);
}
