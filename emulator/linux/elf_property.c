// SPDX-License-Identifier: MIT
// The note of properties that linkers make of those of all object files, judged as the kernel does.
#include "base/bits.h"
#include "base/die.h"
#include "linux/elf.h"

#include <elf.h>
#include <errno.h>
#include <string.h>

enum {
    MOST_BYTES = 1024,
    PROPERTIES_AT = 16,
    ALIGN = 8
}; // the kernel's bound; after the note's name

#define REJECT(what)                                       \
    return elf_fail(error, ELF_STATUS_CANNOT_RUN, ENOEXEC, \
                    "has an invalid note of properties: " what)

static bool read_properties(const uint8_t *at, const uint8_t *end, bool *bti,
                            struct elf_error *error)
{
    uint32_t type, size;
    for (uint64_t last = 0; at < end; last = type + UINT64_C(1), at += 8 + round_up(size, ALIGN)) {
        if (end - at < 8)
            REJECT("a property is cut off");
        memcpy(&type, at, 4);
        memcpy(&size, at + 4, 4);
        if (round_up(size, ALIGN) > (uint64_t)(end - at - 8))
            REJECT("a property is cut off");
        if (type < last)
            REJECT("its properties are not in ascending order");
        if (type == GNU_PROPERTY_AARCH64_FEATURE_1_AND) {
            uint32_t bits;
            if (size != sizeof bits)
                REJECT("the features of the code are not 4 bytes");
            memcpy(&bits, at + 8, sizeof bits);
            *bti = bits & GNU_PROPERTY_AARCH64_FEATURE_1_BTI;
        }
    }
    return true;
}

bool elf_property(const struct elf_source *source, const struct elf_image *image, bool *bti,
                  struct elf_error *error)
{
    uint8_t note[MOST_BYTES];
    Elf64_Nhdr head;
    uint64_t n = image->property_size;
    *bti = false;
    if (!n)
        return true;
    if (n > sizeof note)
        REJECT("it is too long");
    if (n < PROPERTIES_AT || image->property_offset > source->size ||
        n > source->size - image->property_offset)
        REJECT("it is cut off");
    if (!source->read(source->context, image->property_offset, note, n))
        return elf_fail(error, ELF_STATUS_CANNOT_RUN, errno, "cannot be read: %s",
                        error_text(errno));
    memcpy(&head, note, sizeof head);
    if (head.n_type != NT_GNU_PROPERTY_TYPE_0 || head.n_namesz != sizeof "GNU" ||
        memcmp(note + sizeof head, "GNU", sizeof "GNU") != 0)
        REJECT("it is another note");
    if (head.n_descsz > n - PROPERTIES_AT)
        REJECT("it is cut off");
    return read_properties(note + PROPERTIES_AT, note + PROPERTIES_AT + head.n_descsz, bti, error);
}
