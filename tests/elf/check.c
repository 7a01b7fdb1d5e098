// SPDX-License-Identifier: MIT
#include "check.h"

#include "linux/mm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(cond)                                                          \
    do {                                                                       \
        if (!(cond)) {                                                         \
            fprintf(stderr, "%s:%d: broken: %s\n", __FILE__, __LINE__, #cond); \
            abort();                                                           \
        }                                                                      \
    } while (0)

struct bytes {
    const uint8_t *at;
    size_t size;
};

static bool read_bytes(void *context, uint64_t offset, void *to, size_t n)
{
    const struct bytes *b = context;
    REQUIRE(offset <= b->size && n <= b->size - offset); // the parser asks for nothing outside
    memcpy(to, b->at + offset, n);
    return true;
}

static bool is_page(uint64_t v)
{
    return v % MM_PAGE == 0;
}

static void check_pages(const struct elf_segment *s, const struct elf_pages *p, uint64_t mapped_end)
{
    REQUIRE(is_page(p->file_start) && is_page(p->file_end) && is_page(p->file_offset));
    REQUIRE(is_page(p->anon_start) && is_page(p->anon_end));
    REQUIRE(p->file_start <= p->file_end && p->file_end <= p->anon_start);
    REQUIRE(p->anon_end >= s->vaddr + s->memsz && p->anon_end <= MM_LIMIT);
    // At most the last page of the segment before is taken over, and only by file contents.
    REQUIRE(p->file_start + MM_PAGE >= mapped_end);
    REQUIRE(p->file_end > p->file_start || p->anon_start >= mapped_end);
    REQUIRE(p->zero_start <= p->zero_end && p->zero_end - p->zero_start < MM_PAGE + 1);
    if (p->zero_end > p->zero_start)
        REQUIRE(p->zero_start == s->vaddr + s->filesz && is_page(p->zero_end));
}

static void check_image(const struct elf_image *im)
{
    REQUIRE(im->count >= 1 && im->count <= ELF_MAX_SEGMENTS);
    REQUIRE(is_page(im->low) && is_page(im->high) && im->low < im->high && im->high <= MM_LIMIT);
    REQUIRE(im->align >= MM_PAGE && !(im->align & (im->align - 1)));
    REQUIRE(memchr(im->interp, 0, sizeof im->interp));
    uint64_t mapped_end = 0;
    for (unsigned i = 0; i < im->count; i++) {
        const struct elf_segment *s = &im->segment[i];
        struct elf_pages p;
        REQUIRE(s->filesz <= s->memsz && s->memsz > 0);
        REQUIRE(s->vaddr >= im->low && s->vaddr + s->memsz <= im->high);
        REQUIRE(!i || s->vaddr >= im->segment[i - 1].vaddr + im->segment[i - 1].memsz);
        elf_plan(s, mapped_end, &p);
        check_pages(s, &p, mapped_end);
        mapped_end = p.anon_end;
    }
    REQUIRE(mapped_end == im->high);
}

bool check_parse(const uint8_t *bytes, size_t size, struct elf_image *image,
                 struct elf_error *error)
{
    struct bytes b = {bytes, size};
    struct elf_source source = {read_bytes, &b, size};
    memset(error, 0, sizeof *error);
    if (elf_parse(&source, image, error)) {
        for (unsigned i = 0; i < image->count; i++)
            REQUIRE(image->segment[i].offset <= size &&
                    image->segment[i].filesz <= size - image->segment[i].offset);
        check_image(image);
        bool bti;
        struct elf_error of_property; // which does not count in every file
        elf_property(&source, image, &bti, &of_property);
        return true;
    }
    REQUIRE(error->text[0] && error->status >= 126 && error->status <= 127 && error->error > 0);
    REQUIRE(!strchr(error->text, '\n'));
    return false;
}
