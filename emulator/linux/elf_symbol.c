// SPDX-License-Identifier: MIT
// Names for addresses, for the emulator's own messages only: everything is read with bounds,
// nothing is kept.
#include "linux/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_SECTIONS = 4096 };

static bool read_at(int fd, uint64_t offset, void *to, size_t n)
{
    return pread(fd, to, n, (off_t)offset) == (ssize_t)n;
}

// Looks for the best function in one symbol table; the closest below or at addr wins.
static bool search(int fd, const Elf64_Shdr *table, const Elf64_Shdr *strings, uint64_t addr,
                   char *name, size_t name_size, uint64_t *distance)
{
    Elf64_Sym best = {0};
    bool found = false;
    uint64_t n = table->sh_size / sizeof(Elf64_Sym);
    for (uint64_t i = 0; i < n; i += 256) {
        Elf64_Sym chunk[256];
        uint64_t count = n - i < 256 ? n - i : 256;
        if (!read_at(fd, table->sh_offset + i * sizeof *chunk, chunk, count * sizeof *chunk))
            break;
        for (uint64_t k = 0; k < count; k++) {
            const Elf64_Sym *s = &chunk[k];
            if (ELF64_ST_TYPE(s->st_info) != STT_FUNC || s->st_value > addr || !s->st_shndx)
                continue;
            if (s->st_size && addr - s->st_value >= s->st_size)
                continue;
            if (!found || s->st_value > best.st_value) {
                best = *s;
                found = true;
            }
        }
    }
    if (!found || best.st_name >= strings->sh_size)
        return false;
    uint64_t room = strings->sh_size - best.st_name;
    size_t want = room < name_size - 1 ? (size_t)room : name_size - 1;
    if (!read_at(fd, strings->sh_offset + best.st_name, name, want))
        return false;
    name[want] = 0;
    *distance = addr - best.st_value;
    return name[0];
}

static bool search_file(int fd, uint64_t addr, char *name, size_t name_size, uint64_t *distance)
{
    Elf64_Ehdr h;
    if (!read_at(fd, 0, &h, sizeof h) || h.e_shentsize != sizeof(Elf64_Shdr) ||
        h.e_shnum > MAX_SECTIONS)
        return false;
    static const uint32_t kinds[] = {SHT_SYMTAB, SHT_DYNSYM};
    for (unsigned k = 0; k < ARRAY_LEN(kinds); k++) {
        for (unsigned i = 0; i < h.e_shnum; i++) {
            Elf64_Shdr table, strings;
            if (!read_at(fd, h.e_shoff + i * sizeof table, &table, sizeof table) ||
                table.sh_type != kinds[k])
                continue;
            if (table.sh_link >= h.e_shnum ||
                !read_at(fd, h.e_shoff + table.sh_link * sizeof strings, &strings, sizeof strings))
                continue;
            if (search(fd, &table, &strings, addr, name, name_size, distance))
                return true;
        }
    }
    return false;
}

bool elf_find_function(const char *path, uint64_t addr, char *name, size_t name_size,
                       uint64_t *distance)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    bool found = search_file(fd, addr, name, name_size, distance);
    close(fd);
    return found;
}
