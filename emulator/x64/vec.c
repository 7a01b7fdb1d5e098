// SPDX-License-Identifier: MIT
// What several files of vector lowerings need.
#include "x64/vec.h"

enum { SHIFT_RIGHT = 2, SHIFT_SIGNED = 4, SHIFT_LEFT = 6 }; // as they stand in the reg field

static void shift(struct x64 *x, unsigned w, unsigned kind, unsigned d, unsigned a, unsigned n)
{
    v3i(x, P1(0x70 + w), kind, d, a, n);
}

void vbytes_times(struct x64 *x, unsigned d, unsigned a, const union ir_val *matrix)
{
    x64_vrmi(&x->a, is_wide_host(x) ? X64_EVEX | VGF2P8AFFINEQB : VGF2P8AFFINEQB, true, d, a,
             mem_rip(matrix), 0);
}

void vshl(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n)
{
    if (w == 0 && n && n < 8 && x64_host_has(X64_HAS_GFNI)) {
        vbytes_times(x, d, a, K(matrix_shl[n]));
        return;
    }
    shift(x, w ? w : 1, SHIFT_LEFT, d, a, n);
    if (w == 0)
        v3k(x, VPAND, d, d, n < 8 ? K(bytes_shl[n]) : K(zero));
}

void vshr(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n)
{
    if (w == 0 && n && n < 8 && x64_host_has(X64_HAS_GFNI)) {
        vbytes_times(x, d, a, K(matrix_shr[n]));
        return;
    }
    shift(x, w ? w : 1, SHIFT_RIGHT, d, a, n);
    if (w == 0)
        v3k(x, VPAND, d, d, K(bytes_shr[n]));
}

// Bytes: the sign bit, shifted like the rest, is carried up by a subtraction. Lanes of 64 bits: the
// shift is logical on what is the complement where negative.
void vsar(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n)
{
    unsigned bits = 8u << w;
    if (w == 1 || w == 2) {
        shift(x, w, SHIFT_SIGNED, d, a, n);
    } else if (w == 3 && is_wide_host(x)) {
        v_rri(x, E1(0x72), true, SHIFT_SIGNED, d, a, n); // vpsraq
    } else if (n >= bits - 1) {
        vnegative(x, w, d, a);
    } else if (n == 0) {
        vmove(x, d, a);
    } else if (w == 0 && x64_host_has(X64_HAS_GFNI)) {
        vbytes_times(x, d, a, K(matrix_sar[n]));
    } else if (w == 0) {
        vshr(x, w, d, a, n);
        v3k(x, VPXOR, d, d, K(bytes_sar[n]));
        v3k(x, VPSUB[0], d, d, K(bytes_sar[n]));
    } else {
        unsigned t = lend_xmm(x);
        vnegative(x, w, t, a);
        vshr(x, w, d, a, n);
        vshl(x, w, t, t, 64 - n);
        v3(x, VPOR, d, d, t);
    }
}

void vror(struct x64 *x, unsigned w, unsigned d, unsigned a, unsigned n)
{
    if (is_wide_host(x)) {
        v_rri(x, E1(0x72), w == 3, 0, d, a, n); // vprord, vprorq
        return;
    }
    unsigned t = lend_xmm(x);
    vshr(x, w, t, a, n);
    vshl(x, w, d, a, (8u << w) - n);
    v3(x, VPOR, d, d, t);
}

static void qc_unless(struct x64 *x, enum x64_cc cc)
{
    uint8_t *over = x64_jcc(&x->a, cc, NULL, false);
    x64_alu_mi(&x->a, X64_OR, false, MEM_FIELD(fp.fpsr), FPSR_QC);
    x64_patch(over, x->a.p);
}

void qc_unless_ones(struct x64 *x, unsigned r)
{
    v2k(x, VPTEST, r, K(ones));
    qc_unless(x, X64_B);
}

void qc_unless_zero(struct x64 *x, unsigned r)
{
    v2(x, VPTEST, r, r);
    qc_unless(x, X64_E);
}

void qc_if_negative(struct x64 *x, unsigned w, unsigned r)
{
    v2(x, w == 3 ? VTESTPD : VTESTPS, r, r);
    qc_unless(x, X64_E);
}
