// SPDX-License-Identifier: MIT
#include "debug/core.h"

#include "base/arena.h"
#include "base/bits.h"
#include "ir/tags.h"
#include "linux/thread.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 256 << 10 }; // what is written at once, and looked up in pagemap

// A file being written. Memory is read through `memory`, which does not mind protections.
struct core {
    int fd, memory, pages;
    uint64_t at, limit;
    int error;
    uint8_t piece[PIECE];
    uint64_t present[PIECE / MM_PAGE];
};

static void put(struct core *c, const void *data, uint64_t size)
{
    const uint8_t *from = data;
    uint64_t room = c->at < c->limit ? c->limit - c->at : 0;
    uint64_t left = size < room ? size : room;
    uint64_t at = c->at;
    while (left && !c->error) {
        ssize_t n = pwrite(c->fd, from, left, (off_t)at);
        if (n < 0 && errno != EINTR)
            c->error = errno;
        if (n > 0) {
            from += n;
            at += (uint64_t)n;
            left -= (uint64_t)n;
        }
    }
    c->at += size;
}

// Bits of an entry of /proc/PID/pagemap.
#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SWAPPED (UINT64_C(1) << 62)

// Which of the pages of a piece there are; all, if the host does not tell.
static void look_up(struct core *c, uint64_t from, size_t pages)
{
    size_t size = pages * sizeof c->present[0];
    if (c->pages < 0 ||
        pread(c->pages, c->present, size, (off_t)(from / MM_PAGE * 8)) != (ssize_t)size)
        memset(c->present, 0xff, size);
}

static void put_page(struct core *c, uint64_t from)
{
    static uint8_t page[MM_PAGE];
    if (pread(c->memory, page, MM_PAGE, (off_t)from) == (ssize_t)MM_PAGE)
        put(c, page, MM_PAGE);
    else
        c->at += MM_PAGE; // past the end of a file, for example
}

static void put_memory(struct core *c, const struct core_map *m)
{
    uint64_t end = m->start + m->kept;
    for (uint64_t from = m->start; from < end && !c->error;) {
        size_t size = end - from < PIECE ? end - from : PIECE, pages = size / MM_PAGE, there = 0;
        if (m->sparse)
            look_up(c, from, pages);
        else
            memset(c->present, 0xff, pages * sizeof c->present[0]);
        for (size_t i = 0; i < pages; i++)
            there += (c->present[i] & (PAGE_PRESENT | PAGE_SWAPPED)) != 0;
        if (there == pages && pread(c->memory, c->piece, size, (off_t)from) == (ssize_t)size) {
            put(c, c->piece, size);
        } else {
            for (size_t i = 0; i < pages; i++)
                if (c->present[i] & (PAGE_PRESENT | PAGE_SWAPPED))
                    put_page(c, from + i * MM_PAGE);
                else
                    c->at += MM_PAGE;
        }
        from += size;
    }
}

// Tags are packed as an arm64 kernel packs them, which is as the emulator has them; pages without
// have 0.
enum { PAGE_TAGS = MM_PAGE / IR_TAG_GRANULE / 2 }; // bytes

static uint64_t tags_size(const struct core_map *m)
{
    return (m->end - m->start) / MM_PAGE * PAGE_TAGS;
}

static void put_tags(struct core *c, const struct core_map *m)
{
    for (uint64_t from = m->start; from < m->end && !c->error; from += MM_PAGE) {
        uint64_t offset = from - ir_tag_memory.start;
        if (ir_page_has_tags(offset))
            put(c, &ir_tag_memory.tags[offset / (2 * IR_TAG_GRANULE)], PAGE_TAGS);
        else
            c->at += PAGE_TAGS;
    }
}

static size_t count_tagged(const struct core_maps *maps)
{
    size_t n = 0;
    for (size_t i = 0; i < maps->count; i++)
        n += maps->at[i].tagged;
    return n;
}

// Not in the host's elf.h.
enum { SEGMENT_MEMORY_TAGS = 0x70000002 }; // PT_AARCH64_MEMTAG_MTE

static Elf64_Phdr tag_segment_of(const struct core_map *m, uint64_t offset)
{
    return (Elf64_Phdr){.p_type = SEGMENT_MEMORY_TAGS,
                        .p_offset = offset,
                        .p_vaddr = m->start,
                        .p_filesz = tags_size(m),
                        .p_memsz = m->end - m->start};
}

static Elf64_Phdr segment_of(const struct core_map *m, uint64_t offset)
{
    return (Elf64_Phdr){.p_type = PT_LOAD,
                        .p_flags = (m->prot & PROT_READ ? PF_R : 0u) |
                                   (m->prot & PROT_WRITE ? PF_W : 0u) |
                                   (m->prot & PROT_EXEC ? PF_X : 0u),
                        .p_offset = offset,
                        .p_vaddr = m->start,
                        .p_filesz = m->kept,
                        .p_memsz = m->end - m->start,
                        .p_align = MM_PAGE};
}

static void write_all(struct core *c, const struct notes *notes, const struct core_maps *maps)
{
    size_t segments = 1 + maps->count + count_tagged(maps);
    uint64_t heads = sizeof(Elf64_Ehdr) + segments * sizeof(Elf64_Phdr);
    // More segments than the header can count stand in a section's.
    Elf64_Shdr extra = {.sh_info = (Elf64_Word)segments, .sh_size = 1};
    bool many = segments >= PN_XNUM;
    Elf64_Ehdr head = {
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_CORE,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = (Elf64_Half)(many ? PN_XNUM : segments),
        .e_shoff = many ? heads + notes->size : 0,
        .e_shentsize = many ? sizeof extra : 0,
        .e_shnum = many,
    };
    Elf64_Phdr note = {.p_type = PT_NOTE, .p_offset = heads, .p_filesz = notes->size, .p_align = 4};
    put(c, &head, sizeof head);
    put(c, &note, sizeof note);
    uint64_t memory = round_up(heads + notes->size + (many ? sizeof extra : 0), MM_PAGE);
    uint64_t offset = memory;
    for (size_t i = 0; i < maps->count; i++) {
        Elf64_Phdr s = segment_of(&maps->at[i], offset);
        put(c, &s, sizeof s);
        offset += maps->at[i].kept;
    }
    for (size_t i = 0; i < maps->count; i++) {
        if (!maps->at[i].tagged)
            continue;
        Elf64_Phdr s = tag_segment_of(&maps->at[i], offset);
        put(c, &s, sizeof s);
        offset += s.p_filesz;
    }
    put(c, notes->at, notes->size);
    if (many)
        put(c, &extra, sizeof extra);
    c->at = memory;
    for (size_t i = 0; i < maps->count; i++)
        put_memory(c, &maps->at[i]);
    for (size_t i = 0; i < maps->count; i++)
        if (maps->at[i].tagged)
            put_tags(c, &maps->at[i]);
    uint64_t size = c->at < c->limit ? c->at : c->limit;
    if (!c->error && ftruncate(c->fd, (off_t)size) < 0)
        c->error = errno;
}

static struct core *begin(uint64_t limit)
{
    struct core *c = arena_pages(sizeof *c);
    if (!c)
        return NULL;
    c->limit = limit;
    c->fd = c->memory = c->pages = -1;
    return c;
}

static int finish(struct core *c)
{
    int error = c->error;
    if (c->memory >= 0)
        close(c->memory);
    if (c->pages >= 0)
        close(c->pages);
    munmap(c, sizeof *c);
    return error;
}

int core_write_notes(int fd, const struct notes *notes)
{
    const struct core_maps none = {0};
    struct core *c = begin(UINT64_MAX);
    if (!c)
        return ENOMEM;
    c->fd = fd;
    write_all(c, notes, &none);
    return finish(c);
}

int core_write(const char *name, uint64_t limit, const struct notes *notes,
               const struct core_maps *maps)
{
    struct core *c = begin(limit);
    struct stat st;
    if (!c)
        return ENOMEM;
    int fd = c->fd = open(name, O_CREAT | O_RDWR | O_NOFOLLOW | O_CLOEXEC, 0600);
    c->memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
    c->pages = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || c->memory < 0)
        c->error = errno;
    // As the kernel does, leaves alone what may be somebody else's.
    else if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_nlink > 1 ||
             st.st_uid != geteuid())
        c->error = EPERM;
    else if (ftruncate(fd, 0) < 0)
        c->error = errno;
    if (!c->error)
        write_all(c, notes, maps);
    if (fd >= 0)
        close(fd);
    return finish(c);
}
