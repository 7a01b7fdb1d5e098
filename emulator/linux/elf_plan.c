// SPDX-License-Identifier: MIT
// From a segment to pages; arithmetic only.
#include "base/bits.h"
#include "linux/elf.h"
#include "linux/mm.h"

void elf_plan(const struct elf_segment *s, uint64_t mapped_end, struct elf_pages *pages)
{
    uint64_t file_end = s->vaddr + s->filesz, end = round_up(s->vaddr + s->memsz, MM_PAGE);
    uint64_t start = round_down(s->vaddr, MM_PAGE);
    *pages = (struct elf_pages){
        .prot = s->prot, .file_start = start, .file_end = start, .anon_end = end};
    if (s->filesz) {
        pages->file_end = round_up(file_end, MM_PAGE);
        pages->file_offset = round_down(s->offset, MM_PAGE);
        pages->anon_start = pages->file_end;
    } else {
        pages->anon_start = mapped_end > start ? mapped_end : start;
    }
    // The rest of a page is cleared only where there is a bss: elsewhere it shows what the file has
    // there.
    if (s->memsz > s->filesz && file_end < pages->anon_start) {
        pages->zero_start = file_end;
        pages->zero_end = pages->anon_start;
    }
}
