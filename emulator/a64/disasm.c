// SPDX-License-Identifier: MIT
// Prints instructions from the syntax text of their rows, in objdump's notation without aliases.
// What stands in braces:
//
//   {Rd} {Xd} {Wd}      general register by field d: W or X by field z / X / W; 31 is the zero
//   register.
//                       {Rd|sp}: 31 is the stack pointer
//   {Bd} {Hd} {Sd} {Dd} {Qd}  scalar FP/SIMD register
//   {Fd}                scalar FP register by field y: 00 S, 01 D, 11 H
//   {Ed}                scalar register by field z: 00 B, 01 H, 10 S, 11 D; {E+d} one size wider
//   {Vd}                vector by size field z and q: v0.8b ... v0.2d; {Vd+} lanes twice as wide (q
//   not used),
//                       {Vd.16b} that arrangement, {Vd.b} a bare element type
//   {Vd:f}              floating-point vector by fields z (0: S, 1: D) and q; {Vd:h} half precision
//   by q
//   {#i} {#0xi}         field i in decimal, in hexadecimal; {#i:9} signed, 9 bits wide; {#i*8}
//   scaled; {#i+1} plus one;
//                       {,#i...} the same after a comma, nothing if it is zero
//   {word}              a named directive: see A64_DIRECTIVE
#include "a64/disasm.h"

#include "a64/translate.h"
#include "base/bits.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void out_printf(struct out *o, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(o->at, (size_t)(o->end - o->at), fmt, args);
    va_end(args);
    o->at += n < 0 ? 0 : n < o->end - o->at ? n : o->end - o->at - 1;
}

static uint32_t field(const struct a64_args *a, char letter)
{
    return letter >= 'a' && letter <= 'z' ? a->field[letter - 'a'] : 0;
}

static void general(struct out *o, unsigned n, bool x, bool sp)
{
    if (n < 31)
        out_printf(o, "%c%u", x ? 'x' : 'w', n);
    else if (sp)
        out_printf(o, "%s", x ? "sp" : "wsp");
    else
        out_printf(o, "%s", x ? "xzr" : "wzr");
}

static const char *const arrangement[4][2] = {
    {"8b", "16b"}, {"4h", "8h"}, {"2s", "4s"}, {"1d", "2d"}};

// {Vd...}: s is what follows the field letter.
static void vector(struct out *o, const struct a64_args *a, unsigned n, const char *s)
{
    if (*s == '.')
        out_printf(o, "v%u.%s", n, s + 1);
    else if (*s == '+')
        out_printf(o, "v%u.%s", n, arrangement[(a->z + 1) & 3][1]);
    else if (!strcmp(s, ":f"))
        out_printf(o, "v%u.%s", n, arrangement[2 + (a->z & 1)][a->q & 1]);
    else if (!strcmp(s, ":h"))
        out_printf(o, "v%u.%s", n, arrangement[1][a->q & 1]);
    else
        out_printf(o, "v%u.%s", n, arrangement[a->z & 3][a->q & 1]);
}

static bool reg(struct out *o, const struct a64_args *a, const char *s)
{
    char kind = *s++;
    bool wider = *s == '+';
    if (wider)
        s++;
    unsigned n = field(a, *s++);
    bool sp = !strcmp(s, "|sp");
    switch (kind) {
    case 'R': general(o, n, a->z & 1, sp); return true;
    case 'X': general(o, n, true, sp); return true;
    case 'W': general(o, n, false, sp); return true;
    case 'V': vector(o, a, n, s); return true;
    case 'E': out_printf(o, "%c%u", "bhsdq"[(a->z & 3) + wider], n); return true;
    case 'F': out_printf(o, "%c%u", "sd?h"[a->y & 3], n); return true;
    case 'B':
    case 'H':
    case 'S':
    case 'D':
    case 'Q': out_printf(o, "%c%u", kind + 32, n); return true;
    default: return false;
    }
}

// {#...} and {,#...}
static void immediate(struct out *o, const struct a64_args *a, const char *s)
{
    bool optional = *s == ',';
    s += optional ? 2 : 1;
    bool hex = s[0] == '0' && s[1] == 'x';
    s += hex ? 2 : 0;
    int64_t v = field(a, *s++);
    if (*s == ':')
        v = bits_sext((uint64_t)v, (unsigned)strtoul(s + 1, (char **)&s, 10));
    if (*s == '*')
        v *= strtol(s + 1, (char **)&s, 10);
    if (*s == '+')
        v += strtol(s + 1, (char **)&s, 10);
    if (optional && v == 0)
        return;
    out_printf(o, optional ? ", #" : "#");
    out_printf(o, hex ? "0x%" PRIx64 : "%" PRId64, v);
}

static const char *const conds[16] = {"eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc",
                                      "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"};

A64_DIRECTIVE(cond)
{
    out_printf(o, "%s", conds[a->c & 15]);
}

// Shifted register: type s, amount i.
A64_DIRECTIVE(shift)
{
    static const char *const names[] = {"lsl", "lsr", "asr", "ror"};
    if (a->s || a->i)
        out_printf(o, ", %s #%u", names[a->s & 3], a->i);
}

// Extended register Rm with option o and amount i. Where Rn or Rd is the stack pointer, extending
// from the full width is called lsl, and no shift at all is left out.
static void extended(struct out *o, const struct a64_args *a, bool sp)
{
    static const char *const names[] = {"uxtb", "uxth", "uxtw", "uxtx",
                                        "sxtb", "sxth", "sxtw", "sxtx"};
    bool lsl = sp && a->o == 2 + a->z;
    general(o, a->m, a->z && (a->o & 3) == 3, false);
    if (lsl && !a->i)
        return;
    out_printf(o, ", %s", lsl ? "lsl" : names[a->o & 7]);
    if (a->i)
        out_printf(o, " #%u", a->i);
}

A64_DIRECTIVE(extend)
{
    extended(o, a, a->n == A64_SP || a->d == A64_SP);
}

// The same where Rd is not the stack pointer.
A64_DIRECTIVE(extend_s)
{
    extended(o, a, a->n == A64_SP);
}

A64_DIRECTIVE(bitmask)
{
    uint64_t mask = 0;
    if (a64_bitmask(a->k, a->s, a->r, a->z, &mask))
        out_printf(o, "#0x%" PRIx64, mask);
    else
        out_printf(o, "#?");
}

static void target(struct out *o, uint64_t pc, uint32_t imm, unsigned width, unsigned scale)
{
    out_printf(o, "0x%" PRIx64, pc + ((uint64_t)bits_sext(imm, width) << scale));
}

A64_DIRECTIVE(label26)
{
    target(o, pc, a->i, 26, 2);
}

A64_DIRECTIVE(label19)
{
    target(o, pc, a->i, 19, 2);
}

A64_DIRECTIVE(label14)
{
    target(o, pc, a->i, 14, 2);
}

A64_DIRECTIVE(adr)
{
    target(o, pc, a->h << 2 | a->l, 21, 0);
}

A64_DIRECTIVE(adrp)
{
    target(o, pc & ~UINT64_C(4095), a->h << 2 | a->l, 21, 12);
}

// ", lsl #16" of the move-wide instructions and ", lsl #12" of add and subtract immediate: shift
// field s in units.
A64_DIRECTIVE(hw)
{
    if (a->s)
        out_printf(o, ", lsl #%u", a->s * 16);
}

A64_DIRECTIVE(sh12)
{
    if (a->s)
        out_printf(o, ", lsl #12");
}

static void directive(struct out *o, const struct a64_args *a, uint64_t pc, const char *s)
{
    if (*s == '#' || *s == ',') {
        immediate(o, a, s);
        return;
    }
    if (*s >= 'A' && *s <= 'Z' && reg(o, a, s))
        return;
    for (const struct a64_directive *d = __start_a64_directives; d < __stop_a64_directives; d++) {
        if (!strcmp(d->name, s)) {
            d->print(o, a, pc);
            return;
        }
    }
    out_printf(o, "{%s}", s);
}

char *a64_disassemble(uint32_t word, uint64_t pc, char *text, unsigned size)
{
    struct out o = {text, text + size};
    struct a64_decoded d;
    *text = 0;
    if (!a64_decode(word, &d)) {
        out_printf(&o, ".inst 0x%08x", word);
        return text;
    }
    for (const char *s = d.insn->text; *s;) {
        char name[32];
        size_t n = strcspn(s, "{");
        out_printf(&o, "%.*s", (int)n, s);
        s += n;
        if (!*s)
            break;
        n = strcspn(++s, "}");
        snprintf(name, sizeof name, "%.*s", (int)n, s);
        directive(&o, &d.args, pc, name);
        s += n + (s[n] == '}');
    }
    return text;
}
