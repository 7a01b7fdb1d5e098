// SPDX-License-Identifier: MIT
// Allocation tags of the guest's memory.
#include "debug/gdb_commands.h"
#include "ir/tags.h"

enum { ALLOCATION = 1 }; // the only kind of tag that memory has
enum { PIECE = GDB_PACKET / 2 - 8 };

// "address,size:kind"
static bool range(const char **args, uint64_t *addr, uint64_t *granules)
{
    uint64_t size, kind;
    if (!gdb_number(args, addr) || !gdb_skip(args, ",") || !gdb_number(args, &size) ||
        !gdb_skip(args, ":") || !gdb_number(args, &kind) || kind != ALLOCATION)
        return false;
    uint64_t start = ir_untag(*addr) & ~(uint64_t)(IR_TAG_GRANULE - 1);
    *granules = (ir_untag(*addr) + size - start + IR_TAG_GRANULE - 1) / IR_TAG_GRANULE;
    *addr = start;
    return *granules <= PIECE;
}

GDB_COMMAND(tags)
{
    uint64_t addr, granules;
    (void)length;
    if (!range(&args, &addr, &granules))
        return GDB_INVALID;
    gdb_char(&gdb.out, 'm');
    for (uint64_t i = 0; i < granules; i++) {
        uint64_t offset = addr + i * IR_TAG_GRANULE - ir_tag_memory.start;
        uint8_t tag = ir_page_has_tags(offset) ? (uint8_t)ir_tag_at(offset) : 0;
        gdb_hex(&gdb.out, &tag, 1);
    }
    return GDB_ANSWER;
}

static void set_tag(uint64_t offset, unsigned tag)
{
    uint8_t *byte = &ir_tag_memory.tags[offset / (2 * IR_TAG_GRANULE)];
    unsigned shift = offset / IR_TAG_GRANULE % 2 * 4;
    *byte = (uint8_t)((*byte & ~(15u << shift)) | tag << shift);
}

// "address,size:kind:tags": the tags, a byte each, again and again.
GDB_COMMAND(set_tags)
{
    uint64_t addr, granules;
    const char *end = args + length;
    if (!range(&args, &addr, &granules) || !gdb_skip(&args, ":"))
        return GDB_INVALID;
    size_t given = (size_t)(end - args) / 2;
    if (!given)
        return GDB_INVALID;
    for (uint64_t i = 0; i < granules; i++) {
        uint64_t offset = addr + i * IR_TAG_GRANULE - ir_tag_memory.start;
        uint8_t tag;
        if (!ir_page_has_tags(offset) || !gdb_bytes(args + 2 * (i % given), &tag, 1))
            return GDB_INVALID;
        set_tag(offset, tag & 15);
    }
    return GDB_OK;
}
