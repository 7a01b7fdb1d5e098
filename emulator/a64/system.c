// SPDX-License-Identifier: MIT
// System instructions a user program may execute: hints, barriers, cache maintenance, system
// registers.
#include "a64/disasm.h"
#include "a64/model.h"
#include "a64/translate.h"

#include <time.h>

// ---- hints: all are NOP here (no PAuth, no event register) ----

A64_DIRECTIVE(hint)
{
    out_printf(o, "#0x%x", a->m << 3 | a->p);
}

A64_INSN(nop, "1101010100 0 00 011 0010 0000 000 11111", "hint #0x0", FEAT_BASE)
{
}

A64_INSN(yield, "1101010100 0 00 011 0010 0000 001 11111", "hint #0x1", FEAT_BASE)
{
}

A64_INSN(hint, "1101010100 0 00 011 0010 mmmm ppp 11111", "hint {hint}", FEAT_BASE)
{
}

A64_INSN(wfet, "11010101000000110001 0000 000 ttttt", "wfet {Xt}", FEAT_WFxT)
{
}

A64_INSN(wfit, "11010101000000110001 0000 001 ttttt", "wfit {Xt}", FEAT_WFxT)
{
}

// ---- barriers ----

A64_DIRECTIVE(barrier)
{
    static const char *const names[16] = {NULL,    "oshld", "oshst", "osh",   NULL,    "nshld",
                                          "nshst", "nsh",   NULL,    "ishld", "ishst", "ish",
                                          NULL,    "ld",    "st",    "sy"};
    if (names[a->m])
        out_printf(o, "%s", names[a->m]);
    else
        out_printf(o, "#0x%02x", a->m);
}

A64_DIRECTIVE(isb)
{
    if (a->m != 15)
        out_printf(o, "\t#0x%x", a->m);
}

A64_INSN(clrex, "1101010100 0 00 011 0011 mmmm 010 11111", "clrex{isb}", FEAT_BASE)
{
    ir_clrex(ir);
}

// Loads before anything, stores before stores: the host's own order. Only a full barrier needs an
// operation.
static void barrier(struct a64_tr *t, unsigned crm)
{
    if ((crm & 3) == 3 || (crm & 3) == 0)
        ir_fence(&t->ir, crm);
}

A64_INSN(dsb, "1101010100 0 00 011 0011 mmmm 100 11111", "dsb {barrier}", FEAT_BASE)
{
    barrier(t, a->m);
}

A64_DIRECTIVE(barrier_nxs)
{
    static const char *const names[4] = {"osh", "nsh", "ish", "sy"};
    out_printf(o, "%snxs", names[a->m]);
}

A64_INSN(dsb_nxs, "1101010100 0 00 011 0011 mm10 001 11111", "dsb {barrier_nxs}", FEAT_XS)
{
    ir_fence(ir, 15);
}

A64_INSN(dmb, "1101010100 0 00 011 0011 mmmm 101 11111", "dmb {barrier}", FEAT_BASE)
{
    barrier(t, a->m);
}

A64_INSN(isb, "1101010100 0 00 011 0011 mmmm 110 11111", "isb{isb}", FEAT_BASE)
{
}

A64_INSN(sb, "1101010100 0 00 011 0011 0000 111 11111", "sb", FEAT_SB)
{
}

// ---- cache maintenance: SYS #op1, Cn, Cm, #op2 ----

A64_DIRECTIVE(sys_xt)
{
    if (a->t != 31)
        out_printf(o, ", x%u", a->t);
}

enum { ZVA_PIECE = 64 }; // what the operation clears

// The block of DC ZVA and the like that `pointer` points into.
static ir_ref zva_block(struct a64_tr *t, ir_ref pointer)
{
    uint64_t mask = ~(uint64_t)(a64_model->zva_block - 1);
    return ir_and(&t->ir, 1, pointer, ir_const64(&t->ir, mask));
}

// A block lies in one page: if the first piece does not fault, no other does.
static void clear_block(struct a64_tr *t, ir_ref at)
{
    for (unsigned i = 0; i < a64_model->zva_block; i += ZVA_PIECE)
        ir_dczva(&t->ir, i ? ir_add(&t->ir, 1, at, ir_const64(&t->ir, i)) : at);
}

A64_INSN(dc_zva, "1101010100 0 01 011 0111 0100 001 ttttt", "sys #3, C7, C4, #1{sys_xt}", FEAT_BASE)
{
    ir_ref at = zva_block(t, get_x(t, a->t));
    t->tag_checked = t->mode & A64_MODE_MTE;
    for (unsigned i = 0; i < a64_model->zva_block; i += ZVA_PIECE)
        check_tag(t, IR_TAG_WRITE, 6, at, i);
    clear_block(t, at);
}

// The data caches need nothing, but the address must be readable.
#define DC_CLEAN(id, crm_op2, text, feature)                                  \
    A64_INSN(id, "1101010100 0 01 011 0111 " crm_op2 " ttttt", text, feature) \
    {                                                                         \
        ir_probe(ir, get_x(t, a->t), 0);                                      \
    }

DC_CLEAN(dc_cvac, "1010 001", "sys #3, C7, C10, #1{sys_xt}", FEAT_BASE)
DC_CLEAN(dc_cvau, "1011 001", "sys #3, C7, C11, #1{sys_xt}", FEAT_BASE)
DC_CLEAN(dc_cvap, "1100 001", "sys #3, C7, C12, #1{sys_xt}", FEAT_DPB)
DC_CLEAN(dc_cvadp, "1101 001", "sys #3, C7, C13, #1{sys_xt}", FEAT_DPB2)
DC_CLEAN(dc_civac, "1110 001", "sys #3, C7, C14, #1{sys_xt}", FEAT_BASE)

// Tags, and data and tags, have the operations of data caches.
DC_CLEAN(dc_cgvac, "1010 011", "sys #3, C7, C10, #3{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cgdvac, "1010 101", "sys #3, C7, C10, #5{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cgvap, "1100 011", "sys #3, C7, C12, #3{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cgdvap, "1100 101", "sys #3, C7, C12, #5{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cgvadp, "1101 011", "sys #3, C7, C13, #3{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cgdvadp, "1101 101", "sys #3, C7, C13, #5{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cigvac, "1110 011", "sys #3, C7, C14, #3{sys_xt}", FEAT_MTE)
DC_CLEAN(dc_cigdvac, "1110 101", "sys #3, C7, C14, #5{sys_xt}", FEAT_MTE)

// The tag of Xt for the block of memory at Xt, and zeros for its data.
static ir_ref store_block_tags(struct a64_tr *t, const struct a64_args *a)
{
    ir_ref pointer = get_x(t, a->t);
    ir_ref block = zva_block(t, pointer);
    ir_stg(&t->ir, block, pointer, a64_model->zva_block / IR_TAG_GRANULE);
    return block;
}

A64_INSN(dc_gva, "1101010100 0 01 011 0111 0100 011 ttttt", "sys #3, C7, C4, #3{sys_xt}", FEAT_MTE)
{
    store_block_tags(t, a);
}

A64_INSN(dc_gzva, "1101010100 0 01 011 0111 0100 100 ttttt", "sys #3, C7, C4, #4{sys_xt}", FEAT_MTE)
{
    clear_block(t, store_block_tags(t, a));
}

A64_INSN(ic_ivau, "1101010100 0 01 011 0111 0101 001 ttttt", "sys #3, C7, C5, #1{sys_xt}",
         FEAT_BASE)
{
    ir_ref at = get_x(t, a->t);
    ir_probe(ir, at, 0);
    ir_setx(ir, at, CPU_FIELD(s.arg));
    leave(t, IR_EXIT_IC, t->pc + 4);
}

// ---- system registers ----

struct sysreg {
    const char *name; // NULL: it is printed by its number
    unsigned key;     // op0:op1:CRn:CRm:op2
    ir_ref (*read)(struct a64_tr *t);
    void (*write)(struct a64_tr *t, ir_ref v);
    uint64_t value; // when there is no read function
    enum a64_feature feature;
};
#define KEY(op0, op1, n, m, op2) ((op0) << 14 | (op1) << 11 | (n) << 7 | (m) << 3 | (op2))

// FPCR and FPSR are the two halves of one state slot.
static ir_ref read_fpcr(struct a64_tr *t)
{
    return ir_ubfx(&t->ir, 1, ir_getx(&t->ir, CPU_FIELD(s.fp)), 0 | 32 << 8);
}

static ir_ref read_fpsr(struct a64_tr *t)
{
    return ir_lsr(&t->ir, 1, ir_getx(&t->ir, CPU_FIELD(s.fp)), ir_const64(&t->ir, 32));
}

static void write_fp(struct a64_tr *t, ir_ref v, uint64_t mask, unsigned lsb)
{
    struct ir_block *ir = &t->ir;
    v = ir_and(ir, 1, v, ir_const64(ir, mask));
    ir_setx(ir, ir_bfi(ir, 1, ir_getx(ir, CPU_FIELD(s.fp)), v, lsb | 32 << 8), CPU_FIELD(s.fp));
}

// A new mode is for the instructions behind: they are looked up again. Without one the way on is an
// ordinary branch.
static void write_fpcr(struct a64_tr *t, ir_ref v)
{
    struct ir_block *ir = &t->ir;
    v = ir_and(ir, 1, v, ir_const64(ir, a64_fpcr_bits()));
    ir_ref changed = ir_and(ir, 1, ir_xor(ir, 1, ir_getx(ir, CPU_FIELD(s.fp)), v),
                            ir_const64(ir, CPU_FPCR_MODES));
    write_fp(t, v, UINT32_MAX, 0);
    ir_br_z(ir, 1, changed, t->pc + 4);
    leave(t, IR_EXIT_LOOKUP, t->pc + 4);
}

static void write_fpsr(struct a64_tr *t, ir_ref v)
{
    write_fp(t, v, CPU_FPSR_BITS, 32);
}

static ir_ref read_fpmr(struct a64_tr *t)
{
    return ir_getx(&t->ir, CPU_FIELD(fpmr));
}

static void write_fpmr(struct a64_tr *t, ir_ref v)
{
    ir_setx(&t->ir, ir_and(&t->ir, 1, v, ir_const64(&t->ir, FPMR_BITS)), CPU_FIELD(fpmr));
}

static ir_ref read_nzcv(struct a64_tr *t)
{
    return ir_f2x(&t->ir, get_flags(t));
}

static void write_nzcv(struct a64_tr *t, ir_ref v)
{
    set_flags(t, ir_x2f(&t->ir, v));
}

static ir_ref read_tpidr(struct a64_tr *t)
{
    return ir_getx(&t->ir, CPU_FIELD(tpidr));
}

static void write_tpidr(struct a64_tr *t, ir_ref v)
{
    ir_setx(&t->ir, v, CPU_FIELD(tpidr));
}

static ir_ref read_tpidrro(struct a64_tr *t)
{
    return ir_getx(&t->ir, CPU_FIELD(tpidrro));
}

// TCO, DIT and SSBS are kept where PSTATE has them: bits 25, 24 and 12.
static ir_ref read_bit(struct a64_tr *t, unsigned bit)
{
    return ir_and(&t->ir, 1, ir_getx(&t->ir, CPU_FIELD(pstate_bits)),
                  ir_const64(&t->ir, UINT64_C(1) << bit));
}

static void write_bit(struct a64_tr *t, ir_ref v, unsigned bit)
{
    struct ir_block *ir = &t->ir;
    v = ir_ubfx(ir, 1, v, bit | 1 << 8);
    ir_setx(ir, ir_bfi(ir, 1, ir_getx(ir, CPU_FIELD(pstate_bits)), v, bit | 1 << 8),
            CPU_FIELD(pstate_bits));
}

static ir_ref read_tco(struct a64_tr *t)
{
    return read_bit(t, 25);
}

static void write_tco(struct a64_tr *t, ir_ref v)
{
    write_bit(t, v, 25);
}

static ir_ref read_dit(struct a64_tr *t)
{
    return read_bit(t, 24);
}

static void write_dit(struct a64_tr *t, ir_ref v)
{
    write_bit(t, v, 24);
}

static ir_ref read_ssbs(struct a64_tr *t)
{
    return read_bit(t, 12);
}

static void write_ssbs(struct a64_tr *t, ir_ref v)
{
    write_bit(t, v, 12);
}

static ir_ref read_cntvct(struct a64_tr *t)
{
    return ir_cntvct(&t->ir);
}

// RNDR and RNDRRS also set NZCV to 0000 (success).
static ir_ref read_random(struct a64_tr *t)
{
    set_flags(t, ir_constf(&t->ir, 0));
    return ir_random(&t->ir);
}

static ir_ref read_midr(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_model->midr);
}

static ir_ref read_ctr(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_ctr());
}

static ir_ref read_dczid(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_dczid());
}

// ID registers read as the kernel shows them to programs: of the fields that it hides, those with a
// value are the least it takes for granted. The others come from the features.
enum { DFR0_DEBUG_VERSION = 6 };
#define MMFR0_NO_OTHER_GRANULES UINT64_C(0xff000000)
#define MPIDR_RES1              UINT64_C(0x80000000)

static ir_ref read_pfr0(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_PFR0));
}

static ir_ref read_pfr1(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_PFR1));
}

static ir_ref read_pfr2(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_PFR2));
}

static ir_ref read_fpfr0(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_FPFR0));
}

static ir_ref read_isar0(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_ISAR0));
}

static ir_ref read_isar1(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_ISAR1));
}

static ir_ref read_isar2(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_ISAR2));
}

static ir_ref read_mmfr0(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_MMFR0) | MMFR0_NO_OTHER_GRANULES);
}

static ir_ref read_isar3(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_ISAR3));
}

static ir_ref read_mmfr1(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_MMFR1));
}

static ir_ref read_mmfr2(struct a64_tr *t)
{
    return ir_const64(&t->ir, a64_id_value(A64_ID_MMFR2));
}

static const struct sysreg sysregs[] = {
    {"midr_el1", KEY(3, 0, 0, 0, 0), read_midr, NULL, 0, FEAT_ID_REGS},
    {"mpidr_el1", KEY(3, 0, 0, 0, 5), NULL, NULL, MPIDR_RES1, FEAT_ID_REGS},
    {"revidr_el1", KEY(3, 0, 0, 0, 6), NULL, NULL, 0, FEAT_ID_REGS},
    {"id_aa64pfr0_el1", KEY(3, 0, 0, 4, 0), read_pfr0, NULL, 0, FEAT_ID_REGS},
    {"id_aa64pfr1_el1", KEY(3, 0, 0, 4, 1), read_pfr1, NULL, 0, FEAT_ID_REGS},
    {NULL, KEY(3, 0, 0, 4, 2), read_pfr2, NULL, 0, FEAT_ID_REGS},  // ID_AA64PFR2_EL1
    {NULL, KEY(3, 0, 0, 4, 7), read_fpfr0, NULL, 0, FEAT_ID_REGS}, // ID_AA64FPFR0_EL1
    {"id_aa64zfr0_el1", KEY(3, 0, 0, 4, 4), NULL, NULL, 0, FEAT_ID_REGS},
    {"id_aa64dfr0_el1", KEY(3, 0, 0, 5, 0), NULL, NULL, DFR0_DEBUG_VERSION, FEAT_ID_REGS},
    {"id_aa64dfr1_el1", KEY(3, 0, 0, 5, 1), NULL, NULL, 0, FEAT_ID_REGS},
    {"id_aa64isar0_el1", KEY(3, 0, 0, 6, 0), read_isar0, NULL, 0, FEAT_ID_REGS},
    {"id_aa64isar1_el1", KEY(3, 0, 0, 6, 1), read_isar1, NULL, 0, FEAT_ID_REGS},
    {"id_aa64isar2_el1", KEY(3, 0, 0, 6, 2), read_isar2, NULL, 0, FEAT_ID_REGS},
    {NULL, KEY(3, 0, 0, 6, 3), read_isar3, NULL, 0, FEAT_ID_REGS}, // ID_AA64ISAR3_EL1
    {"id_aa64mmfr0_el1", KEY(3, 0, 0, 7, 0), read_mmfr0, NULL, 0, FEAT_ID_REGS},
    {"id_aa64mmfr1_el1", KEY(3, 0, 0, 7, 1), read_mmfr1, NULL, 0, FEAT_ID_REGS},
    {"id_aa64mmfr2_el1", KEY(3, 0, 0, 7, 2), read_mmfr2, NULL, 0, FEAT_ID_REGS},
    {"ctr_el0", KEY(3, 3, 0, 0, 1), read_ctr, NULL, 0, FEAT_BASE},
    {"dczid_el0", KEY(3, 3, 0, 0, 7), read_dczid, NULL, 0, FEAT_BASE},
    {"rndr", KEY(3, 3, 2, 4, 0), read_random, NULL, 0, FEAT_RNG},
    {"rndrrs", KEY(3, 3, 2, 4, 1), read_random, NULL, 0, FEAT_RNG},
    {"nzcv", KEY(3, 3, 4, 2, 0), read_nzcv, write_nzcv, 0, FEAT_BASE},
    {"dit", KEY(3, 3, 4, 2, 5), read_dit, write_dit, 0, FEAT_DIT},
    {"ssbs", KEY(3, 3, 4, 2, 6), read_ssbs, write_ssbs, 0, FEAT_SSBS2},
    {"tco", KEY(3, 3, 4, 2, 7), read_tco, write_tco, 0, FEAT_MTE},
    {"fpcr", KEY(3, 3, 4, 4, 0), read_fpcr, write_fpcr, 0, FEAT_FP},
    {"fpsr", KEY(3, 3, 4, 4, 1), read_fpsr, write_fpsr, 0, FEAT_FP},
    {NULL, KEY(3, 3, 4, 4, 2), read_fpmr, write_fpmr, 0, FEAT_FPMR}, // FPMR
    {"tpidr_el0", KEY(3, 3, 13, 0, 2), read_tpidr, write_tpidr, 0, FEAT_BASE},
    {"tpidrro_el0", KEY(3, 3, 13, 0, 3), read_tpidrro, NULL, 0, FEAT_BASE},
    {"cntfrq_el0", KEY(3, 3, 14, 0, 0), NULL, NULL, A64_CNTFRQ, FEAT_BASE},
    {"cntvct_el0", KEY(3, 3, 14, 0, 2), read_cntvct, NULL, 0, FEAT_BASE},
    {"cntvctss_el0", KEY(3, 3, 14, 0, 6), read_cntvct, NULL, 0, FEAT_ECV},
};

static unsigned key_of(const struct a64_args *a)
{
    return KEY(2 + a->o, a->p, a->n, a->m, a->q);
}

static const struct sysreg *find_sysreg(const struct a64_args *a)
{
    for (unsigned i = 0; i < ARRAY_LEN(sysregs); i++)
        if (sysregs[i].key == key_of(a))
            return &sysregs[i];
    return NULL;
}

A64_DIRECTIVE(sysreg)
{
    const struct sysreg *r = find_sysreg(a);
    if (r && r->name)
        out_printf(o, "%s", r->name);
    else
        out_printf(o, "s%u_%u_c%u_c%u_%u", 2 + a->o, a->p, a->n, a->m, a->q);
}

// S3_3_C15_C<m>_0, which are the implementation's own, read clock m of clock_gettime(2) in
// nanoseconds: what the vDSO is made of.
static bool is_clock(const struct a64_args *a)
{
    const unsigned clocks = 1 << CLOCK_REALTIME | 1 << CLOCK_MONOTONIC | 1 << CLOCK_MONOTONIC_RAW |
                            1 << CLOCK_REALTIME_COARSE | 1 << CLOCK_MONOTONIC_COARSE |
                            1 << CLOCK_BOOTTIME | 1 << CLOCK_TAI;
    return a->o == 1 && a->p == 3 && a->n == 15 && a->q == 0 && clocks >> a->m & 1;
}

// From the first access to FPSR on UFC is exact: the instruction is looked up again for that.
static bool sees_fpsr_first(struct a64_tr *t, const struct sysreg *r)
{
    if (!r || r->read != read_fpsr || !(t->mode & A64_MODE_FPSR_UNSEEN))
        return false;
    ir_setx(&t->ir, ir_const64(&t->ir, 0), CPU_FIELD(fpsr_unseen));
    leave(t, IR_EXIT_LOOKUP, t->pc);
    return true;
}

A64_INSN(mrs, "1101010100 1 1 o ppp nnnn mmmm qqq ttttt", "mrs {Xt}, {sysreg}", FEAT_BASE)
{
    const struct sysreg *r = find_sysreg(a);
    // The kernel answers for the whole ID space (op0 3, op1 0, CRn 0, CRm 1 to 7): unallocated ones
    // read as zero.
    bool id_space = a->o == 1 && a->p == 0 && a->n == 0 && a->m >= 1 && a->m <= 7;
    if (is_clock(a)) {
        set_x(t, a->t, ir_clock(ir, a->m));
        return;
    }
    if (sees_fpsr_first(t, r))
        return;
    if (r && needs(t, r->feature))
        set_x(t, a->t, r->read ? r->read(t) : ir_const64(ir, r->value));
    else if (!r && id_space && needs(t, FEAT_ID_REGS))
        set_x(t, a->t, ir_const64(ir, 0));
    else if (!r && !id_space)
        undefined(t);
}

A64_INSN(msr_reg, "1101010100 0 1 o ppp nnnn mmmm qqq ttttt", "msr {sysreg}, {Xt}", FEAT_BASE)
{
    const struct sysreg *r = find_sysreg(a);
    if (!r || !r->write)
        undefined(t);
    else if (needs(t, r->feature) && !sees_fpsr_first(t, r))
        r->write(t, get_x(t, a->t));
}

A64_INSN(msr_dit, "1101010100 0 00 011 0100 mmmm 010 11111", "msr dit, {#0xm}", FEAT_DIT)
{
    write_bit(t, ir_const64(ir, (uint64_t)(a->m & 1) << 24), 24);
}

A64_INSN(msr_ssbs, "1101010100 0 00 011 0100 mmmm 001 11111", "msr ssbs, {#0xm}", FEAT_SSBS2)
{
    write_bit(t, ir_const64(ir, (uint64_t)(a->m & 1) << 12), 12);
}

A64_INSN(msr_tco, "1101010100 0 00 011 0100 mmmm 100 11111", "msr tco, {#0xm}", FEAT_MTE)
{
    write_bit(t, ir_const64(ir, (uint64_t)(a->m & 1) << 25), 25);
}
