// SPDX-License-Identifier: MIT
#include "listing.h"

#include "a64/state.h"
#include "base/bits.h"
#include "base/die.h"
#include "ir/eval_ops.h"

#include <Zycore/Format.h>
#include <Zydis/Zydis.h>
#include <inttypes.h>
#include <string.h>

enum { MAX_TEXT = 160, FOLDED = 6 };

// ---- names ----

static const struct {
    const char *name;
    size_t offset, size;
} fields[] = {
#define FIELD(f)                                                          \
    {                                                                     \
#        f, offsetof(struct ir_state, f), sizeof((struct ir_state *)0)->f \
    }
    FIELD(pc),
    FIELD(interrupt),
    FIELD(exit),
    FIELD(fp.fpcr),
    FIELD(fp.fpsr),
    FIELD(fault_op),
    FIELD(link),
    FIELD(native_link),
    FIELD(native_jumps),
    FIELD(native_spill),
    FIELD(native_steps),
    FIELD(monitor.addr),
    FIELD(monitor.lo),
    FIELD(monitor.hi),
    FIELD(monitor.size),
    FIELD(branch),
    FIELD(arg),
    FIELD(fault_addr),
    FIELD(tagging),
    FIELD(pac),
    FIELD(native_stack),
    FIELD(native_stack_limit),
    FIELD(native_stack_now),
#undef FIELD
};

static const char *exit_name(uint32_t why)
{
    static const char *const names[] = {
        [IR_EXIT_LOOKUP] = "lookup",
        [IR_EXIT_SVC] = "svc",
        [IR_EXIT_BRK] = "brk",
        [IR_EXIT_UNDEF] = "undef",
        [IR_EXIT_UNIMPL] = "unimpl",
        [IR_EXIT_IC] = "ic",
        [IR_EXIT_ALIGN] = "align",
        [IR_EXIT_SP_ALIGN] = "sp_align",
        [IR_EXIT_TAG] = "tag",
        [IR_EXIT_PAC] = "pac",
        [IR_EXIT_INTERRUPT] = "interrupt",
        [IR_EXIT_EVALUATE] = "evaluate",
    };
    return why < ARRAY_LEN(names) && names[why] ? names[why] : "?";
}

// The name of what is `offset` bytes into the thread state.
static void slot_text(char *text, size_t room, uint64_t offset)
{
    uint64_t temps = offsetof(struct cpu, temps), vectors = offsetof(struct cpu, v);
    for (unsigned i = 0; i < ARRAY_LEN(fields); i++) {
        uint64_t in = offset - fields[i].offset;
        if (in < fields[i].size) {
            snprintf(text, room, in ? "%s+%" PRIu64 : "%s", fields[i].name, in);
            return;
        }
    }
    if (offset >= temps && offset < temps + 16 * IR_TEMPS) {
        uint64_t in = (offset - temps) % 16;
        snprintf(text, room, in ? "t%" PRIu64 "+%" PRIu64 : "t%" PRIu64, (offset - temps) / 16, in);
        return;
    }
    uint64_t in = offset >= vectors ? offset % 16 : offset % 8;
    const char *name = a64_slot_name(offset - in);
    if (name)
        snprintf(text, room, in ? "%s+%" PRIu64 : "%s", name, in);
    else
        snprintf(text, room, "state");
}

// ---- one instruction ----

struct insn {
    const uint8_t *at;
    ZydisDecodedInstruction i;
    ZydisDecodedOperand op[ZYDIS_MAX_OPERAND_COUNT];
};

static bool decode(const uint8_t *at, const uint8_t *end, struct insn *out)
{
    static ZydisDecoder decoder;
    if (!decoder.machine_mode)
        ZydisDecoderInit(&decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
    out->at = at;
    return at < end &&
           ZYAN_SUCCESS(ZydisDecoderDecodeFull(&decoder, at, (size_t)(end - at), &out->i, out->op));
}

// Offset into the thread state of a memory operand, or -1.
static int64_t state_offset(const struct listing *l, const ZydisDecodedOperand *op)
{
    if (op->type != ZYDIS_OPERAND_TYPE_MEMORY || op->mem.base != ZYDIS_REGISTER_R15 ||
        op->mem.index != ZYDIS_REGISTER_NONE)
        return -1;
    return op->mem.disp.value + l->cache->guest->bias;
}

static const uint8_t *branch_target(const struct insn *n)
{
    uint64_t to;
    if (n->op[0].type != ZYDIS_OPERAND_TYPE_IMMEDIATE || !n->op[0].imm.is_relative ||
        ZYAN_FAILED(ZydisCalcAbsoluteAddress(&n->i, &n->op[0], (uint64_t)n->at, &to)))
        return NULL;
    return (const uint8_t *)to;
}

// The link that the distance at `at` belongs to.
static const struct x64_link *link_of(const struct listing *l, const uint8_t *at)
{
    for (unsigned i = 0; i < l->code->n_links; i++)
        if (l->code->links[i].jump == at || l->code->links[i].direct == at)
            return &l->code->links[i];
    return NULL;
}

// The end of the code that `at` belongs to.
static const uint8_t *end_of(const struct listing *l, const uint8_t *at)
{
    const struct x64_code *c = l->code;
    return at >= c->stubs && at < c->stubs_end ? c->stubs_end : c->end;
}

// What the code at `at`, out of line, leaves the block for.
static void way_out(const struct listing *l, const uint8_t *at, char *text, size_t room)
{
    struct insn n;
    for (; decode(at, end_of(l, at), &n); at += n.i.length) {
        if (n.i.mnemonic == ZYDIS_MNEMONIC_JMP)
            break;
        if (n.op[1].type == ZYDIS_OPERAND_TYPE_IMMEDIATE &&
            state_offset(l, &n.op[0]) == offsetof(struct ir_state, exit)) {
            snprintf(text, room, "exit:%s", exit_name((uint32_t)n.op[1].imm.value.u));
            return;
        }
    }
    snprintf(text, room, "exit");
}

// How many instructions lie from `at` up to `end`.
static unsigned insns_between(const struct listing *l, const uint8_t *at, const uint8_t *end)
{
    unsigned count = 0;
    struct insn n;
    if (at < l->code->end && end > l->code->stubs)
        return insns_between(l, at, l->code->end) + insns_between(l, l->code->stubs, end);
    for (; at < end && decode(at, end_of(l, at), &n); at += n.i.length)
        count += n.i.mnemonic != ZYDIS_MNEMONIC_NOP;
    return count;
}

static bool is_unknown(const struct x64_cache *cache, const uint8_t *to)
{
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++)
        if (to == cache->unknown[kind])
            return true;
    return false;
}

static void target_text(const struct listing *l, const struct insn *n, const uint8_t *to,
                        char *text, size_t room)
{
    const uint8_t *behind = n->at + n->i.length;
    const struct x64_link *link = link_of(l, behind - 4);
    if (link && link->guess)
        snprintf(text, room, "guess");
    else if (link && to >= l->code->stubs)
        snprintf(text, room, link->target < l->pc ? "pc-%" PRIu64 : "pc+%" PRIu64,
                 link->target < l->pc ? l->pc - link->target : link->target - l->pc);
    else if (to == l->cache->leave)
        snprintf(text, room, "leave");
    else if (to == l->cache->leave_stored)
        snprintf(text, room, "leave_stored");
    else if (to == l->cache->return_elsewhere)
        snprintf(text, room, "return_elsewhere");
    else if (to == l->cache->stack_empty)
        snprintf(text, room, "stack_empty");
    else if (to >= l->code->stubs && to < l->code->stubs_end && !l->glue)
        way_out(l, to, text, room);
    else if (to >= behind && to < end_of(l, to))
        snprintf(text, room, "over %u", insns_between(l, behind, to));
    else if (to >= l->code->entry && to < behind)
        snprintf(text, room, "back %u", insns_between(l, to, behind));
    else if (is_unknown(l->cache, to))
        snprintf(text, room, "exit:lookup");
    else
        snprintf(text, room, "shared");
}

// Memory behind the instruction pointer: constants, by value. (Of what vpclmulqdq names only a half
// is read.)
static void constant_text(const ZydisFormatterContext *context, uint64_t at, char *text,
                          size_t room)
{
    bool half = context->instruction->mnemonic == ZYDIS_MNEMONIC_VPCLMULQDQ;
    unsigned bytes = half ? 8 : context->operand->size / 8;
    uint64_t v[2] = {0, 0};
    memcpy(v, (const void *)at, bytes <= 16 ? bytes : 16);
    if (bytes > 8 && v[0] == v[1])
        snprintf(text, room, "=2*%016" PRIx64, v[0]);
    else if (bytes > 8)
        snprintf(text, room, "=%016" PRIx64 "_%016" PRIx64, v[1], v[0]);
    else
        snprintf(text, room, "=%" PRIx64, v[0]);
}

static bool pointer_text(const struct listing *l, uint64_t v, char *text, size_t room)
{
    const struct arena *data = l->cache->data;
    const uint8_t *p = (const uint8_t *)v;
    for (unsigned i = 0; i < IR_OP_COUNT; i++)
        if (v && (v == (uint64_t)eval_handler[i] || v == (uint64_t)eval_handler_imm[i])) {
            snprintf(text, room, "eval:%s", ir_op_info[i].name);
            return true;
        }
    if (p >= (const uint8_t *)data->base && p < (const uint8_t *)data->base + data->size)
        snprintf(text, room, "data");
    else if (p >= l->cache->base && p < l->cache->limit)
        snprintf(text, room, "code");
    else
        return false;
    return true;
}

static ZydisFormatterFunc plain_memory, plain_immediate;

static ZyanStatus append(ZydisFormatterBuffer *buffer, const char *text)
{
    ZyanString *s;
    ZYAN_CHECK(ZydisFormatterBufferAppend(buffer, ZYDIS_TOKEN_ADDRESS_ABS));
    ZYAN_CHECK(ZydisFormatterBufferGetString(buffer, &s));
    return ZyanStringAppendFormat(s, "%s", text);
}

static ZyanStatus print_memory(const ZydisFormatter *f, ZydisFormatterBuffer *buffer,
                               ZydisFormatterContext *context)
{
    const struct listing *l = context->user_data;
    int64_t offset = state_offset(l, context->operand);
    char name[MAX_TEXT] = "[";
    uint64_t to;
    if (context->operand->mem.type == ZYDIS_MEMOP_TYPE_AGEN && offset == 0)
        strcat(name, "state");
    else if (offset >= 0)
        slot_text(name + 1, sizeof name - 2, (uint64_t)offset);
    else if (context->operand->mem.base == ZYDIS_REGISTER_RIP &&
             ZYAN_SUCCESS(ZydisCalcAbsoluteAddress(context->instruction, context->operand,
                                                   context->runtime_address, &to))) {
        bool address = context->operand->mem.type == ZYDIS_MEMOP_TYPE_AGEN;
        if (!address || !pointer_text(l, to, name + 1, sizeof name - 2))
            constant_text(context, to, name + 1, sizeof name - 2);
    } else {
        return plain_memory(f, buffer, context);
    }
    if (context->operand->mem.type == ZYDIS_MEMOP_TYPE_MEM)
        ZYAN_CHECK(f->func_print_typecast(f, buffer, context));
    return append(buffer, strcat(name, "]"));
}

static ZyanStatus print_immediate(const ZydisFormatter *f, ZydisFormatterBuffer *buffer,
                                  ZydisFormatterContext *context)
{
    const struct listing *l = context->user_data;
    char text[MAX_TEXT];
    if (context->operand->imm.is_relative) {
        struct insn n;
        decode((const uint8_t *)context->runtime_address,
               end_of(l, (const uint8_t *)context->runtime_address), &n);
        target_text(l, &n, branch_target(&n), text, sizeof text);
        return append(buffer, text);
    }
    if (context->operand->size == 64 &&
        pointer_text(l, context->operand->imm.value.u, text, sizeof text))
        return append(buffer, text);
    return plain_immediate(f, buffer, context);
}

static const ZydisFormatter *formatter(void)
{
    static ZydisFormatter f;
    static bool ready;
    if (ready)
        return &f;
    ZydisFormatterInit(&f, ZYDIS_FORMATTER_STYLE_INTEL);
    ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_HEX_UPPERCASE, ZYAN_FALSE);
    ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_ADDR_PADDING_RELATIVE,
                              ZYDIS_PADDING_DISABLED);
    ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_DISP_PADDING, ZYDIS_PADDING_DISABLED);
    ZydisFormatterSetProperty(&f, ZYDIS_FORMATTER_PROP_IMM_PADDING, ZYDIS_PADDING_DISABLED);
    plain_memory = print_memory;
    plain_immediate = print_immediate;
    ZydisFormatterSetHook(&f, ZYDIS_FORMATTER_FUNC_FORMAT_OPERAND_MEM,
                          (const void **)&plain_memory);
    ZydisFormatterSetHook(&f, ZYDIS_FORMATTER_FUNC_FORMAT_OPERAND_IMM,
                          (const void **)&plain_immediate);
    ready = true;
    return &f;
}

// ---- all ----

// A pinned register loaded from or stored to its own slot: its number, or -1. They come in rows,
// before and after calls.
static int pin_moved(const struct listing *l, const struct insn *n, bool *load)
{
    const struct x64_guest *g = l->cache->guest;
    bool move = n->i.mnemonic == ZYDIS_MNEMONIC_MOV || n->i.mnemonic == ZYDIS_MNEMONIC_VMOVDQA ||
                n->i.mnemonic == ZYDIS_MNEMONIC_VMOVDQA32;
    if (!move || n->i.operand_count < 2)
        return -1;
    // EVEX instructions have a mask for a second operand.
    const ZydisDecodedOperand *to = &n->op[0], *from = &n->op[n->i.operand_count_visible - 1];
    *load = from->type == ZYDIS_OPERAND_TYPE_MEMORY;
    int64_t offset = state_offset(l, *load ? from : to);
    const ZydisDecodedOperand *reg = *load ? to : from;
    if (offset < 0 || reg->type != ZYDIS_OPERAND_TYPE_REGISTER)
        return -1;
    int id = ZydisRegisterGetId(reg->reg.value);
    for (int i = 0; i < X64_GPR_PINS; i++)
        if (g->gpr[i].slot == offset && g->gpr[i].reg == id)
            return i;
    for (unsigned i = 0; i < l->cache->n_xmm; i++)
        if (l->cache->xmm[i].slot == offset && l->cache->xmm[i].reg == id)
            return X64_GPR_PINS + (int)i;
    return -1;
}

// How many instructions from `at` on move pinned registers in one direction, and their end.
static unsigned pins_moved(const struct listing *l, const uint8_t *at, const uint8_t *end,
                           bool *load, const uint8_t **behind)
{
    unsigned count = 0;
    struct insn n;
    bool first = false;
    while (decode(at, end, &n) && pin_moved(l, &n, &first) >= 0 && (!count || first == *load)) {
        *load = first;
        at += n.i.length;
        count++;
    }
    *behind = at;
    return count;
}

static void print_one(FILE *out, struct listing *l, const struct insn *n)
{
    char text[MAX_TEXT];
    if (ZYAN_FAILED(ZydisFormatterFormatInstruction(formatter(), &n->i, n->op,
                                                    n->i.operand_count_visible, text, sizeof text,
                                                    (uint64_t)n->at, l)))
        die("zydis cannot print what it has decoded");
    fprintf(out, "      %s\n", text);
    l->count++;
}

static bool is_way_on(const struct listing *l, const struct insn *n)
{
    const struct x64_link *link = link_of(l, n->at + n->i.length - 4);
    return !l->glue && n->i.mnemonic == ZYDIS_MNEMONIC_JMP && n->at + n->i.length == l->code->end &&
           link && link->target == l->next;
}

static void print_range(FILE *out, struct listing *l, const uint8_t *at, const uint8_t *end)
{
    struct insn n;
    while (at < end) {
        bool load = false;
        const uint8_t *behind;
        unsigned pins = pins_moved(l, at, end, &load, &behind);
        if (pins >= FOLDED) {
            fprintf(out, "      (%u pinned registers %s)\n", pins, load ? "loaded" : "stored");
            l->count += pins;
            at = behind;
            continue;
        }
        if (!decode(at, end, &n))
            die("no instruction at byte %td: %02x %02x %02x", at - l->code->entry, at[0], at[1],
                at[2]);
        at += n.i.length;
        if (n.i.mnemonic != ZYDIS_MNEMONIC_NOP && !is_way_on(l, &n))
            print_one(out, l, &n);
    }
}

void listing_print(FILE *out, struct listing *l)
{
    const struct x64_code *c = l->code;
    l->count = 0;
    print_range(out, l, c->entry, c->end);
    if (l->glue) {
        fprintf(out, "    out of line\n");
        print_range(out, l, c->stubs, c->stubs_end);
    }
}
