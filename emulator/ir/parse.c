// SPDX-License-Identifier: MIT
// IR from text: what ir_print prints, so that any dump can become a test. Blank
// lines and lines that begin with '#' are skipped; values may be numbered in any way as long as
// each is defined once, before its uses.
#include "ir/ir.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *at;
    unsigned line;
    struct ir_block *ir;
    ir_slot_name_fn *slot_name;
    ir_ref value[UINT16_MAX + 1]; // by number in the text; 0: not defined
};

static __thread char message[160];

static bool fail(const struct parser *p, const char *fmt, ...) PRINTF_LIKE(2, 3);

static bool fail(const struct parser *p, const char *fmt, ...)
{
    va_list args;
    int n = snprintf(message, sizeof message, "line %u: ", p->line);
    va_start(args, fmt);
    vsnprintf(message + n, sizeof message - (size_t)n, fmt, args);
    va_end(args);
    return false;
}

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ' || *p->at == '\t')
        p->at++;
}

static bool at_end_of_line(const struct parser *p)
{
    return *p->at == '\n' || !*p->at;
}

// The sigil, then a number up to `max`.
static bool number(struct parser *p, char sigil, uint64_t max, uint64_t *v, const char *what)
{
    char *end;
    skip_blanks(p);
    if (sigil && *p->at++ != sigil)
        return p->at--, fail(p, "expected %s", what);
    if (*p->at < '0' || *p->at > '9')
        return fail(p, "expected %s", what);
    *v = strtoull(p->at, &end, 0);
    p->at = end;
    if (*v > max)
        return fail(p, "%s is too large", what);
    return true;
}

static bool operation(struct parser *p, unsigned *op)
{
    skip_blanks(p);
    size_t n = strcspn(p->at, " \t\n");
    for (*op = 0; *op < IR_OP_COUNT; ++*op) {
        const char *name = ir_op_info[*op].name;
        if (strlen(name) == n && !memcmp(name, p->at, n)) {
            p->at += n;
            return true;
        }
    }
    return fail(p, "unknown operation \"%.*s\"", (int)n, p->at);
}

static bool operand(struct parser *p, ir_ref *r)
{
    uint64_t v;
    if (!number(p, '%', UINT16_MAX, &v, "a value (%N)"))
        return false;
    *r = p->value[v];
    return *r || fail(p, "value %%%u is not defined before this line", (unsigned)v);
}

// A slot's name.
static bool slot(struct parser *p, uint64_t *offset)
{
    size_t n = strcspn(p->at, " \t\n");
    for (*offset = 0; *offset < 8 * IR_SLOTS; *offset += 4) {
        const char *name = p->slot_name(*offset);
        if (name && strlen(name) == n && !memcmp(name, p->at, n)) {
            p->at += n;
            return true;
        }
    }
    return fail(p, "no slot is called \"%.*s\"", (int)n, p->at);
}

// What operation `info` has as imm.
static bool literal(struct parser *p, const struct ir_op_info *info, uint64_t *v)
{
    skip_blanks(p);
    if (info->flags & IR_STATE && p->slot_name && *p->at >= 'a' && *p->at <= 'z')
        return slot(p, v);
    return number(p, 0, UINT64_MAX, v, "a literal");
}

// "[%N =] op [%a [%b [%c]]] [$c] [imm]"
static bool instruction(struct parser *p)
{
    uint64_t result = 0, v = 0;
    unsigned op;
    struct ir_inst in = {0};
    bool named = *p->at == '%';
    if (named) {
        if (!number(p, '%', UINT16_MAX, &result, "a value (%N)"))
            return false;
        skip_blanks(p);
        if (*p->at++ != '=')
            return p->at--, fail(p, "expected \"=\" after the value");
    }
    if (!operation(p, &op))
        return false;
    const struct ir_op_info *info = &ir_op_info[op];
    if (named != (info->result != IR_TYPE_N))
        return fail(p, named ? "%s has no result" : "the result of %s needs a name", info->name);
    ir_ref *const refs[3] = {&in.a, &in.b, &in.c};
    for (unsigned k = 0; k < 3; k++)
        if (info->operand[k] != IR_TYPE_N && !operand(p, refs[k]))
            return false;
    if (info->flags & IR_CLIT) {
        if (!number(p, '$', UINT16_MAX, &v, "a small literal ($N)"))
            return false;
        in.c = (ir_ref)v;
    }
    if (info->flags & IR_IMM && !literal(p, info, &in.imm))
        return false;
    if (!ir_room(p->ir))
        return fail(p, "the block has no room for more than %u operations", p->ir->capacity - 1);
    if (named && (!result || p->value[result]))
        return fail(p, "value %%%u %s", (unsigned)result,
                    result ? "is defined twice" : "cannot be defined");
    ir_ref r = ir_emit(p->ir, (enum ir_op)op, in.a, in.b, in.c, in.imm);
    if (named)
        p->value[result] = r;
    return true;
}

// "block PC"
static bool heading(struct parser *p)
{
    static const char word[] = "block ";
    if (strncmp(p->at, word, sizeof word - 1) != 0)
        return fail(p, "expected \"block PC\"");
    p->at += sizeof word - 1;
    return number(p, 0, UINT64_MAX, &p->ir->pc, "the block's address");
}

static bool line(struct parser *p, bool *begun)
{
    skip_blanks(p);
    if (at_end_of_line(p))
        return true;
    if (*p->at == '#') {
        p->at += strcspn(p->at, "\n");
        return true;
    }
    if (*begun ? !instruction(p) : !heading(p))
        return false;
    *begun = true;
    skip_blanks(p);
    return at_end_of_line(p) || fail(p, "text after the last operand");
}

const char *ir_parse(const char *text, struct ir_block *ir, ir_slot_name_fn *slot_name)
{
    struct parser p = {.at = text, .line = 1, .ir = ir, .slot_name = slot_name};
    bool begun = false;
    for (; *p.at; p.line++) {
        if (!line(&p, &begun))
            return message;
        if (*p.at == '\n')
            p.at++;
    }
    return begun ? NULL : "no \"block PC\" line";
}
