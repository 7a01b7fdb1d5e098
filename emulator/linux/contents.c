// SPDX-License-Identifier: MIT
// Executable sections are read word by word, and each word is asked what an Armv8.0-A processor
// lacks for it, as the translator would. That an instruction is there does not say that it is ever
// executed: code that asks the processor first has it too. Data between instructions is what the
// file's mapping symbols say it is; in a file that is stripped of them, what stands close to words
// that are no instructions.
#include "linux/contents.h"

#include "a64/model.h"
#include "a64/translate.h"
#include "base/die.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

// Behind the features, which have rows: what has none.
enum { SVE = FEAT_COUNT, UNKNOWN, KINDS };

// Half of all words are no instructions, so that among 32 words of a table one is.
enum { CLOSE = 16 };

struct file {
    const uint8_t *at;
    uint64_t size;
    const Elf64_Ehdr *header;
    const Elf64_Shdr *sections;
};

// Where code becomes data or code again, in one section.
struct mark {
    uint64_t addr;
    bool data;
};

struct contents {
    struct found {
        uint64_t count, first;  // instructions; the first one's address
        const char *place, *at; // function or section of the first one, of the last one
        uint64_t places;        // how many
    } found[KINDS];
    struct elf_functions functions;
};

#define REJECT(...) return elf_fail(error, ELF_STATUS_CANNOT_RUN, ENOEXEC, __VA_ARGS__)

static bool is_inside(const struct file *f, uint64_t offset, uint64_t n)
{
    return offset <= f->size && n <= f->size - offset;
}

static bool find_sections(struct file *f, struct elf_error *error)
{
    const Elf64_Ehdr *h = f->header = (const Elf64_Ehdr *)f->at;
    if (f->size < sizeof *h || memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 ||
        h->e_ident[EI_CLASS] != ELFCLASS64 || h->e_ident[EI_DATA] != ELFDATA2LSB ||
        h->e_machine != EM_AARCH64)
        REJECT("is no AArch64 ELF file");
    if (!h->e_shnum || h->e_shentsize != sizeof *f->sections || h->e_shoff % 8 ||
        !is_inside(f, h->e_shoff, (uint64_t)h->e_shnum * sizeof *f->sections))
        REJECT("has no section headers, which say where its code is");
    f->sections = (const Elf64_Shdr *)(f->at + h->e_shoff);
    return true;
}

// The bytes of a section; NULL if the file does not have them.
static const void *section_bytes(const struct file *f, const Elf64_Shdr *s)
{
    return s->sh_type != SHT_NOBITS && s->sh_offset % 4 == 0 &&
                   is_inside(f, s->sh_offset, s->sh_size)
               ? f->at + s->sh_offset
               : NULL;
}

// A string of the string table that section `index` is; "" if it has none such.
static const char *string(const struct file *f, unsigned index, uint32_t offset)
{
    if (index >= f->header->e_shnum)
        return "";
    const Elf64_Shdr *s = &f->sections[index];
    if (!is_inside(f, s->sh_offset, s->sh_size) || offset >= s->sh_size)
        return "";
    const char *text = (const char *)f->at + s->sh_offset + offset;
    return memchr(text, 0, s->sh_size - offset) ? text : "";
}

static int by_addr(const void *a, const void *b)
{
    const struct mark *m = a, *n = b;
    return m->addr < n->addr ? -1 : m->addr > n->addr;
}

// The marks of section `index`, an array to be freed with *n of them.
static struct mark *marks_of(const struct file *f, unsigned index, size_t *n)
{
    struct mark *marks = NULL;
    *n = 0;
    for (unsigned i = 0; i < f->header->e_shnum; i++) {
        const Elf64_Shdr *s = &f->sections[i];
        const Elf64_Sym *symbols = s->sh_type == SHT_SYMTAB ? section_bytes(f, s) : NULL;
        size_t count = symbols ? s->sh_size / sizeof *symbols : 0;
        if (!count || (uintptr_t)symbols % 8 || marks)
            continue;
        marks = calloc(count, sizeof *marks);
        for (size_t k = 0; marks && k < count; k++) {
            const char *name =
                symbols[k].st_shndx == index ? string(f, s->sh_link, symbols[k].st_name) : "";
            if (name[0] == '$' && (name[1] == 'd' || name[1] == 'x') &&
                (!name[2] || name[2] == '.'))
                marks[(*n)++] = (struct mark){symbols[k].st_value, name[1] == 'd'};
        }
    }
    if (*n)
        qsort(marks, *n, sizeof *marks, by_addr);
    return marks;
}

// FEAT_BASE if Armv8.0-A has it, or if it is nothing that a program was to execute (UDF).
static unsigned kind_of(uint32_t word)
{
    struct a64_decoded d;
    if (a64_decode(word, &d))
        return a64_missing(word);
    if (!(word >> 16))
        return FEAT_BASE;
    return (word >> 25 & 15) == 2 ? SVE : UNKNOWN; // Arm ARM C4.1
}

static bool is_among_data(const uint32_t *words, uint64_t n, uint64_t at)
{
    uint64_t from = at < CLOSE ? 0 : at - CLOSE, to = n - at <= CLOSE ? n : at + CLOSE;
    while (from < to)
        if (kind_of(words[from++]) == UNKNOWN)
            return true;
    return false;
}

static void count(struct contents *c, unsigned kind, uint64_t addr, const char *place)
{
    struct found *f = &c->found[kind];
    if (!f->count++) {
        f->first = addr;
        f->place = place;
    }
    f->places += f->at != place;
    f->at = place;
}

static void read_section(const struct file *f, unsigned index, struct contents *c)
{
    const Elf64_Shdr *s = &f->sections[index];
    const uint32_t *words = section_bytes(f, s);
    size_t n_marks, next = 0;
    uint64_t n = s->sh_size / sizeof *words, distance;
    bool data = false;
    if (!words)
        return;
    struct mark *marks = marks_of(f, index, &n_marks);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t addr = s->sh_addr + i * sizeof *words;
        while (next < n_marks && marks[next].addr <= addr)
            data = marks[next++].data;
        unsigned kind = data ? FEAT_BASE : kind_of(words[i]);
        if (kind == FEAT_BASE || (!n_marks && is_among_data(words, n, i)))
            continue;
        // In object files, addresses are those within a section.
        const char *name =
            f->header->e_type == ET_REL ? NULL : elf_functions_find(&c->functions, addr, &distance);
        count(c, kind, addr, name ? name : string(f, f->header->e_shstrndx, s->sh_name));
    }
    free(marks);
}

static void list_found(const struct found *f, unsigned kind, FILE *out)
{
    fprintf(out, "%-14s %7" PRIu64 "  %#" PRIx64 " in %s",
            kind == SVE       ? "SVE"
            : kind == UNKNOWN ? "unknown"
                              : a64_feature_name((enum a64_feature)kind),
            f->count, f->first, f->place);
    if (f->places > 1)
        fprintf(out, " and %" PRIu64 " more", f->places - 1);
    fputc('\n', out);
}

static bool has_all(const struct a64_model *m, const struct contents *c)
{
    for (unsigned kind = 0; kind < KINDS; kind++)
        if (c->found[kind].count && (kind >= FEAT_COUNT || !(m->features >> kind & 1)))
            return false;
    return true;
}

// The shorter of the two lists: those that have it, those that have not.
static void list_processors(const struct contents *c, FILE *out)
{
    unsigned have = 0;
    for (unsigned i = 0; i < a64_model_count; i++)
        have += has_all(&a64_models[i], c);
    bool most = have > a64_model_count / 2;
    fprintf(out, "processors with all of that:%s",
            have == a64_model_count ? " all"
            : most                  ? " all but"
            : have                  ? ""
                                    : " none");
    for (unsigned i = 0; have && i < a64_model_count; i++)
        if (has_all(&a64_models[i], c) != most)
            fprintf(out, " %s", a64_models[i].name);
    fputc('\n', out);
}

// Left empty if it is no file with contents.
static bool map_file(const char *path, struct file *f, struct elf_error *error)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0 || fstat(fd, &st) < 0)
        return elf_fail(error, ELF_STATUS_NOT_FOUND, errno, "cannot be read: %s",
                        error_text(errno));
    if (S_ISREG(st.st_mode) && st.st_size) {
        void *at = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED)
            return elf_fail(error, ELF_STATUS_CANNOT_RUN, errno, "cannot be mapped: %s",
                            error_text(errno));
        *f = (struct file){.at = at, .size = (uint64_t)st.st_size};
    }
    close(fd);
    return true;
}

bool contents_list(const char *path, FILE *out, struct elf_error *error)
{
    struct file f = {0};
    struct contents c = {0};
    if (!map_file(path, &f, error) || !find_sections(&f, error))
        return false;
    a64_present = a64_v8_0;
    elf_functions_load(path, &c.functions);
    for (unsigned i = 0; i < f.header->e_shnum; i++)
        if (f.sections[i].sh_type == SHT_PROGBITS && f.sections[i].sh_flags & SHF_EXECINSTR)
            read_section(&f, i, &c);
    bool any = false;
    for (unsigned kind = 0; kind < KINDS; kind++) {
        if (c.found[kind].count)
            list_found(&c.found[kind], kind, out);
        any |= c.found[kind].count;
    }
    if (any)
        list_processors(&c, out);
    else
        fputs("nothing beyond Armv8.0-A\n", out);
    elf_functions_free(&c.functions);
    return true;
}
