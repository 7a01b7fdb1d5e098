// SPDX-License-Identifier: MIT
// The tables in which a thread's indirect branches find their targets.
#include "engine/engine_internal.h"

#include <string.h>
#include <sys/mman.h>

// A pc that no branch looks for in slot 0 of a jump table: empty, the slot must not match pc 0.
enum { NOT_IN_SLOT_0 = 4 };

// Each kind of indirect branch has its jump table, or shares it with one that lands in fewer
// places: what is in a table was looked at for the latter. As long as there is no guarded code,
// where it matters, one table does for all: it is in the cache.
bool jumps_guarded;
static const struct {
    uint8_t table, strictest;
} jump_table[IR_BRANCH_KINDS] = {
    [IR_BRANCH_RETURN] = {0, IR_BRANCH_RETURN},
    [IR_BRANCH_TAIL] = {1, IR_BRANCH_CALL},
    [IR_BRANCH_CALL] = {1, IR_BRANCH_CALL},
    [IR_BRANCH_JUMP] = {2, IR_BRANCH_JUMP},
};

void jumps_forget(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++) {
        unsigned i = jumps_guarded ? jump_table[kind].table : 0;
        if (e->used[i]) {
            memset(e->jumps[i], 0, sizeof e->jumps[i]);
            // Mostly untouched: the pages are given back.
            madvise(e->native_jumps[i], sizeof e->native_jumps[i], MADV_DONTNEED);
        }
        e->used[i] = false;
        e->jumps[i][0].pc = e->native_jumps[i][0].pc = NOT_IN_SLOT_0;
        c->s.jumps[kind] = e->jumps[i];
        c->s.native_jumps[kind] = e->native_jumps[i];
    }
    c->s.link = NULL;
    c->s.native_link = NULL;
    e->flushes = engine_stats.flushes;
}

void jumps_add(struct cpu *c, const struct block *b)
{
    unsigned kind = c->s.branch, table = jumps_guarded ? jump_table[kind].table : 0;
    if (b->lands & A64_LANDS_TELL || !(b->lands >> jump_table[kind].strictest & 1))
        return;
    uint64_t at = b->pc >> 2;
    c->s.jumps[kind][at % IR_JUMPS] = (struct ir_jump){b->pc, b->code.ops};
    if (b->native.entry)
        c->s.native_jumps[kind][at % IR_NATIVE_JUMPS] =
            (struct ir_native_jump){b->pc, b->native.checked};
    c->engine->used[table] = true;
}
