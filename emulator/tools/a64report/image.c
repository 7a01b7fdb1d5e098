// SPDX-License-Identifier: MIT
#include "image.h"

#include "base/host.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_NOTES = 256 << 20 };

static bool fail(const char *what)
{
    fprintf(stderr, "a64report: %s\n", what);
    return false;
}

static bool read_at(int fd, uint64_t offset, void *to, size_t size)
{
    return pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

// NT_FILE; its strings stay where they are.
static void read_files(struct image *i, const uint8_t *at, size_t size)
{
    struct core_files head;
    if (size < sizeof head)
        return;
    memcpy(&head, at, sizeof head);
    if (head.count > size / sizeof(struct core_file_range))
        return;
    size_t names = sizeof head + head.count * sizeof(struct core_file_range);
    if (names > size || (size > names && at[size - 1]))
        return;
    i->map = calloc(head.count + 1, sizeof *i->map);
    const char *name = (const char *)at + names, *end = (const char *)at + size;
    for (uint64_t k = 0; i->map && k < head.count && name < end; k++) {
        struct core_file_range r;
        memcpy(&r, at + sizeof head + k * sizeof r, sizeof r);
        i->map[i->maps++] = (struct image_map){r.start, r.end, r.page * head.page_size, name};
        name += strlen(name) + 1;
    }
}

static void read_auxv(struct image *i, const uint8_t *at, size_t size)
{
    for (; size >= sizeof(Elf64_auxv_t); at += sizeof(Elf64_auxv_t), size -= sizeof(Elf64_auxv_t)) {
        Elf64_auxv_t a;
        memcpy(&a, at, sizeof a);
        if (a.a_type == AT_SYSINFO_EHDR)
            i->vdso = a.a_un.a_val;
    }
}

static void read_note(struct image *i, const char *name, uint32_t type, const uint8_t *at,
                      size_t size)
{
    struct core_prstatus status;
    if (!strcmp(name, REPORT_NAME) && type == NOTE_REPORT && size && !at[size - 1]) {
        i->report.facts.at = malloc(size);
        if (i->report.facts.at) {
            memcpy(i->report.facts.at, at, size);
            i->report.facts.size = size;
        }
    } else if (!strcmp(name, CORE_NAME) && type == NOTE_PRSTATUS && size == sizeof status) {
        memcpy(&status, at, sizeof status);
        report_add_thread(&i->report, status.pid, &status.registers);
    } else if (!strcmp(name, CORE_NAME) && type == NOTE_FILE) {
        read_files(i, at, size);
    } else if (!strcmp(name, CORE_NAME) && type == NOTE_AUXV) {
        read_auxv(i, at, size);
    } else if (!strcmp(name, LINUX_NAME) && type == NOTE_ARM_PAC_MASK && size >= 16) {
        memcpy(&i->pac, at + 8, 8);
    }
}

static void read_notes(struct image *i, const uint8_t *at, size_t size)
{
    while (size >= sizeof(Elf64_Nhdr)) {
        Elf64_Nhdr n;
        memcpy(&n, at, sizeof n);
        uint64_t name = (n.n_namesz + UINT64_C(3)) & ~UINT64_C(3);
        uint64_t data = (n.n_descsz + UINT64_C(3)) & ~UINT64_C(3);
        if (!n.n_namesz || sizeof n + name + data > size || at[sizeof n + n.n_namesz - 1])
            return;
        read_note(i, (const char *)at + sizeof n, n.n_type, at + sizeof n + name, n.n_descsz);
        at += sizeof n + name + data;
        size -= sizeof n + name + data;
    }
}

bool image_read(struct image *i, int core, int memory)
{
    Elf64_Ehdr head;
    *i = (struct image){.memory = memory, .core = core};
    if (!read_at(core, 0, &head, sizeof head) || memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 ||
        head.e_ident[EI_CLASS] != ELFCLASS64 || head.e_type != ET_CORE)
        return fail("this is no core file; give one of an AArch64 program");
    if (head.e_machine != EM_AARCH64 || head.e_phentsize != sizeof(Elf64_Phdr))
        return fail("this core file is of another kind of machine; give one of an AArch64 program");
    uint64_t count = head.e_phnum;
    Elf64_Shdr extra;
    if (count == PN_XNUM && read_at(core, head.e_shoff, &extra, sizeof extra))
        count = extra.sh_info;
    i->segment = calloc(count + 1, sizeof *i->segment);
    for (uint64_t k = 0; i->segment && k < count; k++) {
        Elf64_Phdr p;
        if (!read_at(core, head.e_phoff + k * sizeof p, &p, sizeof p))
            break;
        if (p.p_type == PT_LOAD && p.p_filesz)
            i->segment[i->segments++] = (struct image_segment){p.p_vaddr, p.p_filesz, p.p_offset};
        // The notes are kept: their strings are used.
        uint8_t *notes = p.p_type == PT_NOTE && p.p_filesz < MOST_NOTES ? malloc(p.p_filesz) : NULL;
        if (notes && read_at(core, p.p_offset, notes, p.p_filesz))
            read_notes(i, notes, p.p_filesz);
    }
    return i->report.threads || fail("this core file has no threads; it may be cut off");
}

const struct image_map *image_map_at(const struct image *i, uint64_t addr)
{
    for (size_t k = 0; k < i->maps; k++)
        if (addr >= i->map[k].start && addr < i->map[k].end)
            return &i->map[k];
    return NULL;
}

// What a core file leaves out because it is in a file that was mapped.
static bool read_mapped(const struct image *i, uint64_t from, void *to, size_t size)
{
    static FILE *last;
    static const struct image_map *last_map;
    const struct image_map *m = image_map_at(i, from);
    if (!m || size > m->end - from)
        return false;
    if (m != last_map) {
        if (last)
            fclose(last);
        last = fopen(m->file, "re");
        last_map = m;
    }
    return last && read_at(fileno(last), m->offset + (from - m->start), to, size);
}

static bool read_memory(const struct image *i, uint64_t from, void *to, size_t size)
{
    if (i->memory >= 0)
        return read_at(i->memory, from, to, size);
    for (size_t k = 0; k < i->segments; k++) {
        const struct image_segment *s = &i->segment[k];
        if (from >= s->start && from - s->start < s->size && size <= s->size - (from - s->start))
            return read_at(i->core, s->offset + (from - s->start), to, size);
    }
    return read_mapped(i, from, to, size);
}

enum { PAGE = 4096 };

// Stacks are read word by word, and nobody writes meanwhile: pages are kept, one for each of a few
// places, since a reading is a system call.
bool image_memory(const struct image *i, uint64_t from, void *to, size_t size)
{
    static struct {
        uint64_t page;
        uint8_t bytes[PAGE];
    } kept[16];
    uint64_t page = from / PAGE, offset = from % PAGE, slot = page % ARRAY_LEN(kept);
    if (size > PAGE - offset)
        return read_memory(i, from, to, size);
    if (kept[slot].page != page || !page) {
        kept[slot].page = 0;
        if (!read_memory(i, page * PAGE, kept[slot].bytes, PAGE))
            return read_memory(i, from, to, size);
        kept[slot].page = page;
    }
    memcpy(to, kept[slot].bytes + offset, size);
    return true;
}
