// SPDX-License-Identifier: MIT
// What single operations mean where it is easily got wrong: edges of shifts, division, fields,
// flags, lanes. Each line stands for itself; the vectors of whole instructions test the rest.
#include "ir/eval.h"

#include <inttypes.h>

static unsigned failures, count;

static void check(enum ir_op op, union ir_val a, union ir_val b, union ir_val c, uint64_t imm,
                  union ir_val want)
{
    union ir_val operand[3] = {a, b, c}, r = eval_pure(op, operand, imm);
    count++;
    if (r.l64[0] == want.l64[0] && r.l64[1] == want.l64[1])
        return;
    printf("FAIL %s %#" PRIx64 " %#" PRIx64 " %#" PRIx64 " imm %#" PRIx64 " is %016" PRIx64
           "%016" PRIx64 ", expected %016" PRIx64 "%016" PRIx64 "\n",
           ir_op_info[op].name, a.l64[0], b.l64[0], c.l64[0], imm, r.l64[1], r.l64[0], want.l64[1],
           want.l64[0]);
    failures++;
}

static void t(enum ir_op op, uint64_t a, uint64_t b, uint64_t c, uint64_t imm, uint64_t want)
{
    check(op, (union ir_val){.l64 = {a}}, (union ir_val){.l64 = {b}}, (union ir_val){.l64 = {c}},
          imm, (union ir_val){.l64 = {want}});
}

#define TOP64 UINT64_C(0x8000000000000000)
#define ONES  UINT64_MAX
enum { N = 8, Z = 4, C = 2, V = 1 };

static void integers(void)
{
    // A W result is zero-extended; the upper half of a W operand does not matter.
    t(IR_add32, 0xdead0000ffffffff, 0xbeef000000000001, 0, 0, 0);
    t(IR_not32, 0, 0, 0, 0, 0xffffffff);
    t(IR_sub32, 0, 1, 0, 0, 0xffffffff);
    t(IR_zext, 0xaaaaaaaa12345678, 0, 0, 0, 0x12345678);
    t(IR_trunc, 0xaaaaaaaa12345678, 0, 0, 0, 0x12345678);
    // Shift amounts are taken modulo the width.
    t(IR_lsl32, 1, 33, 0, 0, 2);
    t(IR_lsl64, 1, 64, 0, 0, 1);
    t(IR_lsr32, 0x80000000, 31, 0, 0, 1);
    t(IR_asr32, 0x80000000, 31, 0, 0, 0xffffffff);
    t(IR_asr64, TOP64, 127, 0, 0, ONES);
    t(IR_ror32, 1, 32, 0, 0, 1);
    t(IR_ror64, 1, 1, 0, 0, TOP64);
    // Division never traps.
    t(IR_udiv64, 5, 0, 0, 0, 0);
    t(IR_sdiv64, 5, 0, 0, 0, 0);
    t(IR_sdiv64, TOP64, ONES, 0, 0, TOP64);
    t(IR_sdiv32, 0x80000000, 0xffffffff, 0, 0, 0x80000000);
    t(IR_sdiv32, 0xfffffff9, 2, 0, 0, 0xfffffffd); // -7 / 2 is -3
    t(IR_umulh64, ONES, ONES, 0, 0, ONES - 1);
    t(IR_smulh64, ONES, ONES, 0, 0, 0);
    t(IR_smulh64, TOP64, TOP64, 0, 0, TOP64 >> 1);
    t(IR_smax32, 0x80000000, 1, 0, 0, 1);
    t(IR_umax32, 0x80000000, 1, 0, 0, 0x80000000);
    t(IR_abs64, TOP64, 0, 0, 0, TOP64);
    t(IR_clz32, 0, 0, 0, 0, 32);
    t(IR_clz64, 1, 0, 0, 0, 63);
    t(IR_ctz32, 0, 0, 0, 0, 32);
    t(IR_cls32, 0, 0, 0, 0, 31);
    t(IR_cls32, 0xffff0000, 0, 0, 0, 15);
    t(IR_cls64, TOP64, 0, 0, 0, 0);
    t(IR_rbit32, 1, 0, 0, 0, 0x80000000);
    t(IR_rev32, 0x11223344, 0, 0, 0, 0x44332211);
    t(IR_rev1632, 0x11223344, 0, 0, 0, 0x22114433);
    t(IR_rev32_64, 0x1122334455667788, 0, 0, 0, 0x4433221188776655);
    t(IR_ubfx32, 0x12345678, 0, 0, 8 | 8 << 8, 0x56);
    t(IR_ubfx64, ONES, 0, 0, 0 | 64 << 8, ONES);
    t(IR_sbfx32, 0x80, 0, 0, 7 | 1 << 8, 0xffffffff);
    t(IR_sbfx64, 0x80, 0, 0, 0 | 8 << 8, 0xffffffffffffff80);
    t(IR_bfi32, 0xffffffff, 0, 0, 28 | 4 << 8, 0x0fffffff);
    t(IR_bfi64, 0, ONES, 0, 60 | 4 << 8, 0xf000000000000000);
    t(IR_extr64, 1, TOP64, 0, 63, 3);
    t(IR_extr32, 5, 7, 0, 0, 7);
    t(IR_adc64, ONES, 0, C, 0, 0);
    t(IR_sbc64, 5, 5, 0, 0, ONES); // carry clear borrows one
    t(IR_crc32b, 0, 1, 0, 0, 0x77073096);
    t(IR_crc32cb, 0, 1, 0, 0, 0xf26b8303);
}

static void flags(void)
{
    t(IR_addf32, 0x7fffffff, 1, 0, 0, N | V);
    t(IR_addf32, 0xffffffff, 1, 0, 0, Z | C);
    t(IR_addf64, TOP64, TOP64, 0, 0, Z | C | V);
    t(IR_subf32, 0, 0, 0, 0, Z | C);
    t(IR_subf32, 0, 1, 0, 0, N);
    t(IR_subf64, TOP64, 1, 0, 0, C | V);
    t(IR_logf32, 0x80000000, 0, 0, 0, N);
    t(IR_logf64, 0x80000000, 0, 0, 0, 0);
    t(IR_adcf32, 0xffffffff, 0, C, 0, Z | C);
    t(IR_sbcf64, 0, 0, 0, 0, N);
    t(IR_sbcf64, 0, 0, C, 0, Z | C);
    t(IR_x2f, 0xf0000000ffffffff & 0x90000000, 0, 0, 0, N | V);
    t(IR_f2x, Z | C, 0, 0, 0, 0x60000000);
    t(IR_sel64, Z, 1, 2, 0, 1);
    t(IR_sel64, Z, 1, 2, 1, 2);
    t(IR_self, C, N, V, 3, V);
    t(IR_setc, N, 0, 0, 4, 1);
}

// The truth table against the Arm ARM's ConditionHolds.
static void conditions(void)
{
    for (unsigned cond = 0; cond < 16; cond++) {
        for (unsigned f = 0; f < 16; f++) {
            bool n = f & N, z = f & Z, c = f & C, v = f & V, holds = false;
            switch (cond >> 1) {
            case 0: holds = z; break;
            case 1: holds = c; break;
            case 2: holds = n; break;
            case 3: holds = v; break;
            case 4: holds = c && !z; break;
            case 5: holds = n == v; break;
            case 6: holds = n == v && !z; break;
            case 7: holds = true; break;
            }
            if (cond & 1 && cond != 15)
                holds = !holds;
            t(IR_setc, f, 0, 0, cond, holds);
        }
    }
}

static void vectors(void)
{
    const union ir_val a = {.l64 = {0x0807060504030201, 0x100f0e0d0c0b0a09}},
                       zero = {.l64 = {0, 0}};
    const union ir_val ff = {.l64 = {ONES, ONES}};
    check(IR_vget8, a, zero, zero, 15, (union ir_val){.l64 = {0x10}});
    check(IR_vget64, a, zero, zero, 1, (union ir_val){.l64 = {a.l64[1]}});
    check(IR_vset16, a, (union ir_val){.l64 = {0xdeadbeef}}, zero, 4,
          (union ir_val){.l64 = {a.l64[0], 0x100f0e0d0c0bbeef}});
    check(IR_vlow, a, zero, zero, 1, (union ir_val){.l64 = {1}});
    check(IR_vlow, a, zero, zero, 8, (union ir_val){.l64 = {a.l64[0]}});
    check(IR_vhigh, a, zero, zero, 0, (union ir_val){.l64 = {a.l64[1]}});
    check(IR_vuxtl28, a, zero, zero, 0,
          (union ir_val){.l64 = {0x000c000b000a0009, 0x0010000f000e000d}});
    check(IR_vuxtl232, a, zero, zero, 0, (union ir_val){.l64 = {0x0c0b0a09, 0x100f0e0d}});
    check(IR_vsmulh16, ff, a, zero, 0, (union ir_val){.l64 = {ONES, ONES}});
    check(IR_vumulh16, ff, a, zero, 0,
          (union ir_val){.l64 = {0x0807060504030201 - 0x0001000100010001,
                                 0x100f0e0d0c0b0a09 - 0x0001000100010001}});
    check(IR_vcombine, a, ff, zero, 0, (union ir_val){.l64 = {a.l64[0], ONES}});
    check(IR_dup8, (union ir_val){.l64 = {0x1ff}}, zero, zero, 0, ff);
    check(IR_w2v, ff, zero, zero, 0, (union ir_val){.l64 = {0xffffffff}});
    check(IR_vadd8, ff, (union ir_val){.l64 = {1, 0}}, zero, 0,
          (union ir_val){.l64 = {0xffffffffffffff00, ONES}});
    check(IR_vadd64, ff, (union ir_val){.l64 = {1, 0}}, zero, 0, (union ir_val){.l64 = {0, ONES}});
    check(IR_vbsl, (union ir_val){.l64 = {0xf0, 0}}, ff, zero, 0, (union ir_val){.l64 = {0xf0, 0}});
    check(IR_vcmeq16, a, (union ir_val){.l64 = {0x0807000004030000, 0}}, zero, 0,
          (union ir_val){.l64 = {0xffff0000ffff0000, 0}});
}

int main(void)
{
    integers();
    flags();
    conditions();
    vectors();
    printf("%u checks, %u failures\n", count, failures);
    return failures != 0;
}
