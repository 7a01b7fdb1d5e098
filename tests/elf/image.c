// SPDX-License-Identifier: MIT
#include "image.h"

#include <string.h>

enum {
    INTERP_PHDR = 2,
    STACK_PHDR = 3,
    N_PHDR = 4,
    CODE_AT = 0x200,
    DATA_AT = 0x1200,
    INTERP_AT = 0x180
};

static const uint64_t base_of_exec = 0x400000;

// write(1, "ok\n", 3); exit(0)
static const uint32_t code[] = {
    0xd2800020, // mov x0, #1
    0x100000e1, // adr x1, text
    0xd2800062, // mov x2, #3
    0xd2800808, // mov x8, #64
    0xd4000001, // svc #0
    0xd2800000, // mov x0, #0
    0xd2800ba8, // mov x8, #93
    0xd4000001, // svc #0
    0x000a6b6f, // text: "ok\n"
};

Elf64_Phdr *image_phdr(struct image *im, unsigned i)
{
    return (Elf64_Phdr *)(im->bytes + sizeof(Elf64_Ehdr)) + i;
}

void image_valid(struct image *im, bool relocatable)
{
    uint64_t base = relocatable ? 0 : base_of_exec;
    memset(im, 0, sizeof *im);
    im->size = 0x1300;
    im->header = (Elf64_Ehdr){
        .e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB, EV_CURRENT},
        .e_type = relocatable ? ET_DYN : ET_EXEC,
        .e_machine = EM_AARCH64,
        .e_version = EV_CURRENT,
        .e_entry = base + CODE_AT,
        .e_phoff = sizeof(Elf64_Ehdr),
        .e_ehsize = sizeof(Elf64_Ehdr),
        .e_phentsize = sizeof(Elf64_Phdr),
        .e_phnum = N_PHDR,
    };
    *image_phdr(im, 0) = (Elf64_Phdr){.p_type = PT_LOAD,
                                      .p_flags = PF_R | PF_X,
                                      .p_vaddr = base,
                                      .p_filesz = 0x400,
                                      .p_memsz = 0x400,
                                      .p_align = 0x1000};
    *image_phdr(im, 1) = (Elf64_Phdr){.p_type = PT_LOAD,
                                      .p_flags = PF_R | PF_W,
                                      .p_offset = DATA_AT,
                                      .p_vaddr = base + 0x10000 + DATA_AT,
                                      .p_filesz = 0x100,
                                      .p_memsz = 0x5000,
                                      .p_align = 0x1000};
    *image_phdr(im, INTERP_PHDR) =
        (Elf64_Phdr){.p_type = PT_NULL, .p_offset = INTERP_AT, .p_filesz = 10};
    *image_phdr(im, STACK_PHDR) = (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W};
    memcpy(im->bytes + INTERP_AT, "/lib/ld.so", 10);
    memcpy(im->bytes + CODE_AT, code, sizeof code);
}

// clang-format off
static void same(struct image *im) { (void)im; }
static void pie(struct image *im) { image_valid(im, true); }
static void empty(struct image *im) { im->size = 0; }
static void one_byte(struct image *im) { im->size = 1; }
static void magic_only(struct image *im) { im->size = 4; }
static void half_header(struct image *im) { im->size = 40; }
static void no_phdrs_in_file(struct image *im) { im->size = sizeof(Elf64_Ehdr); }
static void half_phdrs(struct image *im) { im->size = sizeof(Elf64_Ehdr) + 60; }
static void half_segment(struct image *im) { im->size = 0x1250; }
static void no_segment_data(struct image *im) { im->size = 0x180; }
static void text(struct image *im) { memcpy(im->bytes, "hello world, this is a text\n", 28); }
static void script(struct image *im) { im->size = 20; memcpy(im->bytes, "#!/bin/sh\necho hi\n\n\n", 20); }
static void x86_64(struct image *im) { im->header.e_machine = EM_X86_64; }
static void i386(struct image *im) { im->header.e_machine = EM_386; im->header.e_ident[EI_CLASS] = ELFCLASS32; }
static void arm(struct image *im) { im->header.e_machine = EM_ARM; im->header.e_ident[EI_CLASS] = ELFCLASS32; }
static void riscv(struct image *im) { im->header.e_machine = EM_RISCV; }
static void unknown_machine(struct image *im) { im->header.e_machine = 0xabcd; }
static void ilp32(struct image *im) { im->header.e_ident[EI_CLASS] = ELFCLASS32; }
static void bad_class(struct image *im) { im->header.e_ident[EI_CLASS] = 9; }
static void big_endian(struct image *im) { im->header.e_ident[EI_DATA] = ELFDATA2MSB; }
static void bad_endian(struct image *im) { im->header.e_ident[EI_DATA] = 0; }
static void bad_version(struct image *im) { im->header.e_version = 2; }
static void object(struct image *im) { im->header.e_type = ET_REL; }
static void core(struct image *im) { im->header.e_type = ET_CORE; }
static void bad_type(struct image *im) { im->header.e_type = 77; }
static void phnum_0(struct image *im) { im->header.e_phnum = 0; }
static void phnum_huge(struct image *im) { im->header.e_phnum = 0xffff; }
static void phnum_large(struct image *im) { im->header.e_phnum = 1000; }
static void phentsize(struct image *im) { im->header.e_phentsize = 32; }
static void phoff_huge(struct image *im) { im->header.e_phoff = UINT64_MAX - 16; }
static void phoff_past_end(struct image *im) { im->header.e_phoff = 0x2000; }
static void filesz_huge(struct image *im) { image_phdr(im, 0)->p_filesz = image_phdr(im, 0)->p_memsz = UINT64_MAX; }
static void filesz_above_memsz(struct image *im) { image_phdr(im, 1)->p_memsz = 1; }
static void memsz_huge(struct image *im) { image_phdr(im, 1)->p_memsz = UINT64_MAX - 0x1000; }
static void memsz_too_large(struct image *im) { image_phdr(im, 1)->p_memsz = UINT64_C(1) << 47; }
static void offset_huge(struct image *im) { image_phdr(im, 0)->p_offset = UINT64_MAX - 0xfff; }
static void vaddr_wraps(struct image *im) { image_phdr(im, 1)->p_vaddr = UINT64_MAX - 0xdff; }
static void vaddr_of_kernel(struct image *im) { image_phdr(im, 1)->p_vaddr = 0xffff000000001200; }
static void vaddr_of_emulator(struct image *im) { image_phdr(im, 1)->p_vaddr = 0x600000001200; }
static void vaddr_0(struct image *im) { image_phdr(im, 0)->p_vaddr = 0; }
static void misaligned(struct image *im) { image_phdr(im, 1)->p_vaddr += 8; }
static void align_3(struct image *im) { image_phdr(im, 1)->p_align = 3; }
static void overlap(struct image *im) { image_phdr(im, 1)->p_vaddr = base_of_exec + 0x200; }
static void descending(struct image *im) { image_phdr(im, 1)->p_vaddr = 0x300200; }
static void no_load(struct image *im) { image_phdr(im, 0)->p_type = image_phdr(im, 1)->p_type = PT_NULL; }
static void entry_outside(struct image *im) { im->header.e_entry = 0x12345678; }
static void entry_not_exec(struct image *im) { image_phdr(im, 0)->p_flags = PF_R; }
static void shared_library(struct image *im) { image_valid(im, true); im->header.e_entry = 0; image_phdr(im, 0)->p_flags = PF_R; }
static void interp(struct image *im) { image_phdr(im, INTERP_PHDR)->p_type = PT_INTERP; image_phdr(im, INTERP_PHDR)->p_filesz = 11; }
static void interp_endless(struct image *im) { image_phdr(im, INTERP_PHDR)->p_type = PT_INTERP; }
static void interp_empty(struct image *im) { interp(im); im->bytes[INTERP_AT] = 0; }
static void interp_short(struct image *im) { interp(im); image_phdr(im, INTERP_PHDR)->p_filesz = 1; }
static void interp_huge(struct image *im) { interp(im); image_phdr(im, INTERP_PHDR)->p_filesz = UINT64_MAX; }
static void interp_past_end(struct image *im) { interp(im); image_phdr(im, INTERP_PHDR)->p_offset = UINT64_MAX - 4; }
static void interp_twice(struct image *im) { interp(im); *image_phdr(im, STACK_PHDR) = *image_phdr(im, INTERP_PHDR); }
static void exec_stack(struct image *im) { image_phdr(im, STACK_PHDR)->p_flags |= PF_X; }
static void only_bss(struct image *im) { image_phdr(im, 1)->p_filesz = 0; }
static void share_page(struct image *im) { image_phdr(im, 1)->p_vaddr = base_of_exec + 0x600; image_phdr(im, 1)->p_offset = 0x600; }
static void share_page_bss(struct image *im) { share_page(im); image_phdr(im, 1)->p_filesz = 0; }
static void large_align(struct image *im) { image_valid(im, true); image_phdr(im, 0)->p_align = 1 << 21; }
static void empty_segment(struct image *im) { *image_phdr(im, STACK_PHDR) = (Elf64_Phdr){.p_type = PT_LOAD}; }
static void phdrs_at_end(struct image *im)
{
    memcpy(im->bytes + im->size, image_phdr(im, 0), N_PHDR * sizeof(Elf64_Phdr));
    im->header.e_phoff = im->size;
    im->size += N_PHDR * sizeof(Elf64_Phdr);
}
static void too_many_segments(struct image *im)
{
    im->header.e_phoff = im->size = 0x2000;
    im->header.e_phnum = 100;
    for (unsigned i = 0; i < 100; i++)
        ((Elf64_Phdr *)(im->bytes + im->size))[i] = (Elf64_Phdr){
            .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_vaddr = base_of_exec + 0x10000 * i, .p_memsz = 0x1000, .p_filesz = 0x1000};
    im->size += 100 * sizeof(Elf64_Phdr);
}

#define CASE(name, expect) {#name, expect, name}
const struct image_case image_cases[] = {
    CASE(same, NULL), CASE(pie, NULL), CASE(interp, NULL), CASE(exec_stack, NULL), CASE(only_bss, NULL),
    CASE(share_page, NULL), CASE(share_page_bss, NULL), CASE(large_align, NULL), CASE(empty_segment, NULL),
    CASE(phdrs_at_end, NULL),
    CASE(empty, "is empty"),
    CASE(one_byte, "is not an ELF program"),
    CASE(magic_only, "is truncated: 4 bytes"),
    CASE(half_header, "is truncated: 40 bytes"),
    CASE(no_phdrs_in_file, "is truncated: its program headers"),
    CASE(half_phdrs, "is truncated: its program headers"),
    CASE(half_segment, "is truncated: segment 1"),
    CASE(no_segment_data, "is truncated: segment 0"),
    CASE(text, "is not an ELF program"),
    CASE(script, "is a script for '/bin/sh'"),
    CASE(x86_64, "is an x86-64 program"),
    CASE(i386, "is a 32-bit x86 program"),
    CASE(arm, "is a 32-bit Arm program"),
    CASE(riscv, "is a RISC-V program"),
    CASE(unknown_machine, "is a program for machine 43981"),
    CASE(ilp32, "is a 32-bit (ILP32) program"),
    CASE(bad_class, "class 9"),
    CASE(big_endian, "is a big-endian program"),
    CASE(bad_endian, "byte order 0"),
    CASE(bad_version, "version 2"),
    CASE(object, "is an object file"),
    CASE(core, "is a core dump"),
    CASE(bad_type, "ELF type 77"),
    CASE(phnum_0, "has no program headers"),
    CASE(phnum_huge, "has 65535 program headers"),
    CASE(phnum_large, "is truncated: its program headers"),
    CASE(phentsize, "program headers of 32 bytes"),
    CASE(phoff_huge, "is truncated: its program headers"),
    CASE(phoff_past_end, "is truncated: its program headers"),
    CASE(filesz_huge, "is truncated: segment 0"),
    CASE(filesz_above_memsz, "256 bytes in the file, 1 in memory"),
    CASE(memsz_huge, "does not fit the address space"),
    CASE(memsz_too_large, "does not fit the address space"),
    CASE(offset_huge, "is truncated: segment 0"),
    CASE(vaddr_wraps, "does not fit the address space"),
    CASE(vaddr_of_kernel, "does not fit the address space"),
    CASE(vaddr_of_emulator, "does not fit the address space"),
    CASE(vaddr_0, "lowest page"),
    CASE(misaligned, "differ within a page"),
    CASE(align_3, "alignment 3"),
    CASE(overlap, "overlap"),
    CASE(descending, "overlap"),
    CASE(too_many_segments, "more than 64 loadable segments"),
    CASE(no_load, "has nothing to load"),
    CASE(entry_outside, NULL),
    CASE(entry_not_exec, NULL),
    CASE(shared_library, "is a shared library"),
    CASE(interp_endless, "interpreter name"),
    CASE(interp_empty, "interpreter name"),
    CASE(interp_short, "interpreter name"),
    CASE(interp_huge, "interpreter name"),
    CASE(interp_past_end, "interpreter name"),
    CASE(interp_twice, "two interpreters"),
};
const unsigned image_case_count = sizeof image_cases / sizeof image_cases[0];
