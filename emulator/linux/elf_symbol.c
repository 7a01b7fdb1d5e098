// SPDX-License-Identifier: MIT
// The functions that an ELF file names: everything is read with bounds.
#include "linux/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_SECTIONS = 4096, MAX_TABLE = 1 << 28 };

static bool read_at(int fd, uint64_t offset, void *to, size_t n)
{
    return pread(fd, to, n, (off_t)offset) == (ssize_t)n;
}

// A section's bytes with a NUL behind them, or NULL.
static void *read_section(int fd, const Elf64_Shdr *s)
{
    char *to = s->sh_size < MAX_TABLE ? malloc(s->sh_size + 1) : NULL;
    if (to && !read_at(fd, s->sh_offset, to, s->sh_size)) {
        free(to);
        return NULL;
    }
    if (to)
        to[s->sh_size] = 0;
    return to;
}

static int by_start(const void *a, const void *b)
{
    const struct elf_function *f = a, *g = b;
    return f->start < g->start ? -1 : f->start > g->start;
}

static bool keep_functions(const Elf64_Sym *symbols, size_t n, uint64_t strings_size,
                           struct elf_functions *out)
{
    out->at = malloc((n + 1) * sizeof *out->at);
    for (size_t i = 0; out->at && i < n; i++) {
        const Elf64_Sym *s = &symbols[i];
        unsigned type = ELF64_ST_TYPE(s->st_info);
        if ((type == STT_FUNC || type == STT_GNU_IFUNC) && s->st_shndx && s->st_name &&
            s->st_name < strings_size)
            out->at[out->n++] = (struct elf_function){s->st_value, s->st_size, s->st_name};
    }
    if (out->n)
        qsort(out->at, out->n, sizeof *out->at, by_start);
    return out->n;
}

static bool load_table(int fd, const Elf64_Shdr *table, const Elf64_Shdr *strings,
                       struct elf_functions *out)
{
    Elf64_Sym *symbols = read_section(fd, table);
    *out = (struct elf_functions){.names = read_section(fd, strings)};
    bool some = symbols && out->names &&
                keep_functions(symbols, table->sh_size / sizeof *symbols, strings->sh_size, out);
    free(symbols);
    if (!some)
        elf_functions_free(out);
    return some;
}

static bool load_file(int fd, struct elf_functions *out)
{
    Elf64_Ehdr h;
    if (!read_at(fd, 0, &h, sizeof h) || h.e_shentsize != sizeof(Elf64_Shdr) ||
        h.e_shnum > MAX_SECTIONS)
        return false;
    static const uint32_t kinds[] = {SHT_SYMTAB, SHT_DYNSYM}; // the first one has more
    for (unsigned k = 0; k < ARRAY_LEN(kinds); k++) {
        for (unsigned i = 0; i < h.e_shnum; i++) {
            Elf64_Shdr table, strings;
            if (!read_at(fd, h.e_shoff + i * sizeof table, &table, sizeof table) ||
                table.sh_type != kinds[k])
                continue;
            if (table.sh_link >= h.e_shnum ||
                !read_at(fd, h.e_shoff + table.sh_link * sizeof strings, &strings, sizeof strings))
                continue;
            if (load_table(fd, &table, &strings, out))
                return true;
        }
    }
    return false;
}

bool elf_functions_load(const char *path, struct elf_functions *out)
{
    *out = (struct elf_functions){0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool some = load_file(fd, out);
    close(fd);
    return some;
}

void elf_functions_free(struct elf_functions *f)
{
    free(f->at);
    free(f->names);
    *f = (struct elf_functions){0};
}

// The closest below or at addr wins, if it reaches that far.
const char *elf_functions_find(const struct elf_functions *f, uint64_t addr, uint64_t *distance)
{
    size_t lo = 0, hi = f->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (f->at[mid].start <= addr)
            lo = mid + 1;
        else
            hi = mid;
    }
    while (lo-- > 0) {
        const struct elf_function *at = &f->at[lo];
        *distance = addr - at->start;
        if (!at->size || *distance < at->size)
            return f->names + at->name;
    }
    return NULL;
}
