// SPDX-License-Identifier: MIT
// From bytes to struct elf_image. Nothing here trusts a field before it is checked against the
// file's size and the guest's address space; sums are formed only of numbers already bounded.
#include "base/bits.h"
#include "base/die.h"
#include "linux/elf.h"
#include "linux/mm_internal.h"

#include <elf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

// The kernel's bound on the program headers, in bytes.
enum { MAX_PHDR_BYTES = 65536 };

bool elf_fail(struct elf_error *error, int status, int err, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(error->text, sizeof error->text, fmt, args);
    va_end(args);
    error->status = status;
    error->error = err;
    return false;
}

#define REJECT(...) return elf_fail(error, ELF_STATUS_CANNOT_RUN, ENOEXEC, __VA_ARGS__)

static const char *machine_name(unsigned machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {
        {EM_386, "32-bit x86"},  {EM_MIPS, "MIPS"},    {EM_PPC, "PowerPC"},
        {EM_PPC64, "PowerPC64"}, {EM_S390, "S390"},    {EM_SH, "SuperH"},
        {EM_SPARCV9, "SPARC64"}, {EM_RISCV, "RISC-V"}, {EM_LOONGARCH, "LoongArch"},
        {EM_IA_64, "Itanium"},   {EM_BPF, "BPF"},
    };
    for (unsigned i = 0; i < ARRAY_LEN(names); i++)
        if (names[i].machine == machine)
            return names[i].name;
    return NULL;
}

// A file that is no ELF file at all.
static bool reject_format(const uint8_t *head, size_t n, struct elf_error *error)
{
    if (n >= 2 && head[0] == '#' && head[1] == '!') {
        size_t start = 2, len = 0;
        while (start < n && (head[start] == ' ' || head[start] == '\t'))
            start++;
        while (start + len < n && head[start + len] > ' ' && head[start + len] < 0x7f)
            len++;
        REJECT(
            "is a script for '%.*s', not a program; give a64run the AArch64 interpreter and the script",
            (int)len, (const char *)head + start);
    }
    if (n < 4 || memcmp(head, ELFMAG, SELFMAG) != 0)
        REJECT("is not an ELF program; a64run needs an AArch64 Linux executable");
    REJECT("is truncated: %zu bytes, the ELF header alone has %zu; build or copy it again", n,
           sizeof(Elf64_Ehdr));
}

static bool check_machine(const Elf64_Ehdr *h, struct elf_error *error)
{
    // e_machine stands at the same place in both classes.
    if (h->e_ident[EI_DATA] == ELFDATA2MSB)
        REJECT("is a big-endian program; a64run runs little-endian AArch64 programs");
    if (h->e_ident[EI_DATA] != ELFDATA2LSB)
        REJECT("has an invalid ELF header: byte order %u", h->e_ident[EI_DATA]);
    if (h->e_machine == EM_X86_64)
        REJECT(
            "is an x86-64 program, not AArch64; run it directly, or rebuild it with aarch64-linux-gnu-gcc");
    if (h->e_machine == EM_ARM)
        REJECT("is a 32-bit Arm program; a64run runs 64-bit (AArch64) programs: rebuild it with "
               "aarch64-linux-gnu-gcc");
    if (h->e_machine != EM_AARCH64) {
        const char *name = machine_name(h->e_machine);
        if (name)
            REJECT("is a %s program, not AArch64; rebuild it with aarch64-linux-gnu-gcc", name);
        REJECT("is a program for machine %u, not AArch64; rebuild it with aarch64-linux-gnu-gcc",
               h->e_machine);
    }
    if (h->e_ident[EI_CLASS] != ELFCLASS64 && h->e_ident[EI_CLASS] != ELFCLASS32)
        REJECT("has an invalid ELF header: class %u", h->e_ident[EI_CLASS]);
    if (h->e_ident[EI_CLASS] != ELFCLASS64)
        REJECT(
            "is a 32-bit (ILP32) program; a64run runs 64-bit programs: rebuild it without -mabi=ilp32");
    return true;
}

static bool check_header(const Elf64_Ehdr *h, uint64_t file_size, struct elf_error *error)
{
    if (!check_machine(h, error))
        return false;
    if (h->e_ident[EI_VERSION] != EV_CURRENT || h->e_version != EV_CURRENT)
        REJECT("has an invalid ELF header: version %u", h->e_version);
    switch (h->e_type) {
    case ET_EXEC:
    case ET_DYN: break;
    case ET_REL: REJECT("is an object file; link it into a program first");
    case ET_CORE: REJECT("is a core dump; open it with gdb-multiarch");
    default: REJECT("is not an executable (ELF type %u)", h->e_type);
    }
    if (!h->e_phnum)
        REJECT("has no program headers; link it into a program first");
    if (h->e_phentsize != sizeof(Elf64_Phdr))
        REJECT("has an invalid ELF header: program headers of %u bytes instead of %zu",
               h->e_phentsize, sizeof(Elf64_Phdr));
    uint64_t bytes = (uint64_t)h->e_phnum * sizeof(Elf64_Phdr);
    if (bytes > MAX_PHDR_BYTES)
        REJECT("has %u program headers; Linux accepts %zu at most", h->e_phnum,
               MAX_PHDR_BYTES / sizeof(Elf64_Phdr));
    if (h->e_phoff > file_size || bytes > file_size - h->e_phoff)
        REJECT("is truncated: its program headers end at byte %" PRIu64 ", the file at %" PRIu64
               "; build or copy it again",
               h->e_phoff > UINT64_MAX - bytes ? UINT64_MAX : h->e_phoff + bytes, file_size);
    return true;
}

// A PT_LOAD header with its number, for messages.
static bool check_segment(const Elf64_Phdr *p, unsigned i, bool relocatable, uint64_t file_size,
                          struct elf_error *error)
{
    if (p->p_filesz > p->p_memsz)
        REJECT("has an invalid program header %u: %" PRIu64 " bytes in the file, %" PRIu64
               " in memory",
               i, p->p_filesz, p->p_memsz);
    if (p->p_offset > file_size || p->p_filesz > file_size - p->p_offset)
        REJECT("is truncated: segment %u needs %" PRIu64 " bytes at %" PRIu64
               ", the file has %" PRIu64 "; build or copy it again",
               i, p->p_filesz, p->p_offset, file_size);
    if ((p->p_vaddr ^ p->p_offset) & (MM_PAGE - 1))
        REJECT("has an invalid program header %u: address %#" PRIx64 " and file offset %#" PRIx64
               " differ within a page of %" PRIu64 " bytes",
               i, p->p_vaddr, p->p_offset, MM_PAGE);
    if (p->p_align > 1 && !is_pow2(p->p_align))
        REJECT("has an invalid program header %u: alignment %" PRIu64 " is not a power of two", i,
               p->p_align);
    if (p->p_memsz > MM_LIMIT || p->p_vaddr > MM_LIMIT - p->p_memsz)
        REJECT("does not fit the address space: segment %u has %#" PRIx64 " bytes at %#" PRIx64
               ", addresses end at %#" PRIx64,
               i, p->p_memsz, p->p_vaddr, MM_LIMIT);
    if (!relocatable && p->p_vaddr < MM_PAGE)
        REJECT("does not fit the address space: segment %u is at address %#" PRIx64
               ", the lowest page cannot be mapped",
               i, p->p_vaddr);
    return true;
}

static bool add_segment(struct elf_image *image, const Elf64_Phdr *p, unsigned i,
                        uint64_t file_size, struct elf_error *error)
{
    if (!p->p_memsz && !p->p_filesz)
        return true;
    if (!check_segment(p, i, image->relocatable, file_size, error))
        return false;
    if (image->count) {
        const struct elf_segment *last = &image->segment[image->count - 1];
        if (p->p_vaddr < last->vaddr + last->memsz)
            REJECT(
                "has an invalid program header %u: segments overlap or are not in ascending order",
                i);
    }
    if (image->count == ELF_MAX_SEGMENTS)
        REJECT("has more than %u loadable segments", ELF_MAX_SEGMENTS);
    image->segment[image->count++] = (struct elf_segment){
        .vaddr = p->p_vaddr,
        .memsz = p->p_memsz,
        .offset = p->p_offset,
        .filesz = p->p_filesz,
        .prot = (p->p_flags & PF_R ? PROT_READ : 0) | (p->p_flags & PF_W ? PROT_WRITE : 0) |
                (p->p_flags & PF_X ? PROT_EXEC : 0),
    };
    if (p->p_align > image->align && p->p_align <= UINT64_C(1) << 32)
        image->align = p->p_align;
    return true;
}

static bool read_interp(const struct elf_source *source, const Elf64_Phdr *p,
                        struct elf_image *image, struct elf_error *error)
{
    if (p->p_filesz < 2 || p->p_filesz > ELF_MAX_INTERP)
        REJECT("has an invalid interpreter name of %" PRIu64 " bytes", p->p_filesz);
    if (p->p_offset > source->size || p->p_filesz > source->size - p->p_offset)
        REJECT(
            "is truncated: its interpreter name ends past the end of the file; build or copy it again");
    if (!source->read(source->context, p->p_offset, image->interp, p->p_filesz))
        REJECT("cannot be read: %s", error_text(errno));
    if (image->interp[p->p_filesz - 1] || !image->interp[0])
        REJECT("has an invalid interpreter name: %s",
               image->interp[0] ? "it does not end" : "it is empty");
    return true;
}

static bool read_phdr(const struct elf_source *source, const Elf64_Phdr *p, unsigned i,
                      struct elf_image *image, struct elf_error *error)
{
    switch (p->p_type) {
    case PT_LOAD: return add_segment(image, p, i, source->size, error);
    case PT_INTERP:
        if (image->interp[0])
            REJECT("has two interpreters");
        return read_interp(source, p, image, error);
    case PT_GNU_PROPERTY:
        image->property_offset = p->p_offset;
        image->property_size = p->p_filesz;
        return true;
    case PT_GNU_STACK: image->exec_stack = p->p_flags & PF_X; return true;
    default: return true;
    }
}

// The address in memory of what stands at `offset` of the file; 0 if no segment has it.
static uint64_t address_of(const struct elf_image *image, uint64_t offset)
{
    for (unsigned i = 0; i < image->count; i++) {
        const struct elf_segment *s = &image->segment[i];
        if (offset >= s->offset && offset - s->offset < s->filesz)
            return s->vaddr + (offset - s->offset);
    }
    return 0;
}

// Any entry point will do, a bad one faults as it does on a board; but libraries are given by
// mistake.
static bool check_entry(const struct elf_image *image, struct elf_error *error)
{
    if (image->relocatable && !image->entry)
        REJECT("is a shared library without an entry point; run a program that uses it");
    return true;
}

bool elf_parse(const struct elf_source *source, struct elf_image *image, struct elf_error *error)
{
    // Header and, in every file a linker makes, all program headers: one read.
    union {
        Elf64_Ehdr header;
        uint8_t bytes[1024];
    } head = {0};
    size_t n = source->size < sizeof head ? (size_t)source->size : sizeof head;
    if (!n)
        REJECT("is empty; build or copy it again");
    if (!source->read(source->context, 0, &head, n))
        REJECT("cannot be read: %s", error_text(errno));
    if (n < sizeof(Elf64_Ehdr) || memcmp(head.bytes, ELFMAG, SELFMAG) != 0)
        return reject_format(head.bytes, n, error);
    const Elf64_Ehdr *h = &head.header;
    if (!check_header(h, source->size, error))
        return false;

    image->relocatable = h->e_type == ET_DYN;
    image->exec_stack = false;
    image->entry = h->e_entry;
    image->phnum = h->e_phnum;
    image->align = MM_PAGE;
    image->count = 0;
    image->interp[0] = 0;
    image->property_size = 0;
    for (unsigned i = 0; i < h->e_phnum; i++) {
        Elf64_Phdr p;
        uint64_t at = h->e_phoff + i * sizeof p;
        if (at + sizeof p <= n)
            memcpy(&p, head.bytes + at, sizeof p);
        else if (!source->read(source->context, at, &p, sizeof p))
            REJECT("cannot be read: %s", error_text(errno));
        if (!read_phdr(source, &p, i, image, error))
            return false;
    }
    if (!image->count)
        REJECT("has nothing to load; link it into a program first");
    const struct elf_segment *last = &image->segment[image->count - 1];
    image->low = round_down(image->segment[0].vaddr, MM_PAGE);
    image->high = round_up(last->vaddr + last->memsz, MM_PAGE);
    image->phdr = address_of(image, h->e_phoff);
    return check_entry(image, error);
}
