// SPDX-License-Identifier: MIT
#include "debug/core_maps.h"

#include "linux/guest.h"
#include "linux/host_maps.h"
#include "linux/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// Bits of coredump_filter.
enum {
    KEEP_ANONYMOUS_PRIVATE = 1 << 0,
    KEEP_ANONYMOUS_SHARED = 1 << 1,
    KEEP_FILE_PRIVATE = 1 << 2,
    KEEP_FILE_SHARED = 1 << 3,
    KEEP_ELF_HEADERS = 1 << 4,
    KEEP_DEFAULT = 0x33,
};

// What /proc/self/smaps tells of one of the host's mappings.
struct host_facts {
    struct host_mapping map;
    uint64_t resident_kb, anonymous_kb, swapped_kb;
    bool unwanted; // MADV_DONTDUMP, or of a device
};

static unsigned read_filter(void)
{
    unsigned filter = KEEP_DEFAULT;
    FILE *f = fopen("/proc/self/coredump_filter", "re");
    if (f && fscanf(f, "%x", &filter) != 1)
        filter = KEEP_DEFAULT;
    if (f)
        fclose(f);
    return filter;
}

static bool has_elf_head(const struct core_map *m)
{
    char head[4];
    return m->prot & PROT_READ && !m->offset && guest_read(head, m->start, sizeof head) &&
           !memcmp(head, "\177ELF", sizeof head);
}

static uint64_t kept(const struct core_map *m, const struct vma *v, const struct host_facts *h,
                     unsigned filter)
{
    uint64_t all = m->end - m->start;
    bool deleted = h->map.inode && strstr(h->map.name, " (deleted)");
    if (v->kind == VMA_VDSO)
        return all;
    if (h->unwanted)
        return 0;
    if (h->map.shared)
        return filter & (deleted ? KEEP_ANONYMOUS_SHARED : KEEP_FILE_SHARED) ? all : 0;
    bool touched = h->anonymous_kb || h->swapped_kb;
    if (touched && filter & KEEP_ANONYMOUS_PRIVATE)
        return all;
    if (!h->map.inode)
        return 0;
    if (filter & KEEP_FILE_PRIVATE)
        return all;
    return filter & KEEP_ELF_HEADERS && has_elf_head(m) ? MM_PAGE : 0;
}

static void append(struct core_maps *to, const struct core_map *m)
{
    if (to->count == to->capacity) {
        size_t capacity = to->capacity ? 2 * to->capacity : 64;
        struct core_map *at = realloc(to->at, capacity * sizeof *at);
        if (!at)
            return; // what there was memory for
        to->at = at;
        to->capacity = capacity;
    }
    to->at[to->count++] = *m;
}

// The guest's mappings that lie in one of the host's.
static void add_pieces(struct core_maps *to, const struct host_facts *h, unsigned filter)
{
    const struct vma_table *t = &process.mm.vmas;
    for (unsigned i = 0; i < t->count; i++) {
        const struct vma *v = &t->at[i];
        uint64_t start = v->start, below = i ? t->at[i - 1].end : 0;
        // The table does not know yet how far down it has grown.
        if (v->grows && h->map.end > start && h->map.start < start && h->map.start >= below)
            start = h->map.start;
        start = start > h->map.start ? start : h->map.start;
        uint64_t end = v->end < h->map.end ? v->end : h->map.end;
        if (start >= end)
            continue;
        struct core_map m = {.start = start,
                             .end = end,
                             .prot = v->prot & (PROT_READ | PROT_WRITE | PROT_EXEC),
                             .sparse = !h->map.inode};
        if (h->map.inode) {
            m.offset = h->map.offset + (start - h->map.start);
            m.file = strdup(h->map.name);
        }
        m.kept = kept(&m, v, h, filter);
        m.tagged = v->prot & GUEST_PROT_MTE && !h->unwanted;
        append(to, &m);
    }
}

static void note_line(struct host_facts *h, const char *line)
{
    unsigned long long kb;
    if (sscanf(line, "Rss: %llu", &kb) == 1)
        h->resident_kb = kb;
    else if (sscanf(line, "Anonymous: %llu", &kb) == 1)
        h->anonymous_kb = kb;
    else if (sscanf(line, "Swap: %llu", &kb) == 1)
        h->swapped_kb = kb;
    else if (!strncmp(line, "VmFlags:", 8))
        h->unwanted = strstr(line, " dd") || strstr(line, " io");
}

void core_maps_read(struct core_maps *m)
{
    static char line[HOST_MAPPING_LINE];
    static struct host_facts h;
    struct host_mapping next;
    unsigned filter = read_filter();
    FILE *f = fopen("/proc/self/smaps", "re");
    bool any = false;
    *m = (struct core_maps){0};
    while (f && fgets(line, sizeof line, f)) {
        if (!host_mapping_parse(line, &next)) {
            note_line(&h, line);
            continue;
        }
        if (any)
            add_pieces(m, &h, filter);
        any = next.start < MM_LIMIT;
        if (!any)
            break; // the rest is the emulator's
        h = (struct host_facts){.map = next};
    }
    if (any)
        add_pieces(m, &h, filter);
    if (f)
        fclose(f);
}

void core_maps_free(struct core_maps *m)
{
    for (size_t i = 0; i < m->count; i++)
        free(m->at[i].file);
    free(m->at);
    *m = (struct core_maps){0};
}
