// SPDX-License-Identifier: MIT
#include "debug/gdb_regs.h"

#include "a64/feature.h"
#include "debug/traced.h"
#include "ir/pac.h"
#include "linux/tags.h"

#include <stdio.h>
#include <string.h>

// A value as it goes over the wire: the low bytes first.
union value {
    uint8_t bytes[16];
    uint32_t word;
    uint64_t number;
    union ir_val v;
};

enum access { GET, SET };

struct reg {
    const char *name, *type; // of the description; NULL: by the size
    uint8_t bits;
    // Reads or writes it in a thread that stands.
    void (*access)(struct thread *t, enum access how, unsigned number, union value *v);
};

static void general(struct thread *t, enum access how, unsigned number, union value *v)
{
    uint64_t *x = &t->cpu.x[number]; // 31 is sp
    if (how == GET)
        v->number = *x;
    else
        *x = v->number;
}

static void pc(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET) {
        v->number = t->cpu.s.pc;
    } else if (t->cpu.s.pc != v->number) {
        t->cpu.s.pc = v->number;
        t->cpu.s.branch = IR_BRANCH_RETURN; // wherever it is
    }
}

static void cpsr(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET)
        v->number = cpu_pstate(&t->cpu);
    else
        cpu_set_pstate(&t->cpu, v->word);
}

static void vector(struct thread *t, enum access how, unsigned number, union value *v)
{
    if (how == GET)
        v->v = t->cpu.v[number];
    else
        t->cpu.v[number] = v->v;
}

static void fpsr(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET)
        v->number = t->cpu.s.fp.fpsr;
    else
        t->cpu.s.fp.fpsr = v->word & CPU_FPSR_BITS;
}

static void fpcr(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET)
        v->number = t->cpu.s.fp.fpcr;
    else
        t->cpu.s.fp.fpcr = v->word & a64_fpcr_bits();
}

// The bits of a pointer in which codes stand (ir/pac.h).
static void pac_mask(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)t;
    (void)number;
    if (how == GET)
        v->number = UINT64_C(0x7f) << 48;
}

static void tag_ctl(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET)
        v->number = t->tagged_addr_ctrl;
    else
        tags_control(t, v->number);
}

static void tpidr(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET)
        v->number = t->cpu.tpidr;
    else
        t->cpu.tpidr = v->number;
}

static void fpmr(struct thread *t, enum access how, unsigned number, union value *v)
{
    (void)number;
    if (how == GET)
        v->number = t->cpu.fpmr;
    else
        t->cpu.fpmr = v->number;
}

#define X(n)                       \
    {                              \
        "x" #n, "int", 64, general \
    }
#define V(n)                            \
    {                                   \
        "v" #n, "aarch64v", 128, vector \
    }
// clang-format off
#define EIGHT(R, a, b, c, d, e, f, g, h) R(a), R(b), R(c), R(d), R(e), R(f), R(g), R(h)
static const struct reg core[] = {
    EIGHT(X, 0, 1, 2, 3, 4, 5, 6, 7),
    EIGHT(X, 8, 9, 10, 11, 12, 13, 14, 15),
    EIGHT(X, 16, 17, 18, 19, 20, 21, 22, 23),
    X(24), X(25), X(26), X(27), X(28), X(29), X(30),
    {"sp", "data_ptr", 64, general},
    {"pc", "code_ptr", 64, pc},
    {"cpsr", "cpsr_flags", 32, cpsr},
};
static const struct reg fpu[] = {
    EIGHT(V, 0, 1, 2, 3, 4, 5, 6, 7),
    EIGHT(V, 8, 9, 10, 11, 12, 13, 14, 15),
    EIGHT(V, 16, 17, 18, 19, 20, 21, 22, 23),
    EIGHT(V, 24, 25, 26, 27, 28, 29, 30, 31),
    {"fpsr", "int", 32, fpsr},
    {"fpcr", "int", 32, fpcr},
};
// clang-format on
static const struct reg pauth[] = {
    {"pauth_dmask", "int", 64, pac_mask},
    {"pauth_cmask", "int", 64, pac_mask},
};
static const struct reg mte[] = {{"tag_ctl", "uint64", 64, tag_ctl}};
static const struct reg tls[] = {{"tpidr", "data_ptr", 64, tpidr}};
static const struct reg mode[] = {{"fpmr", "uint64", 64, fpmr}};

// The types that gdb's own descriptions of these processors have.
static const char core_types[] =
    "<flags id=\"cpsr_flags\" size=\"4\"><field name=\"SP\" start=\"0\" end=\"0\"/>"
    "<field name=\"BTYPE\" start=\"10\" end=\"11\"/><field name=\"SSBS\" start=\"12\" end=\"12\"/>"
    "<field name=\"DIT\" start=\"24\" end=\"24\"/><field name=\"TCO\" start=\"25\" end=\"25\"/>"
    "<field name=\"V\" start=\"28\" end=\"28\"/><field name=\"C\" start=\"29\" end=\"29\"/>"
    "<field name=\"Z\" start=\"30\" end=\"30\"/><field name=\"N\" start=\"31\" end=\"31\"/></flags>";
#define VECTOR(id, type, count) "<vector id=\"" id "\" type=\"" type "\" count=\"" count "\"/>"
#define UNION(id, fields)       "<union id=\"" id "\">" fields "</union>"
#define FIELD(name, type)       "<field name=\"" name "\" type=\"" type "\"/>"
static const char fpu_types[] =
    // clang-format off
    VECTOR("v2d", "ieee_double", "2") VECTOR("v2u", "uint64", "2") VECTOR("v2i", "int64", "2")
    VECTOR("v4f", "ieee_single", "4") VECTOR("v4u", "uint32", "4") VECTOR("v4i", "int32", "4")
    VECTOR("v8f", "ieee_half", "8") VECTOR("v8u", "uint16", "8") VECTOR("v8i", "int16", "8")
    VECTOR("v8bf16", "bfloat16", "8")
    VECTOR("v16u", "uint8", "16") VECTOR("v16i", "int8", "16")
    VECTOR("v1u", "uint128", "1") VECTOR("v1i", "int128", "1")
    UNION("vnd", FIELD("f", "v2d") FIELD("u", "v2u") FIELD("s", "v2i"))
    UNION("vns", FIELD("f", "v4f") FIELD("u", "v4u") FIELD("s", "v4i"))
    UNION("vnh", FIELD("bf", "v8bf16") FIELD("f", "v8f") FIELD("u", "v8u") FIELD("s", "v8i"))
    UNION("vnb", FIELD("u", "v16u") FIELD("s", "v16i"))
    UNION("vnq", FIELD("u", "v1u") FIELD("s", "v1i"))
    UNION("aarch64v", FIELD("d", "vnd") FIELD("s", "vns") FIELD("h", "vnh") FIELD("b", "vnb") FIELD("q", "vnq"));
// clang-format on

// The sets of registers, and the feature that a processor needs for each.
static const struct set {
    const char *name, *types;
    const struct reg *regs;
    unsigned count;
    enum a64_feature feature;
} sets[] = {
    {"core", core_types, core, ARRAY_LEN(core), FEAT_BASE},
    {"fpu", fpu_types, fpu, ARRAY_LEN(fpu), FEAT_BASE},
    {"pauth", "", pauth, ARRAY_LEN(pauth), FEAT_PAuth},
    {"mte", "", mte, ARRAY_LEN(mte), FEAT_MTE2},
    {"tls", "", tls, ARRAY_LEN(tls), FEAT_BASE},
    {"fpmr", "", mode, ARRAY_LEN(mode), FEAT_FPMR},
};

static bool is_there(const struct set *s)
{
    return s->feature == FEAT_BASE || a64_has(s->feature);
}

const char *gdb_regs_description(size_t *length)
{
    static char text[16 << 10];
    static size_t n;
    const size_t size = sizeof text;
    if (!n) {
        n = (size_t)snprintf(text, size,
                             "<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\">"
                             "<target><architecture>aarch64</architecture>"
                             "<osabi>GNU/Linux</osabi>");
        for (unsigned i = 0; i < ARRAY_LEN(sets); i++) {
            const struct set *s = &sets[i];
            if (!is_there(s))
                continue;
            n += (size_t)snprintf(text + n, size - n, "<feature name=\"org.gnu.gdb.aarch64.%s\">%s",
                                  s->name, s->types);
            for (unsigned k = 0; k < s->count; k++)
                n += (size_t)snprintf(text + n, size - n,
                                      "<reg name=\"%s\" bitsize=\"%u\" type=\"%s\"/>",
                                      s->regs[k].name, s->regs[k].bits, s->regs[k].type);
            n += (size_t)snprintf(text + n, size - n, "</feature>");
        }
        n += (size_t)snprintf(text + n, size - n, "</target>");
    }
    *length = n;
    return text;
}

// The register of a number of the description, and which of its set it is.
static const struct reg *find(unsigned number, unsigned *in_set)
{
    for (unsigned i = 0; i < ARRAY_LEN(sets); i++) {
        if (!is_there(&sets[i]))
            continue;
        if (number < sets[i].count) {
            *in_set = number;
            return &sets[i].regs[number];
        }
        number -= sets[i].count;
    }
    return NULL;
}

enum { REG_X0 = 0, REG_FP = 29, REG_SP = 31, REG_PC = 32 };

static const struct reg *get(const struct traced *x, unsigned number, union value *v)
{
    unsigned k;
    const struct reg *r = find(number, &k);
    memset(v, 0, sizeof *v);
    if (!r)
        return NULL;
    r->access(x->thread, GET, k, v);
    if (number == REG_PC)
        v->number = traced_pc(x);
    if (number == REG_X0)
        v->number = traced_x0(x);
    return r;
}

bool gdb_reg_put(struct gdb_output *o, const struct traced *x, unsigned number)
{
    union value v;
    const struct reg *r = get(x, number, &v);
    if (r)
        gdb_hex(o, v.bytes, r->bits / 8);
    return r;
}

void gdb_regs_put(struct gdb_output *o, const struct traced *x)
{
    for (unsigned number = 0; gdb_reg_put(o, x, number); number++)
        ;
}

bool gdb_reg_set(struct traced *x, unsigned number, const char *text)
{
    union value v = {{0}};
    unsigned k;
    const struct reg *r = find(number, &k);
    if (!r || !gdb_bytes(text, v.bytes, r->bits / 8))
        return false;
    r->access(x->thread, SET, k, &v);
    return true;
}

bool gdb_regs_set(struct traced *x, const char *text)
{
    unsigned k;
    const struct reg *r;
    for (unsigned number = 0; *text && (r = find(number, &k)); number++) {
        if (!gdb_reg_set(x, number, text))
            return false;
        text += r->bits / 4;
    }
    return true;
}

bool gdb_reg_number(struct thread *t, unsigned number, uint64_t *value)
{
    union value v = {{0}};
    unsigned k;
    const struct reg *r = find(number, &k);
    if (!r)
        return false;
    r->access(t, GET, k, &v);
    *value = v.number;
    return true;
}

void gdb_regs_expedite(struct gdb_output *o, const struct traced *x)
{
    static const uint8_t which[] = {REG_FP, REG_SP, REG_PC};
    for (unsigned i = 0; i < ARRAY_LEN(which); i++) {
        gdb_printf(o, "%02x:", which[i]);
        gdb_reg_put(o, x, which[i]);
        gdb_char(o, ';');
    }
}
