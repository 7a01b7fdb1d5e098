// SPDX-License-Identifier: MIT
// The encoder against a decoder that is not ours (Zydis): every function of x64/asm.h, with all
// registers, all ways to address memory and immediates around their limits. What comes out must be
// one instruction, of the length that was written, with the operands that were asked for.
#include "base/bits.h"
#include "x64/asm.h"

#include <Zydis/Zydis.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { FAILURES_SHOWN = 20 };

// What an operand should be. Kinds: g general register of the operation's width, d of 32 bits, h of
// 16, b of 8, x vector register, i immediate, m memory.
struct operand {
    char kind;
    bool wide;
    unsigned reg;
    struct x64_mem mem;
    int64_t imm;
};

static uint8_t room[64] __attribute__((aligned(16)));
static ZydisDecoder decoder;
static ZydisFormatter formatter;
static unsigned failures;
static uint64_t checks;

static struct x64_asm begin(void)
{
    memset(room, 0xcc, sizeof room);
    return (struct x64_asm){room, room + sizeof room, room, 0};
}

static ZydisRegister reg_of(const struct operand *o)
{
    ZyanU8 n = (ZyanU8)o->reg;
    switch (o->kind) {
    case 'b': return ZydisRegisterEncode(ZYDIS_REGCLASS_GPR8, n < 4 ? n : (ZyanU8)(n + 4));
    case 'h': return ZydisRegisterEncode(ZYDIS_REGCLASS_GPR16, n);
    case 'd': return ZydisRegisterEncode(ZYDIS_REGCLASS_GPR32, n);
    case 'x': return ZydisRegisterEncode(ZYDIS_REGCLASS_XMM, n);
    default: return ZydisRegisterEncode(o->wide ? ZYDIS_REGCLASS_GPR64 : ZYDIS_REGCLASS_GPR32, n);
    }
}

static bool is_reg(ZydisRegister r, unsigned n)
{
    return n == X64_NONE ? r == ZYDIS_REGISTER_NONE
                         : r == ZydisRegisterEncode(ZYDIS_REGCLASS_GPR64, (ZyanU8)n);
}

static bool same_memory(const ZydisDecodedInstruction *i, const ZydisDecodedOperand *got,
                        const struct x64_mem *m)
{
    ZyanU64 at;
    if (m->base == X64_NONE && !m->rip)
        return got->mem.base == ZYDIS_REGISTER_NONE && got->mem.index == ZYDIS_REGISTER_NONE &&
               got->mem.disp.value == m->disp;
    if (m->base == X64_NONE)
        return got->mem.base == ZYDIS_REGISTER_RIP &&
               ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(i, got, (ZyanU64)room, &at)) &&
               at == (ZyanU64)m->rip;
    return is_reg(got->mem.base, m->base) && is_reg(got->mem.index, m->index) &&
           (m->index == X64_NONE || got->mem.scale == 1u << m->scale) &&
           got->mem.disp.value == m->disp;
}

static bool same(const ZydisDecodedInstruction *i, const ZydisDecodedOperand *got,
                 const struct operand *want)
{
    switch (want->kind) {
    case 'm': return got->type == ZYDIS_OPERAND_TYPE_MEMORY && same_memory(i, got, &want->mem);
    case 'i': return got->type == ZYDIS_OPERAND_TYPE_IMMEDIATE && got->imm.value.s == want->imm;
    default: return got->type == ZYDIS_OPERAND_TYPE_REGISTER && got->reg.value == reg_of(want);
    }
}

static void report(const char *what, const ZydisDecodedInstruction *i,
                   const ZydisDecodedOperand *operands, const uint8_t *end)
{
    char text[128] = "no instruction";
    if (++failures > FAILURES_SHOWN)
        return;
    if (i)
        ZydisFormatterFormatInstruction(&formatter, i, operands, i->operand_count_visible, text,
                                        sizeof text, (ZyanU64)room, NULL);
    printf("FAIL: %s:", what);
    for (const uint8_t *p = room; p < end; p++)
        printf(" %02x", *p);
    printf("  %s\n", text);
}

// The bytes up to a->p are one instruction `mnemonic` with these operands.
static void expect(const struct x64_asm *a, const char *what, ZydisMnemonic mnemonic,
                   const struct operand *want, unsigned n)
{
    ZydisDecodedInstruction i;
    ZydisDecodedOperand got[ZYDIS_MAX_OPERAND_COUNT];
    checks++;
    if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, room, (ZyanUSize)(a->p - room), &i, got))) {
        report(what, NULL, NULL, a->p);
        return;
    }
    bool right = i.length == a->p - room && i.length < X64_INSN_MAX && i.mnemonic == mnemonic &&
                 i.operand_count_visible == n;
    for (unsigned k = 0; right && k < n; k++)
        right = same(&i, &got[k], &want[k]);
    if (!right)
        report(what, &i, got, a->p);
}
#define EXPECT(a, what, mnemonic, ...)                                          \
    expect(a, what, ZYDIS_MNEMONIC_##mnemonic, (struct operand[]){__VA_ARGS__}, \
           sizeof((struct operand[]){__VA_ARGS__}) / sizeof(struct operand))

static struct operand reg(char kind, bool wide, unsigned r)
{
    return (struct operand){.kind = kind, .wide = wide, .reg = r};
}

static struct operand memory(struct x64_mem m)
{
    return (struct operand){.kind = 'm', .mem = m};
}

static struct operand immediate(int64_t v)
{
    return (struct operand){.kind = 'i', .imm = v};
}

// ---- all ways to address memory ----

static const int32_t disps[] = {0, 1, -1, 127, -128, 128, -129, 0x12345678, INT32_MIN};
enum { ADDRESSES = 17 * 16 * 4 * ARRAY_LEN(disps) + 3 };

// The n-th; false if there is none of that number.
static bool address(unsigned n, struct x64_mem *m)
{
    const unsigned d = ARRAY_LEN(disps);
    if (n >= 17 * 16 * 4 * d) { // relative to the instruction pointer
        unsigned k = n - 17 * 16 * 4 * d;
        *m = (struct x64_mem){X64_NONE, X64_NONE, 0, 0, room + (k == 0 ? 0 : k == 1 ? 40 : -4096)};
        return true;
    }
    unsigned index = n / d / 4 / 16, scale = n / d / 16 % 4;
    *m = (struct x64_mem){.base = (uint8_t)(n / d % 16),
                          .index = index == 16 ? X64_NONE : (uint8_t)index,
                          .scale = (uint8_t)scale,
                          .disp = disps[n % d]};
    return index != X64_RSP && (index != 16 || scale == 0);
}

// A sample for what differs in nothing but the operation.
static bool few(unsigned n)
{
    return n % 37 == 0 || n >= ADDRESSES - 3;
}

// ---- the legacy encoding ----

static const struct legacy {
    const char *what;
    unsigned op;
    ZydisMnemonic mnemonic;
    char reg, rm;  // kinds; reg -: an opcode extension stands there
    bool rm_first; // rm is the first operand
    bool register_too, memory_too;
} legacy[] = {
    {"mov", 0x8b, ZYDIS_MNEMONIC_MOV, 'g', 'g', false, true, true},
    {"mov store", 0x89, ZYDIS_MNEMONIC_MOV, 'g', 'g', true, true, true},
    {"lea", 0x8d, ZYDIS_MNEMONIC_LEA, 'g', 'g', false, false, true},
    {"imul", X64_0F | 0xaf, ZYDIS_MNEMONIC_IMUL, 'g', 'g', false, true, true},
    {"movzx 16", X64_0F | 0xb7, ZYDIS_MNEMONIC_MOVZX, 'g', 'h', false, true, true},
    {"lzcnt", X64_PF3 | X64_0F | 0xbd, ZYDIS_MNEMONIC_LZCNT, 'g', 'g', false, true, true},
    {"popcnt", X64_PF3 | X64_0F | 0xb8, ZYDIS_MNEMONIC_POPCNT, 'g', 'g', false, true, true},
    {"crc32", X64_PF2 | X64_0F38 | 0xf1, ZYDIS_MNEMONIC_CRC32, 'g', 'g', false, true, true},
    {"movbe", X64_0F38 | 0xf0, ZYDIS_MNEMONIC_MOVBE, 'g', 'g', false, false, true},
    {"sha256msg1", X64_0F38 | 0xcc, ZYDIS_MNEMONIC_SHA256MSG1, 'x', 'x', false, true, true},
};

static void test_legacy(void)
{
    struct x64_mem m;
    for (unsigned k = 0; k < ARRAY_LEN(legacy); k++) {
        const struct legacy *l = &legacy[k];
        for (unsigned w = 0; w < (l->reg == 'x' ? 1 : 2); w++) {
            for (unsigned r = 0; r < 16; r++) {
                for (unsigned s = 0; l->register_too && s < 16; s++) {
                    struct operand x[2] = {reg(l->reg, w, r), reg(l->rm, w, s)},
                                   y[2] = {x[1], x[0]};
                    struct x64_asm a = begin();
                    x64_rr(&a, l->op, w, r, s);
                    expect(&a, l->what, l->mnemonic, l->rm_first ? y : x, 2);
                }
                for (unsigned n = 0; l->memory_too && n < ADDRESSES; n++) {
                    if (!address(n, &m) || (k > 0 && !few(n)))
                        continue;
                    struct operand x[2] = {reg(l->reg, w, r), memory(m)}, y[2] = {x[1], x[0]};
                    struct x64_asm a = begin();
                    x64_rm(&a, l->op, w, r, m);
                    expect(&a, l->what, l->mnemonic, l->rm_first ? y : x, 2);
                }
            }
        }
    }
}

static void test_bytes(void)
{
    struct x64_mem m;
    for (unsigned r = 0; r < 16; r++) {
        for (unsigned s = 0; s < 16; s++) {
            struct x64_asm a = begin();
            x64_rr8(&a, X64_0F | 0xb6, r, s);
            EXPECT(&a, "movzx 8", MOVZX, reg('d', false, r), reg('b', false, s));
            a = begin();
            x64_rr8(&a, 0x88, r, s);
            EXPECT(&a, "mov 8", MOV, reg('b', false, s), reg('b', false, r));
        }
        for (unsigned n = 0; n < ADDRESSES; n++) {
            if (!address(n, &m) || !few(n))
                continue;
            struct x64_asm a = begin();
            x64_rm8(&a, 0x88, r, m);
            EXPECT(&a, "mov 8 store", MOV, memory(m), reg('b', false, r));
            a = begin();
            x64_store_i8(&a, m, (uint8_t)(r * 8 + 3));
            EXPECT(&a, "mov 8 constant", MOV, memory(m), immediate(r * 8 + 3));
            a = begin();
            x64_cmp_mi8(&a, m, (uint8_t)(r * 8 + 3));
            EXPECT(&a, "cmp 8 constant", CMP, memory(m), immediate(r * 8 + 3));
        }
        for (unsigned cc = 0; cc < 16; cc++) {
            static const ZydisMnemonic set[16] = {
                ZYDIS_MNEMONIC_SETO,  ZYDIS_MNEMONIC_SETNO,  ZYDIS_MNEMONIC_SETB,
                ZYDIS_MNEMONIC_SETNB, ZYDIS_MNEMONIC_SETZ,   ZYDIS_MNEMONIC_SETNZ,
                ZYDIS_MNEMONIC_SETBE, ZYDIS_MNEMONIC_SETNBE, ZYDIS_MNEMONIC_SETS,
                ZYDIS_MNEMONIC_SETNS, ZYDIS_MNEMONIC_SETP,   ZYDIS_MNEMONIC_SETNP,
                ZYDIS_MNEMONIC_SETL,  ZYDIS_MNEMONIC_SETNL,  ZYDIS_MNEMONIC_SETLE,
                ZYDIS_MNEMONIC_SETNLE};
            struct x64_asm a = begin();
            x64_setcc(&a, (enum x64_cc)cc, r);
            expect(&a, "setcc", set[cc], (struct operand[]){reg('b', false, r)}, 1);
        }
    }
}

// What is near, or in the first 2 GiB, is named by 32 bits.
static void test_reaches(void)
{
    static const struct {
        int64_t distance; // from where the code runs
        bool reached;
    } cases[] = {{0, true},
                 {1000, true},
                 {-1000, true},
                 {INT32_MAX - 100, true},
                 {INT32_MIN + 100, true},
                 {INT64_C(1) << 31, false},
                 {-(INT64_C(1) << 31) - 1, false},
                 {INT64_C(1) << 40, false}};
    static const ptrdiff_t exec[] = {0, INT64_C(1) << 33};
    struct x64_mem m;
    for (unsigned e = 0; e < ARRAY_LEN(exec); e++) {
        for (unsigned k = 0; k < ARRAY_LEN(cases); k++) {
            struct x64_asm a = begin();
            a.exec = exec[e];
            uint64_t at = (uint64_t)room + (uint64_t)exec[e] + (uint64_t)cases[k].distance;
            checks++;
            if (x64_reaches(&a, at, &m) != cases[k].reached)
                report("reaches", NULL, NULL, room);
            x64_mov_ri(&a, X64_R9, at);
            if (cases[k].reached)
                EXPECT(&a, "lea constant", LEA, reg('g', true, X64_R9), memory(m));
            else
                EXPECT(&a, "mov constant", MOV, reg('g', true, X64_R9), immediate((int64_t)at));
        }
    }
    for (unsigned r = 0; r < 16; r++) {
        struct x64_asm a = begin();
        if (!x64_reaches(&a, INT32_MAX - r, &m) || x64_reaches(&a, INT32_MAX + UINT64_C(1), &m))
            report("reaches low", NULL, NULL, room);
        x64_reaches(&a, INT32_MAX - r, &m);
        x64_load(&a, true, r, m);
        EXPECT(&a, "mov low", MOV, reg('g', true, r), memory(m));
        a = begin();
        x64_rmi(&a, X64_0F | 0xac, true, r, m, 31);
        EXPECT(&a, "shrd low", SHRD, memory(m), reg('g', true, r), immediate(31));
        a = begin();
        x64_vrm(&a, X64_P66 | X64_0F | 0xfe, false, r, 3, m);
        EXPECT(&a, "vpaddd low", VPADDD, reg('x', false, r), reg('x', false, 3), memory(m));
        a = begin();
        x64_mov_ri_free(&a, r, 0);
        EXPECT(&a, "xor", XOR, reg('d', false, r), reg('d', false, r));
    }
}

// With an immediate byte.
static void test_immediate_bytes(void)
{
    static const struct {
        enum x64_shift op;
        ZydisMnemonic mnemonic;
    } shifts[] = {{X64_ROL, ZYDIS_MNEMONIC_ROL},
                  {X64_ROR, ZYDIS_MNEMONIC_ROR},
                  {X64_SHL, ZYDIS_MNEMONIC_SHL},
                  {X64_SHR, ZYDIS_MNEMONIC_SHR},
                  {X64_SAR, ZYDIS_MNEMONIC_SAR}};
    struct x64_mem m;
    for (unsigned w = 0; w < 2; w++) {
        for (unsigned r = 0; r < 16; r++) {
            for (unsigned k = 0; k < ARRAY_LEN(shifts); k++)
                for (unsigned n = 1; n < (w ? 64 : 32); n++) {
                    struct x64_asm a = begin();
                    x64_shift_ri(&a, shifts[k].op, w, r, n);
                    expect(&a, "shift", shifts[k].mnemonic,
                           (struct operand[]){reg('g', w, r), immediate(n)}, 2);
                }
            for (unsigned s = 0; s < 16; s++) {
                struct x64_asm a = begin();
                x64_rri(&a, X64_0F | 0xac, w, r, s, 17);
                EXPECT(&a, "shrd", SHRD, reg('g', w, s), reg('g', w, r), immediate(17));
                a = begin();
                x64_rri(&a, X64_0F3A | 0xcc, false, r, s, 2);
                EXPECT(&a, "sha1rnds4", SHA1RNDS4, reg('x', false, r), reg('x', false, s),
                       immediate(2));
            }
            for (unsigned n = 0; n < ADDRESSES; n++) {
                if (!address(n, &m) || !few(n))
                    continue;
                struct x64_asm a = begin();
                x64_rmi(&a, X64_0F | 0xac, w, r, m, 31);
                EXPECT(&a, "shrd memory", SHRD, memory(m), reg('g', w, r), immediate(31));
            }
        }
    }
}

// ---- the VEX encoding ----

static const struct vex {
    unsigned op;
    ZydisMnemonic mnemonic;
    bool w;
    char reg, v, rm;   // kinds; v -: none
    const char *order; // of the operands: r, v, m
    bool immediate;
    bool register_too, memory_too;
} vex[] = {
    {X64_P66 | X64_0F | 0xfe, ZYDIS_MNEMONIC_VPADDD, false, 'x', 'x', 'x', "rvm", false, true,
     true},
    {X64_0F | 0x58, ZYDIS_MNEMONIC_VADDPS, false, 'x', 'x', 'x', "rvm", false, true, true},
    {X64_PF2 | X64_0F | 0x58, ZYDIS_MNEMONIC_VADDSD, false, 'x', 'x', 'x', "rvm", false, true,
     true},
    {X64_PF3 | X64_0F | 0x51, ZYDIS_MNEMONIC_VSQRTSS, false, 'x', 'x', 'x', "rvm", false, true,
     true},
    {X64_P66 | X64_0F | 0x6f, ZYDIS_MNEMONIC_VMOVDQA, false, 'x', '-', 'x', "rm", false, true,
     true},
    {X64_PF3 | X64_0F | 0x7f, ZYDIS_MNEMONIC_VMOVDQU, false, 'x', '-', 'x', "mr", false, true,
     true},
    {X64_P66 | X64_0F | 0x6e, ZYDIS_MNEMONIC_VMOVD, false, 'x', '-', 'd', "rm", false, true, true},
    {X64_P66 | X64_0F | 0x6e, ZYDIS_MNEMONIC_VMOVQ, true, 'x', '-', 'g', "rm", false, true, true},
    {X64_P66 | X64_0F38 | 0x00, ZYDIS_MNEMONIC_VPSHUFB, false, 'x', 'x', 'x', "rvm", false, true,
     true},
    {X64_P66 | X64_0F38 | 0xb8, ZYDIS_MNEMONIC_VFMADD231PD, true, 'x', 'x', 'x', "rvm", false, true,
     true},
    {X64_P66 | X64_0F | 0x70, ZYDIS_MNEMONIC_VPSHUFD, false, 'x', '-', 'x', "rm", true, true, true},
    {X64_P66 | X64_0F3A | 0x0f, ZYDIS_MNEMONIC_VPALIGNR, false, 'x', 'x', 'x', "rvm", true, true,
     true},
    {X64_P66 | X64_0F3A | 0x16, ZYDIS_MNEMONIC_VPEXTRQ, true, 'x', '-', 'g', "mr", true, true,
     true},
    {X64_P66 | X64_0F3A | 0x22, ZYDIS_MNEMONIC_VPINSRQ, true, 'x', 'x', 'g', "rvm", true, true,
     true},
    {X64_0F38 | 0xf2, ZYDIS_MNEMONIC_ANDN, false, 'g', 'g', 'g', "rvm", false, true, true},
    {X64_0F38 | 0xf2, ZYDIS_MNEMONIC_ANDN, true, 'g', 'g', 'g', "rvm", false, true, true},
    {X64_P66 | X64_0F38 | 0xf7, ZYDIS_MNEMONIC_SHLX, true, 'g', 'g', 'g', "rmv", false, true, true},
    {X64_PF3 | X64_0F38 | 0xf7, ZYDIS_MNEMONIC_SARX, false, 'g', 'g', 'g', "rmv", false, true,
     true},
    {X64_PF3 | X64_0F38 | 0xf5, ZYDIS_MNEMONIC_PEXT, true, 'g', 'g', 'g', "rvm", false, true, true},
    {X64_PF2 | X64_0F3A | 0xf0, ZYDIS_MNEMONIC_RORX, true, 'g', '-', 'g', "rm", true, true, true},
    {X64_PF2 | X64_0F3A | 0xf0, ZYDIS_MNEMONIC_RORX, false, 'g', '-', 'g', "rm", true, true, true},
};

static void expect_vex(const struct x64_asm *a, const struct vex *x, struct operand r,
                       struct operand v, struct operand m)
{
    struct operand want[4];
    unsigned n = 0;
    for (const char *o = x->order; *o; o++)
        want[n++] = *o == 'r' ? r : *o == 'v' ? v : m;
    if (x->immediate)
        want[n++] = immediate(1);
    expect(a, ZydisMnemonicGetString(x->mnemonic), x->mnemonic, want, n);
}

static void test_vex(void)
{
    struct x64_mem m;
    for (unsigned k = 0; k < ARRAY_LEN(vex); k++) {
        const struct vex *x = &vex[k];
        unsigned vs = x->v == '-' ? 1 : 16;
        for (unsigned r = 0; r < 16; r++) {
            for (unsigned v = 0; v < vs; v++) {
                struct operand ro = reg(x->reg, x->w, r), vo = reg(x->v, x->w, v);
                for (unsigned s = 0; x->register_too && s < 16; s++) {
                    struct x64_asm a = begin();
                    if (x->immediate)
                        x64_vrri(&a, x->op, x->w, r, v, s, 1);
                    else
                        x64_vrr(&a, x->op, x->w, r, v, s);
                    expect_vex(&a, x, ro, vo, reg(x->rm, x->w, s));
                }
                for (unsigned n = 0; n < ADDRESSES; n++) {
                    if (!address(n, &m) || ((k > 0 || v > 0) && !few(n + r)))
                        continue;
                    struct x64_asm a = begin();
                    if (x->immediate)
                        x64_vrmi(&a, x->op, x->w, r, v, m, 1);
                    else
                        x64_vrm(&a, x->op, x->w, r, v, m);
                    expect_vex(&a, x, ro, vo, memory(m));
                }
            }
        }
    }
}

// ---- the EVEX encoding: each row of x64/evex.def ----

static const struct evex {
    const char *name;
    unsigned op;
} evex[] = {
#define X64_EVEX_FORM(name, op, w, bytes) {#name, op},
#include "x64/evex.def"
#undef X64_EVEX_FORM
};

// What stands in each field: how many registers there are to choose from; 0: no operand.
struct fields {
    unsigned reg, v, rm;
};

static bool has_immediate(unsigned op)
{
    unsigned byte = op & 0xff;
    return (op & X64_0F3A) == X64_0F3A || (byte >= 0x70 && byte <= 0x73 && op & X64_0F) ||
           byte == 0xc2 || byte == 0xc4 || byte == 0xc5 || byte == 0xc6;
}

static unsigned *field(struct fields *f, ZydisOperandEncoding e)
{
    return e == ZYDIS_OPERAND_ENCODING_MODRM_REG  ? &f->reg
           : e == ZYDIS_OPERAND_ENCODING_NDSNDD   ? &f->v
           : e == ZYDIS_OPERAND_ENCODING_MODRM_RM ? &f->rm
                                                  : NULL;
}

static void write_evex(struct x64_asm *a, unsigned op, bool w, const struct fields *f,
                       const struct x64_mem *m)
{
    bool imm = has_immediate(op);
    *a = begin();
    if (m && imm)
        x64_vrmi(a, op, w, f->reg, f->v, *m, 1);
    else if (m)
        x64_vrm(a, op, w, f->reg, f->v, *m);
    else if (imm)
        x64_vrri(a, op, w, f->reg, f->v, f->rm, 1);
    else
        x64_vrr(a, op, w, f->reg, f->v, f->rm);
}

// False if it is no instruction.
static bool decode(const struct x64_asm *a, ZydisDecodedInstruction *i,
                   ZydisDecodedOperand *operands)
{
    return ZYAN_SUCCESS(
        ZydisDecoderDecodeFull(&decoder, room, (ZyanUSize)(a->p - room), i, operands));
}

// The instruction with these registers, or memory; name NULL: any.
static void expect_evex(const char *what, const char *name, unsigned op, bool w, struct fields f,
                        const struct x64_mem *m)
{
    ZydisDecodedInstruction i;
    ZydisDecodedOperand got[ZYDIS_MAX_OPERAND_COUNT];
    struct x64_asm a;
    write_evex(&a, op, w, &f, m);
    checks++;
    if (!decode(&a, &i, got)) {
        report(what, NULL, NULL, a.p);
        return;
    }
    bool mask = op & (X64_MASK & ~X64_EVEX), zeroing = op & (X64_ZEROING & ~X64_MASK);
    bool right = i.length == a.p - room && i.length < X64_INSN_MAX &&
                 (!name || !strcmp(ZydisMnemonicGetString(i.mnemonic), name)) &&
                 i.avx.mask.reg == (mask ? ZYDIS_REGISTER_K1 : ZYDIS_REGISTER_K0) &&
                 (i.avx.mask.mode == ZYDIS_MASK_MODE_ZEROING) == zeroing;
    for (unsigned k = 0; right && k < i.operand_count_visible; k++) {
        unsigned *n = field(&f, got[k].encoding);
        if (n && got[k].type == ZYDIS_OPERAND_TYPE_MEMORY)
            right = same_memory(&i, &got[k], m);
        else if (n)
            right = ZydisRegisterGetId(got[k].reg.value) == (ZyanI8)*n;
    }
    if (!right)
        report(what, &i, got, a.p);
}

// Finds out what the fields are. False if there is no such instruction.
static bool find_fields(unsigned op, bool w, unsigned reg, const struct x64_mem *m,
                        struct fields *f)
{
    ZydisDecodedInstruction i;
    ZydisDecodedOperand got[ZYDIS_MAX_OPERAND_COUNT];
    struct x64_asm a;
    *f = (struct fields){.reg = reg};
    write_evex(&a, op | X64_EVEX, w, f, m);
    *f = (struct fields){0};
    if (!decode(&a, &i, got))
        return false;
    for (unsigned k = 0; k < i.operand_count_visible; k++) {
        unsigned *n = field(f, got[k].encoding);
        if (!n || got[k].type != ZYDIS_OPERAND_TYPE_REGISTER)
            continue;
        ZydisRegisterClass class = ZydisRegisterGetClass(got[k].reg.value);
        bool vector = class == ZYDIS_REGCLASS_XMM || class == ZYDIS_REGCLASS_YMM;
        *n = vector ? 32 : class == ZYDIS_REGCLASS_MASK ? 8 : 16;
    }
    return true;
}

static unsigned any_of(unsigned n, unsigned k)
{
    return n ? k % n : 0;
}

// Of 256 bits: between registers alone, but for those that are nothing else.
static bool is_of_256(const struct evex *e)
{
    return strstr(e->name, "32x4");
}

static void test_evex_256(const struct evex *e, unsigned extension)
{
    struct fields f, use;
    ZydisDecodedInstruction i;
    ZydisDecodedOperand got[ZYDIS_MAX_OPERAND_COUNT];
    struct x64_asm a;
    if (!find_fields(e->op | X64_256, false, extension, NULL, &f))
        return;
    for (unsigned k = 0; k < 32; k++) {
        use = (struct fields){f.reg ? k % f.reg : extension, any_of(f.v, k * 5 + 1),
                              any_of(f.rm, k * 11 + 2)};
        write_evex(&a, e->op | X64_EVEX | X64_256, false, &use, NULL);
        if (decode(&a, &i, got) && i.avx.vector_length != 256) // a scalar's
            return;
        expect_evex(e->name, NULL, e->op | X64_EVEX | X64_256, false, use, NULL);
    }
}

static void test_evex_form(const struct evex *e, bool w, unsigned extension)
{
    static const int32_t displacements[] = {0,    1,    4,     8,     16,    127,   128,
                                            -128, -129, 508,   512,   -512,  1016,  1024,
                                            2032, 2048, -2048, -2049, -2064, 65536, INT32_MIN};
    const char *name = w || (extension && extension != 2) ? NULL : e->name;
    struct fields f, use;
    struct x64_mem m = {.base = X64_RBX, .index = X64_NONE};
    if (find_fields(e->op, w, extension, NULL, &f))
        for (unsigned k = 0; k < 32 * 7; k++) {
            use = (struct fields){any_of(f.reg, k), any_of(f.v, k / 7 * 5 + 1),
                                  any_of(f.rm, k / 3 * 11 + 2)};
            if (!f.reg)
                use.reg = extension;
            if ((use.reg | use.v | use.rm) & 16)
                expect_evex(e->name, name, e->op, w, use, NULL);
            expect_evex(e->name, name, e->op | X64_EVEX, w, use, NULL);
        }
    else if (!w && (!extension || extension == 2) && !find_fields(e->op, w, extension, &m, &f))
        report(e->name, NULL, NULL, room);
    if (!find_fields(e->op, w, extension, &m, &f))
        return;
    for (unsigned k = 0; k < 16 * ARRAY_LEN(displacements); k++) {
        unsigned index = k * 7 % 17;
        use = (struct fields){f.reg ? any_of(f.reg, k) : extension, any_of(f.v, k * 3 + 1), 0};
        m = (struct x64_mem){.base = (uint8_t)(k % 16),
                             .index = index == X64_RSP || index == 16 ? X64_NONE : (uint8_t)index,
                             .disp = displacements[k / 16]};
        expect_evex(e->name, name, e->op | X64_EVEX, w, use, &m);
        m = (struct x64_mem){.base = X64_NONE, .index = X64_NONE, .rip = room + k};
        expect_evex(e->name, name, e->op | X64_EVEX, w, use, &m);
    }
}

// Masks are a part of the prefix; these two stand for all.
static void test_masks(void)
{
    for (unsigned k = 0; k < 32; k++) {
        struct fields f = {k, (k + 7) % 32, (k + 20) % 32};
        expect_evex("vpblendmb", "vpblendmb", X64_MASK | X64_P66 | X64_0F38 | 0x66, false, f, NULL);
        expect_evex("vpshufb", "vpshufb", X64_ZEROING | X64_P66 | X64_0F38 | 0x00, false, f, NULL);
    }
}

static void test_evex(void)
{
    for (unsigned k = 0; k < ARRAY_LEN(evex); k++) {
        unsigned byte = evex[k].op & 0xff;
        bool by_extension =
            (evex[k].op & ~0xffu) == (X64_P66 | X64_0F) && byte >= 0x71 && byte <= 0x73;
        struct evex e = evex[k];
        if (!x64_has_evex(e.op))
            report(e.name, NULL, NULL, room);
        if (is_of_256(&e))
            e.op |= X64_256;
        for (unsigned extension = 0; extension < (by_extension ? 8 : 1); extension++)
            test_evex_256(&e, extension);
        for (unsigned w = 0; w < 2; w++)
            for (unsigned extension = 0; extension < (by_extension ? 8 : 1); extension++)
                if (!by_extension || (extension == 2 && !w) || extension >= 4)
                    test_evex_form(&e, w, extension);
    }
    test_masks();
    checks++;
    if (x64_has_evex(X64_P66 | X64_0F38 | 0x17) || x64_has_evex(X64_P66 | X64_0F38 | 0xdb))
        report("vptest and vaesimc have no EVEX encoding", NULL, NULL, room);
}

// ---- integer instructions in daily use ----

static const int64_t values[] = {0,
                                 1,
                                 -1,
                                 127,
                                 128,
                                 -128,
                                 -129,
                                 255,
                                 0x7fffffff,
                                 INT32_MIN,
                                 0x80000000,
                                 0xffffffff,
                                 0x12345678,
                                 INT64_MAX,
                                 INT64_MIN,
                                 INT64_C(-0x80000001),
                                 INT64_C(0x100000000),
                                 INT64_C(0x123456789abcdef0)};

// The shortest form that leaves this value in the register, however it is written.
static void test_constants(void)
{
    for (unsigned r = 0; r < 16; r++)
        for (unsigned k = 0; k < ARRAY_LEN(values); k++) {
            int64_t v = values[k];
            bool small = v >= 0 && v <= UINT32_MAX;
            struct x64_asm a = begin();
            x64_mov_ri(&a, r, (uint64_t)v);
            EXPECT(&a, "mov constant", MOV, reg(small ? 'd' : 'g', true, r),
                   immediate(small ? (int32_t)v : v));
            unsigned length = (unsigned)(a.p - room), rex = r >= 8;
            if (length != (small ? 5 + rex : v == (int32_t)v ? 7 : 10))
                report("mov constant: not the shortest form", NULL, NULL, a.p);
        }
}

static void test_alu(void)
{
    static const ZydisMnemonic name[8] = {
        ZYDIS_MNEMONIC_ADD, ZYDIS_MNEMONIC_OR,  ZYDIS_MNEMONIC_ADC, ZYDIS_MNEMONIC_SBB,
        ZYDIS_MNEMONIC_AND, ZYDIS_MNEMONIC_SUB, ZYDIS_MNEMONIC_XOR, ZYDIS_MNEMONIC_CMP};
    struct x64_mem m;
    for (unsigned op = 0; op < 8; op++)
        for (unsigned w = 0; w < 2; w++) {
            for (unsigned r = 0; r < 16; r++) {
                struct operand d = reg('g', w, r);
                for (unsigned s = 0; s < 16; s++) {
                    struct x64_asm a = begin();
                    x64_alu_rr(&a, (enum x64_alu)op, w, r, s);
                    expect(&a, "alu_rr", name[op], (struct operand[]){d, reg('g', w, s)}, 2);
                }
                for (unsigned k = 0; k < ARRAY_LEN(values); k++) {
                    if (values[k] != (int32_t)values[k])
                        continue;
                    struct x64_asm a = begin();
                    x64_alu_ri(&a, (enum x64_alu)op, w, r, (int32_t)values[k]);
                    expect(&a, "alu_ri", name[op], (struct operand[]){d, immediate(values[k])}, 2);
                }
                for (unsigned n = 0; n < ADDRESSES; n++) {
                    if (!address(n, &m) || !few(n + r))
                        continue;
                    struct x64_asm a = begin();
                    x64_alu_rm(&a, (enum x64_alu)op, w, r, m);
                    expect(&a, "alu_rm", name[op], (struct operand[]){d, memory(m)}, 2);
                }
            }
            for (unsigned n = 0; n < ADDRESSES; n++)
                for (unsigned k = 0; address(n, &m) && few(n) && k < ARRAY_LEN(values); k++) {
                    if (values[k] != (int32_t)values[k])
                        continue;
                    struct x64_asm a = begin();
                    x64_alu_mi(&a, (enum x64_alu)op, w, m, (int32_t)values[k]);
                    expect(&a, "alu_mi", name[op],
                           (struct operand[]){memory(m), immediate(values[k])}, 2);
                }
        }
}

static void test_moves(void)
{
    static const ZydisMnemonic cmov[16] = {
        ZYDIS_MNEMONIC_CMOVO, ZYDIS_MNEMONIC_CMOVNO, ZYDIS_MNEMONIC_CMOVB,  ZYDIS_MNEMONIC_CMOVNB,
        ZYDIS_MNEMONIC_CMOVZ, ZYDIS_MNEMONIC_CMOVNZ, ZYDIS_MNEMONIC_CMOVBE, ZYDIS_MNEMONIC_CMOVNBE,
        ZYDIS_MNEMONIC_CMOVS, ZYDIS_MNEMONIC_CMOVNS, ZYDIS_MNEMONIC_CMOVP,  ZYDIS_MNEMONIC_CMOVNP,
        ZYDIS_MNEMONIC_CMOVL, ZYDIS_MNEMONIC_CMOVNL, ZYDIS_MNEMONIC_CMOVLE, ZYDIS_MNEMONIC_CMOVNLE};
    struct x64_mem m;
    for (unsigned w = 0; w < 2; w++)
        for (unsigned r = 0; r < 16; r++) {
            struct operand d = reg('g', w, r);
            for (unsigned s = 0; s < 16; s++) {
                struct operand o = reg('g', w, s);
                struct x64_asm a = begin();
                x64_mov_rr(&a, w, r, s);
                EXPECT(&a, "mov_rr", MOV, d, o);
                a = begin();
                x64_test_rr(&a, w, r, s);
                EXPECT(&a, "test_rr", TEST, d, o);
                for (unsigned cc = 0; cc < 16; cc++) {
                    a = begin();
                    x64_cmov_rr(&a, (enum x64_cc)cc, w, r, s);
                    expect(&a, "cmov_rr", cmov[cc], (struct operand[]){d, o}, 2);
                }
            }
            for (unsigned n = 0; n < ADDRESSES; n++) {
                if (!address(n, &m) || !few(n + r))
                    continue;
                struct x64_asm a = begin();
                x64_load(&a, w, r, m);
                EXPECT(&a, "load", MOV, d, memory(m));
                a = begin();
                x64_store(&a, w, m, r);
                EXPECT(&a, "store", MOV, memory(m), d);
                a = begin();
                x64_lea(&a, w, r, m);
                EXPECT(&a, "lea", LEA, d, memory(m));
            }
        }
    for (unsigned n = 0; n < ADDRESSES; n++)
        for (unsigned k = 0; address(n, &m) && k < ARRAY_LEN(values); k++) {
            if (values[k] != (int32_t)values[k])
                continue;
            for (unsigned w = 0; w < 2; w++) {
                struct x64_asm a = begin();
                x64_store_i32(&a, w, m, (int32_t)values[k]);
                EXPECT(&a, "store_i32", MOV, memory(m), immediate(values[k]));
            }
        }
    for (unsigned r = 0; r < 16; r++)
        for (unsigned k = 0; k < ARRAY_LEN(values); k++) {
            struct x64_asm a = begin();
            x64_test_ri(&a, r, (uint32_t)values[k]);
            EXPECT(&a, "test_ri", TEST, reg('d', false, r), immediate((int32_t)values[k]));
        }
}

// ---- jumps and calls ----

static void expect_jump(const uint8_t *from, const struct x64_asm *a, const uint8_t *distance,
                        ZydisMnemonic mnemonic, const void *target)
{
    ZydisDecodedInstruction i;
    ZydisDecodedOperand got[ZYDIS_MAX_OPERAND_COUNT];
    ZyanU64 to = 0;
    checks++;
    if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, from, (ZyanUSize)(a->p - from), &i, got)) ||
        ZYAN_FAILED(ZydisCalcAbsoluteAddress(&i, &got[0], (ZyanU64)from, &to)) ||
        i.length != a->p - from || i.mnemonic != mnemonic || distance != a->p - 4 ||
        to != (ZyanU64)target)
        report("jump", NULL, NULL, a->p);
}

// One instruction that does nothing, or none; before another branch than a conditional one
// prefixes.
static void expect_nop(const uint8_t *from, const uint8_t *to, bool conditional)
{
    ZydisDecodedInstruction i;
    ZydisDecodedOperand got[ZYDIS_MAX_OPERAND_COUNT];
    while (!conditional && from < to && *from == 0x2e)
        from++;
    if (from == to)
        return;
    if (ZYAN_FAILED(ZydisDecoderDecodeFull(&decoder, from, (ZyanUSize)(to - from), &i, got)) ||
        i.mnemonic != ZYDIS_MNEMONIC_NOP || i.length != to - from)
        report("jump: no nop before it", NULL, NULL, to);
}

static void test_jumps(void)
{
    static const ZydisMnemonic jcc[16] = {
        ZYDIS_MNEMONIC_JO, ZYDIS_MNEMONIC_JNO, ZYDIS_MNEMONIC_JB,  ZYDIS_MNEMONIC_JNB,
        ZYDIS_MNEMONIC_JZ, ZYDIS_MNEMONIC_JNZ, ZYDIS_MNEMONIC_JBE, ZYDIS_MNEMONIC_JNBE,
        ZYDIS_MNEMONIC_JS, ZYDIS_MNEMONIC_JNS, ZYDIS_MNEMONIC_JP,  ZYDIS_MNEMONIC_JNP,
        ZYDIS_MNEMONIC_JL, ZYDIS_MNEMONIC_JNL, ZYDIS_MNEMONIC_JLE, ZYDIS_MNEMONIC_JNLE};
    struct x64_mem m;
    for (unsigned at = 0; at < 8; at++)
        for (unsigned cc = 0; cc < 18; cc++) // 16: jmp, 17: call
            for (unsigned aligned = 0; aligned < 2; aligned++) {
                struct x64_asm a = begin();
                a.p += at;
                const uint8_t *target = room + 64 * cc - 512;
                uint8_t *d = cc < 16    ? x64_jcc(&a, (enum x64_cc)cc, target, aligned)
                             : cc == 16 ? x64_jmp(&a, target, aligned)
                                        : x64_call(&a, target, aligned);
                ZydisMnemonic name = cc < 16    ? jcc[cc]
                                     : cc == 16 ? ZYDIS_MNEMONIC_JMP
                                                : ZYDIS_MNEMONIC_CALL;
                expect_jump(d - (cc < 16 ? 2 : 1), &a, d, name, target);
                x64_patch(d, room + 7);
                expect_jump(d - (cc < 16 ? 2 : 1), &a, d, name, room + 7);
                if (aligned && ((uintptr_t)d & 7) > 4)
                    report("jump: its distance is not aligned", NULL, NULL, a.p);
                expect_nop(room + at, d - (cc < 16 ? 2 : 1), cc < 16);
                if (x64_leads_to(d) != room + 7)
                    report("jump: it leads elsewhere", NULL, NULL, a.p);
            }
    for (unsigned r = 0; r < 16; r++) {
        struct x64_asm a = begin();
        x64_jmp_r(&a, r);
        EXPECT(&a, "jmp_r", JMP, reg('g', true, r));
        a = begin();
        x64_call_r(&a, r);
        EXPECT(&a, "call_r", CALL, reg('g', true, r));
        a = begin();
        x64_push(&a, r);
        EXPECT(&a, "push", PUSH, reg('g', true, r));
        a = begin();
        x64_pop(&a, r);
        EXPECT(&a, "pop", POP, reg('g', true, r));
    }
    struct x64_asm ret = begin();
    x64_ret(&ret);
    expect(&ret, "ret", ZYDIS_MNEMONIC_RET, NULL, 0);
    for (unsigned n = 0; n < ADDRESSES; n++) {
        if (!address(n, &m))
            continue;
        struct x64_asm a = begin();
        x64_jmp_m(&a, m);
        EXPECT(&a, "jmp_m", JMP, memory(m));
        a = begin();
        x64_call_m(&a, m);
        EXPECT(&a, "call_m", CALL, memory(m));
    }
}

static void test_data(void)
{
    struct x64_asm a = begin();
    x64_byte(&a, 0x1ff);
    x64_word32(&a, 0x12345678);
    x64_word64(&a, UINT64_C(0x123456789abcdef0));
    checks++;
    if (a.p != room + 13 ||
        memcmp(room, "\xff\x78\x56\x34\x12\xf0\xde\xbc\x9a\x78\x56\x34\x12", 13))
        report("bytes and words", NULL, NULL, a.p);
}

int main(void)
{
    ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    ZydisFormatterInit(&formatter, ZYDIS_FORMATTER_STYLE_INTEL);
    test_data();
    test_legacy();
    test_bytes();
    test_reaches();
    test_immediate_bytes();
    test_vex();
    test_evex();
    test_constants();
    test_alu();
    test_moves();
    test_jumps();
    printf("%" PRIu64 " instructions decoded, %u failures\n", checks, failures);
    return failures != 0;
}
