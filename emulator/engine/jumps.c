// SPDX-License-Identifier: MIT
// The tables in which a thread's indirect branches find their targets.
#include "engine/engine_internal.h"
#include "engine/native.h"

#include <string.h>
#include <sys/mman.h>

// A pc that no branch looks for in slot 0 of a jump table: empty, the slot must not match pc 0.
enum { NOT_IN_SLOT_0 = 4 };

enum { MANY = 64 }; // entries, that come to most pages of a table

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

static unsigned table_of(const struct engine_thread *e, unsigned kind)
{
    return e->guarded ? jump_table[kind].table : 0;
}

static void use(struct cpu *c, unsigned which)
{
    struct engine_thread *e = c->engine;
    struct jump_set *set = &e->sets[which];
    e->set = which;
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++) {
        unsigned i = table_of(e, kind);
        set->jumps[i][0].pc = set->native_jumps[i][0].pc = NOT_IN_SLOT_0;
        c->s.jumps[kind] = set->jumps[i];
        c->s.native_jumps[kind] = set->native_jumps[i];
    }
    c->s.link = NULL;
    c->s.native_link = NULL;
}

static void empty(struct engine_thread *e, unsigned which)
{
    struct jump_set *set = &e->sets[which];
    bool *used = e->uses[which].used;
    for (unsigned i = 0; i < JUMP_TABLES; i++) {
        if (!used[i])
            continue;
        memset(set->jumps[i], 0, sizeof set->jumps[i]);
        // Mostly untouched: the pages are given back.
        madvise(set->native_jumps[i], sizeof set->native_jumps[i], MADV_DONTNEED);
        used[i] = false;
    }
}

void jumps_forget(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    for (unsigned i = 0; i < JUMP_SETS; i++)
        empty(e, i);
    e->guarded = __atomic_load_n(&jumps_guarded, __ATOMIC_RELAXED);
    e->uses[0].mode = e->mode;
    use(c, 0);
}

void jumps_hide(struct cpu *c)
{
    static struct ir_jump nothing[IR_JUMPS];
    nothing[0].pc = NOT_IN_SLOT_0;
    for (unsigned kind = 0; kind < IR_BRANCH_KINDS; kind++)
        c->s.jumps[kind] = nothing;
}

void jumps_show(struct cpu *c)
{
    use(c, c->engine->set);
}

void jumps_resume(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    if (e->guarded == __atomic_load_n(&jumps_guarded, __ATOMIC_RELAXED))
        use(c, e->set);
    else
        jumps_forget(c);
}

void jumps_change_mode(struct cpu *c)
{
    struct engine_thread *e = c->engine;
    unsigned set = 0;
    while (set < JUMP_SETS && e->uses[set].mode != e->mode)
        set++;
    if (set == JUMP_SETS) { // the one after the last
        set = (e->set + 1) % JUMP_SETS;
        empty(e, set);
        e->uses[set].mode = e->mode;
    }
    use(c, set);
}

static bool may_land(const struct block *b, unsigned kind)
{
    return !(b->lands & A64_LANDS_TELL) && b->lands >> jump_table[kind].strictest & 1;
}

// Where it stands in the tables: entries by pc / 4.
static struct ir_jump *jump(struct ir_jump *table, uint64_t pc)
{
    return &table[(pc >> 2) % IR_JUMPS];
}

static struct ir_native_jump *native_jump(struct ir_native_jump *table, uint64_t pc)
{
    return &table[(pc >> 2) % IR_NATIVE_JUMPS];
}

static struct ir_native_jump *second_native_jump(struct ir_native_jump *table, uint64_t pc)
{
    return native_jump(table, pc ^ pc >> IR_SECOND_JUMP);
}

static bool is_at(const struct ir_native_jump *n, uint64_t pc)
{
    return __atomic_load_n(&n->pc, __ATOMIC_RELAXED) == pc;
}

bool jumps_know(const struct cpu *c, const struct block *b)
{
    unsigned kind = c->s.branch;
    if (!may_land(b, kind))
        return true;
    const struct native_code *n = __atomic_load_n(&b->native, __ATOMIC_ACQUIRE);
    return __atomic_load_n(&jump(c->s.jumps[kind], b->pc)->pc, __ATOMIC_RELAXED) == b->pc &&
           (!n || is_at(native_jump(c->s.native_jumps[kind], b->pc), b->pc) ||
            is_at(second_native_jump(c->s.native_jumps[kind], b->pc), b->pc));
}

// What had the place goes to its other one.
static void put_native(struct ir_native_jump *table, const struct jump_target *to)
{
    struct ir_native_jump *at = native_jump(table, to->pc);
    if (at->pc != to->pc && at->pc > NOT_IN_SLOT_0)
        *second_native_jump(table, at->pc) = *at;
    *at = (struct ir_native_jump){to->pc, to->native};
}

static struct jump_target target(const struct block *b)
{
    return (struct jump_target){.pc = b->pc,
                                .code = b->code.ops,
                                .native = b->native ? native_entry(b->native) : NULL,
                                .mode = b->mode};
}

static void put(struct engine_thread *e, unsigned table, const struct jump_target *to)
{
    struct jump_set *set = &e->sets[e->set];
    e->uses[e->set].used[table] = true;
    *jump(set->jumps[table], to->pc) = (struct ir_jump){to->pc, to->code};
    if (to->native)
        put_native(set->native_jumps[table], to);
}

void jumps_add(struct cpu *c, const struct block *b)
{
    struct engine_thread *e = c->engine;
    unsigned kind = c->s.branch;
    if (!may_land(b, kind))
        return;
    if (unlikely(e->guarded != jumps_guarded))
        jumps_forget(c);
    struct jump_target to = target(b);
    put(e, table_of(e, kind), &to);
}

void jumps_expect(struct cpu *c, unsigned n)
{
    struct engine_thread *e = c->engine;
    struct jump_set *set = &e->sets[e->set];
    if (n < MANY || e->uses[e->set].used[0])
        return;
    arena_populate(set->jumps[0], sizeof set->jumps[0], false);
    arena_populate(set->native_jumps[0], sizeof set->native_jumps[0], n >= IR_JUMPS);
}

bool jumps_target(const struct block *b, struct jump_target *to)
{
    *to = target(b);
    return !b->guarded && !(b->lands & A64_LANDS_TELL);
}

void jumps_add_kept(struct cpu *c, const struct jump_target *to)
{
    struct engine_thread *e = c->engine;
    if (!e->guarded && !jumps_guarded && to->mode == e->mode)
        put(e, 0, to);
}

// The thread whose table it is may be looking: it finds the pc or does not.
static void clear(uint64_t *at, uint64_t pc, bool in_slot_0)
{
    if (__atomic_load_n(at, __ATOMIC_RELAXED) == pc)
        __atomic_store_n(at, in_slot_0 ? NOT_IN_SLOT_0 : 0, __ATOMIC_RELEASE);
}

static void remove_from(struct engine_thread *e, unsigned which, uint64_t pc)
{
    struct jump_set *set = &e->sets[which];
    for (unsigned i = 0; i < JUMP_TABLES; i++) {
        if (!e->uses[which].used[i])
            continue;
        struct ir_jump *j = jump(set->jumps[i], pc);
        struct ir_native_jump *native = set->native_jumps[i], *n = native_jump(native, pc);
        struct ir_native_jump *second = second_native_jump(native, pc);
        clear(&j->pc, pc, j == set->jumps[i]);
        clear(&n->pc, pc, n == native);
        clear(&second->pc, pc, second == native);
    }
}

static void remove_all_from(struct engine_thread *e, unsigned which)
{
    for (unsigned i = 0; i < JUMP_TABLES; i++) {
        struct jump_set *set = &e->sets[which];
        if (!e->uses[which].used[i])
            continue;
        for (unsigned k = 0; k < IR_JUMPS; k++)
            clear(&set->jumps[i][k].pc, set->jumps[i][k].pc, k == 0);
        for (unsigned k = 0; k < IR_NATIVE_JUMPS; k++)
            clear(&set->native_jumps[i][k].pc, set->native_jumps[i][k].pc, k == 0);
    }
}

void jumps_remove_all(void)
{
    for (struct engine_thread *e = safepoint_threads(); e; e = e->safepoint.next)
        for (unsigned i = 0; i < JUMP_SETS; i++)
            remove_all_from(e, i);
}

void jumps_remove(uint64_t pc)
{
    for (struct engine_thread *e = safepoint_threads(); e; e = e->safepoint.next)
        for (unsigned i = 0; i < JUMP_SETS; i++)
            remove_from(e, i, pc);
}
