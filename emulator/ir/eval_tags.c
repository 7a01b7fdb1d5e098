// SPDX-License-Identifier: MIT
// What the operations on allocation tags need that is not worth an inline function.
#include "ir/eval_tags.h"

#include "ir/eval_meaning.h"

struct ir_tag_memory ir_tag_memory;

static void probe_read(uint64_t addr)
{
    (void)*(volatile uint8_t *)addr;
}

static void probe_write(uint64_t addr)
{
    __atomic_fetch_or((uint8_t *)addr, 0, __ATOMIC_RELAXED);
}

// Permissions come before tags, so the byte is accessed first.
bool eval_tag_fault(struct ir_state *s, uint64_t pointer, enum ir_tag_access access)
{
    bool reads = access == IR_TAG_READ || access == IR_TAG_UPDATE;
    if (access == IR_TAG_READ)
        probe_read(ir_untag(pointer));
    else
        probe_write(ir_untag(pointer));
    unsigned checks = s->tagging.checks;
    if (checks == IR_TAGS_SYNC || (checks == IR_TAGS_ASYMM && reads)) {
        s->fault_addr = pointer;
        s->arg = !reads;
        s->exit = IR_EXIT_TAG;
        return true;
    }
    if (checks != IR_TAGS_IGNORED) {
        s->tagging.fault = 1;
        s->interrupt = IR_INTERRUPT_CALLER;
    }
    return false;
}

uint64_t eval_ldg(uint64_t pointer)
{
    uint64_t addr = ir_untag(pointer) & ~UINT64_C(15), offset = addr - ir_tag_memory.start;
    probe_read(addr);
    return ir_page_has_tags(offset) ? ir_tag_at(offset) : 0;
}

static void set_tag(uint64_t offset, unsigned tag)
{
    uint8_t *byte = &ir_tag_memory.tags[offset / (2 * IR_TAG_GRANULE)];
    unsigned shift = offset / IR_TAG_GRANULE % 2 * 4;
    uint8_t old = __atomic_load_n(byte, __ATOMIC_RELAXED), wanted;
    do // another thread may set the tag of the other granule
        wanted = (uint8_t)((old & ~(15u << shift)) | tag << shift);
    while (!__atomic_compare_exchange_n(byte, &old, wanted, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED));
}

void eval_stg(uint64_t pointer, unsigned tag, unsigned granules)
{
    uint64_t addr = ir_untag(pointer);
    for (unsigned i = 0; i < granules; i++)
        probe_write(addr + IR_TAG_GRANULE * i);
    for (unsigned i = 0; i < granules; i++) {
        uint64_t offset = addr + IR_TAG_GRANULE * i - ir_tag_memory.start;
        if (ir_page_has_tags(offset))
            set_tag(offset, tag);
    }
}

void eval_mem_tag(uint64_t pointer, uint64_t bytes)
{
    uint64_t first = ir_untag(pointer) - ir_tag_memory.start;
    for (uint64_t at = 0; at < bytes; at += IR_TAG_GRANULE)
        if (ir_page_has_tags(first + at))
            set_tag(first + at, ir_tag_of(pointer));
}

// Arm ARM AArch64.ChooseNonExcludedTag.
unsigned eval_choose_tag(unsigned tag, unsigned steps, unsigned exclude)
{
    if ((exclude & 0xffff) == 0xffff)
        return 0;
    while (!steps && exclude >> tag & 1)
        tag = (tag + 1) & 15;
    while (steps--)
        do
            tag = (tag + 1) & 15;
        while (exclude >> tag & 1);
    return tag;
}

unsigned eval_random_tag(struct ir_state *s, unsigned exclude)
{
    unsigned allowed = ~exclude & 0xffff;
    uint64_t x = s->tagging.seed;
    if (!allowed)
        return 0;
    while (!x)
        x = eval_random();
    x ^= x << 13; // xorshift64
    x ^= x >> 7;
    x ^= x << 17;
    s->tagging.seed = x;
    unsigned count = (unsigned)__builtin_popcount(allowed), n = (unsigned)((x >> 32) % count);
    while (n--)
        allowed &= allowed - 1;
    return (unsigned)__builtin_ctz(allowed);
}
