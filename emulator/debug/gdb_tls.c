// SPDX-License-Identifier: MIT
// Where thread-local variables are. gdb knows the module (by its struct link_map) and the offset of
// a variable; the number of the module's block stands in a private part of link_map, and glibc says
// where, in a symbol that is there for debuggers. The main program's block needs no number: it is
// the first behind the thread pointer.
#include "debug/gdb_commands.h"
#include "debug/gdb_memory.h"
#include "linux/thread.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

static bool read_at(uint64_t addr, void *to, size_t size)
{
    return memory_read(addr, to, size) == (int64_t)size;
}

// The public part of glibc's and musl's struct link_map.
struct link_map {
    uint64_t addr, name, dynamic, next, previous;
};

// Of a module: its tables of symbols.
struct symbols {
    uint64_t base, symtab, strtab, hash; // DT_GNU_HASH
};

static bool find_symbols(const struct link_map *m, struct symbols *s)
{
    *s = (struct symbols){.base = m->addr};
    Elf64_Dyn d;
    for (uint64_t at = m->dynamic; read_at(at, &d, sizeof d) && d.d_tag != DT_NULL;
         at += sizeof d) {
        uint64_t value = d.d_un.d_ptr < m->addr ? d.d_un.d_ptr + m->addr : d.d_un.d_ptr;
        if (d.d_tag == DT_SYMTAB)
            s->symtab = value;
        else if (d.d_tag == DT_STRTAB)
            s->strtab = value;
        else if (d.d_tag == DT_GNU_HASH)
            s->hash = value;
    }
    return s->symtab && s->strtab && s->hash;
}

static uint32_t hash_of(const char *name)
{
    uint32_t h = 5381;
    while (*name)
        h = h * 33 + (uint8_t)*name++;
    return h;
}

static bool is_named(const struct symbols *s, const Elf64_Sym *symbol, const char *name)
{
    char there[64];
    size_t size = strlen(name) + 1;
    return size <= sizeof there && read_at(s->strtab + symbol->st_name, there, size) &&
           !memcmp(there, name, size);
}

// The symbol's address, or 0.
static uint64_t find_symbol(const struct symbols *s, const char *name)
{
    struct {
        uint32_t buckets, first, bloom, shift;
    } head;
    uint32_t wanted = hash_of(name), i, hash;
    if (!read_at(s->hash, &head, sizeof head) || !head.buckets)
        return 0;
    uint64_t buckets = s->hash + sizeof head + 8 * (uint64_t)head.bloom;
    uint64_t chains = buckets + 4 * (uint64_t)head.buckets;
    if (!read_at(buckets + 4 * (uint64_t)(wanted % head.buckets), &i, 4) || i < head.first)
        return 0;
    do {
        Elf64_Sym symbol;
        if (!read_at(chains + 4 * (uint64_t)(i - head.first), &hash, 4) ||
            !read_at(s->symtab + i * sizeof symbol, &symbol, sizeof symbol))
            return 0;
        if ((hash | 1) == (wanted | 1) && is_named(s, &symbol, name))
            return s->base + symbol.st_value;
        i++;
    } while (!(hash & 1)); // the last of the bucket
    return 0;
}

enum { MODULES = 4096 }; // a list that is longer is none

// Where in its struct link_map the number of a module is, by what glibc has among its symbols.
static bool number_is_at(struct link_map m, uint64_t *offset)
{
    struct {
        uint32_t bits, count, offset;
    } field;
    for (unsigned n = 0; m.previous && n < MODULES; n++)
        if (!read_at(m.previous, &m, sizeof m))
            return false;
    for (unsigned n = 0; n < MODULES; n++) {
        struct symbols s;
        uint64_t at = find_symbols(&m, &s) ? find_symbol(&s, "_thread_db_link_map_l_tls_modid") : 0;
        if (at) {
            *offset = read_at(at, &field, sizeof field) ? field.offset : 0;
            return *offset;
        }
        if (!m.next || !read_at(m.next, &m, sizeof m))
            return false;
    }
    return false;
}

static uint64_t auxv(uint64_t type)
{
    for (size_t i = 0; i + 1 < process.auxv_size / 8; i += 2)
        if (process.auxv[i] == type)
            return process.auxv[i + 1];
    return 0;
}

// The block of the main program: behind two words, aligned.
static bool main_block(uint64_t tp, uint64_t *block)
{
    Elf64_Phdr p;
    for (uint64_t i = 0; i < auxv(AT_PHNUM); i++) {
        if (!read_at(auxv(AT_PHDR) + i * sizeof p, &p, sizeof p))
            return false;
        if (p.p_type != PT_TLS)
            continue;
        uint64_t align = p.p_align ? p.p_align : 1;
        *block = tp + ((16 + align - 1) & -align);
        return true;
    }
    return false;
}

// The block of another, in the thread's vector of them (glibc's: two words each, the first is the
// block, all ones until somebody uses it; the number of entries stands before).
static bool numbered_block(uint64_t tp, uint64_t map, const struct link_map *m, uint64_t *block)
{
    uint64_t at, number, vector, count;
    return number_is_at(*m, &at) && read_at(map + at, &number, 8) && read_at(tp, &vector, 8) &&
           read_at(vector - 16, &count, 8) && number && number <= count &&
           read_at(vector + 16 * number, block, 8) && *block && ~*block;
}

GDB_COMMAND(tls_address)
{
    int64_t pid, tid;
    uint64_t offset, map, block;
    struct link_map m = {0};
    (void)length;
    if (!gdb_thread_id(&args, &pid, &tid) || !gdb_skip(&args, ",") || !gdb_number(&args, &offset) ||
        !gdb_skip(&args, ",") || !gdb_number(&args, &map))
        return GDB_INVALID;
    const struct traced *x = traced_find((int)tid);
    if (!x || (map && !read_at(map, &m, sizeof m)))
        return GDB_INVALID;
    uint64_t tp = x->thread->cpu.tpidr;
    bool found = m.previous ? numbered_block(tp, map, &m, &block) : main_block(tp, &block);
    if (found)
        gdb_printf(&gdb.out, "%llx", (unsigned long long)(block + offset));
    else
        gdb_put_error(ENOENT);
    return GDB_ANSWER;
}
