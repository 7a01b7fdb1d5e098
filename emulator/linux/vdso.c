// SPDX-License-Identifier: MIT
// The image is as vdso(7) describes arm64's: an ELF shared object with a dynamic symbol table of
// four functions of version LINUX_2.6.39, and no section headers. The clocks come from registers
// that this machine has where the architecture leaves room for its maker's own (a64/system.c); a
// clock without one, and all that is wrong, goes to the kernel.
#include "linux/vdso.h"

#include "linux/guest.h"
#include "linux/lock.h"
#include "linux/mm.h"
#include "linux/thread.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

static const uint32_t code[] = {
    // clock_gettime: x0 clock, x1 struct timespec *
    0x34000380, //       cbz w0, 0f
    0x7100041f, //       cmp w0, #1
    0x54000300, //       b.eq 1f
    0x7100101f, //       cmp w0, #4
    0x54000280, //       b.eq 4f
    0x7100141f, //       cmp w0, #5
    0x54000200, //       b.eq 5f
    0x7100181f, //       cmp w0, #6
    0x54000180, //       b.eq 6f
    0x71001c1f, //       cmp w0, #7
    0x54000100, //       b.eq 7f
    0x71002c1f, //       cmp w0, #11
    0x54000080, //       b.eq 11f
    0xd2800e28, //       mov x8, #113
    0xd4000001, //       svc #0
    0xd65f03c0, //       ret
    0xd53bfb02, //   11: mrs x2, s3_3_c15_c11_0
    0x1400000c, //       b 2f
    0xd53bf702, //   7:  mrs x2, s3_3_c15_c7_0
    0x1400000a, //       b 2f
    0xd53bf602, //   6:  mrs x2, s3_3_c15_c6_0
    0x14000008, //       b 2f
    0xd53bf502, //   5:  mrs x2, s3_3_c15_c5_0
    0x14000006, //       b 2f
    0xd53bf402, //   4:  mrs x2, s3_3_c15_c4_0
    0x14000004, //       b 2f
    0xd53bf102, //   1:  mrs x2, s3_3_c15_c1_0
    0x14000002, //       b 2f
    0xd53bf002, //   0:  mrs x2, s3_3_c15_c0_0
    0x52994003, //   2:  mov w3, #0xca00
    0x72a77343, //       movk w3, #0x3b9a, lsl #16 (a second)
    0x9ac30844, //       udiv x4, x2, x3
    0x9b038882, //       msub x2, x4, x3, x2
    0xa9000824, //       stp x4, x2, [x1]
    0x52800000, //       mov w0, #0
    0xd65f03c0, //       ret
#define GETTIMEOFDAY 36
    // x0 struct timeval *, x1 struct timezone *
    0xb5000181, //       cbnz x1, 3f
    0xb4000160, //       cbz x0, 3f
    0xd53bf002, //       mrs x2, s3_3_c15_c0_0
    0x52994003, //       mov w3, #0xca00
    0x72a77343, //       movk w3, #0x3b9a, lsl #16
    0x9ac30844, //       udiv x4, x2, x3
    0x9b038882, //       msub x2, x4, x3, x2
    0x52807d03, //       mov w3, #1000
    0x9ac30842, //       udiv x2, x2, x3
    0xa9000804, //       stp x4, x2, [x0]
    0x52800000, //       mov w0, #0
    0xd65f03c0, //       ret
    0xd2801528, //   3:  mov x8, #169
    0xd4000001, //       svc #0
    0xd65f03c0, //       ret
#define CLOCK_GETRES 51
    0xd2800e48, //       mov x8, #114
    0xd4000001, //       svc #0
    0xd65f03c0, //       ret
    0xd503201f, //       nop: unwinders look one instruction back from where they are
#define RT_SIGRETURN 55
    0xd2801168, //       mov x8, #139
    0xd4000001, //       svc #0
    0xd503201f, //       nop
};

static const char strings[] = "\0"
                              "linux-vdso.so.1\0"
                              "LINUX_2.6.39\0"
                              "__kernel_clock_gettime\0"
                              "__kernel_gettimeofday\0"
                              "__kernel_clock_getres\0"
                              "__kernel_rt_sigreturn";
enum {
    SONAME = 1,
    VERSION = SONAME + sizeof "linux-vdso.so.1",
    NAME_CLOCK_GETTIME = VERSION + sizeof "LINUX_2.6.39",
    NAME_GETTIMEOFDAY = NAME_CLOCK_GETTIME + sizeof "__kernel_clock_gettime",
    NAME_CLOCK_GETRES = NAME_GETTIMEOFDAY + sizeof "__kernel_gettimeofday",
    NAME_RT_SIGRETURN = NAME_CLOCK_GETRES + sizeof "__kernel_clock_getres",
    // elf_hash of the two names of versions
    SONAME_HASH = 0x0deebfa1,
    VERSION_HASH = 0x075fcb89,
    SYMBOLS = 5,
    VERSION_INDEX = 2,
};

struct version {
    Elf64_Verdef definition;
    Elf64_Verdaux name;
};

// The table of DT_HASH: one bucket, whose chain is all symbols.
struct hash {
    uint32_t buckets, symbols, bucket[1], chain[SYMBOLS];
};

struct image {
    Elf64_Ehdr header;
    Elf64_Phdr program[2];
    Elf64_Dyn dynamic[10];
    Elf64_Sym symbols[SYMBOLS];
    struct version versions[2];
    struct hash hash;
    Elf64_Half symbol_versions[SYMBOLS];
    char strings[sizeof strings];
    uint32_t code[sizeof code / sizeof *code] __attribute__((aligned(16)));
};
_Static_assert(sizeof(struct image) <= MM_PAGE, "the image is one page");

#define AT(part) offsetof(struct image, part)

static Elf64_Sym function(uint32_t name, unsigned first, unsigned end)
{
    return (Elf64_Sym){.st_name = name,
                       .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC),
                       .st_shndx = SHN_ABS - 1, // defined, in a section that is not listed
                       .st_value = AT(code) + 4 * first,
                       .st_size = 4 * (end - first)};
}

static struct version version(uint32_t name, uint32_t hash, unsigned index, unsigned flags,
                              bool last)
{
    return (struct version){{.vd_version = VER_DEF_CURRENT,
                             .vd_flags = (Elf64_Half)flags,
                             .vd_ndx = (Elf64_Half)index,
                             .vd_cnt = 1,
                             .vd_hash = hash,
                             .vd_aux = offsetof(struct version, name),
                             .vd_next = last ? 0 : sizeof(struct version)},
                            {.vda_name = name}};
}

static void put_symbols(struct image *m)
{
    m->symbols[1] = function(NAME_CLOCK_GETTIME, 0, GETTIMEOFDAY);
    m->symbols[2] = function(NAME_GETTIMEOFDAY, GETTIMEOFDAY, CLOCK_GETRES);
    m->symbols[3] = function(NAME_CLOCK_GETRES, CLOCK_GETRES, RT_SIGRETURN - 1);
    m->symbols[4] = function(NAME_RT_SIGRETURN, RT_SIGRETURN, sizeof code / sizeof *code);
    m->versions[0] = version(SONAME, SONAME_HASH, 1, VER_FLG_BASE, false);
    m->versions[1] = version(VERSION, VERSION_HASH, VERSION_INDEX, 0, true);
    for (unsigned i = 1; i < SYMBOLS; i++)
        m->symbol_versions[i] = VERSION_INDEX;
    m->hash = (struct hash){1, SYMBOLS, {1}, {0, 2, 3, 4, 0}};
}

static void put_dynamic(struct image *m)
{
    const Elf64_Dyn dynamic[] = {
        {DT_SONAME, {SONAME}},
        {DT_HASH, {AT(hash)}},
        {DT_STRTAB, {AT(strings)}},
        {DT_STRSZ, {sizeof strings}},
        {DT_SYMTAB, {AT(symbols)}},
        {DT_SYMENT, {sizeof(Elf64_Sym)}},
        {DT_VERSYM, {AT(symbol_versions)}},
        {DT_VERDEF, {AT(versions)}},
        {DT_VERDEFNUM, {2}},
        {DT_NULL, {0}},
    };
    memcpy(m->dynamic, dynamic, sizeof dynamic);
}

static void put_headers(struct image *m)
{
    m->header = (Elf64_Ehdr){
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = ET_DYN,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_phoff = AT(program),
        .e_ehsize = sizeof m->header,
        .e_phentsize = sizeof *m->program,
        .e_phnum = 2};
    m->program[0] = (Elf64_Phdr){.p_type = PT_LOAD,
                                 .p_flags = PF_R | PF_X,
                                 .p_filesz = sizeof *m,
                                 .p_memsz = sizeof *m,
                                 .p_align = MM_PAGE};
    m->program[1] = (Elf64_Phdr){.p_type = PT_DYNAMIC,
                                 .p_flags = PF_R,
                                 .p_offset = AT(dynamic),
                                 .p_vaddr = AT(dynamic),
                                 .p_filesz = sizeof m->dynamic,
                                 .p_memsz = sizeof m->dynamic,
                                 .p_align = 8};
}

uint64_t vdso_map(void)
{
    struct mm *mm = &process.mm;
    struct image m = {0};
    uint64_t at = mm->stack_top + MM_PAGE;
    put_headers(&m);
    put_dynamic(&m);
    put_symbols(&m);
    memcpy(m.strings, strings, sizeof strings);
    memcpy(m.code, code, sizeof code);
    if (mm_map_at(mm, at, MM_PAGE, PROT_READ | PROT_WRITE, -1, 0, VMA_VDSO) < 0 ||
        !guest_write(at, &m, sizeof m) ||
        mm_mprotect(thread_self, at, MM_PAGE, PROT_READ | PROT_EXEC) < 0)
        return 0;
    mm->vdso = at;
    return at;
}

uint64_t vdso_sigreturn(void)
{
    const struct mm *mm = &process.mm;
    return mm->vdso ? mm->vdso + AT(code) + 4 * RT_SIGRETURN : 0;
}
