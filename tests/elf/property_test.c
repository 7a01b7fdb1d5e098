// SPDX-License-Identifier: MIT
// Notes of properties, good and malformed: what they say about the code, or the message.
#include "linux/elf.h"

#include <stdio.h>
#include <string.h>

enum { AARCH64_FEATURES = 0xc0000000, STACK_SIZE = 1 };

// A note as 32-bit words; `size` is that of the segment, 0 for all of them.
static const struct {
    const char *name, *expect; // part of the message; NULL: it is good
    bool bti;
    unsigned size;
    uint32_t words[16];
} cases[] = {
    {"BTI", NULL, true, 32, {4, 16, 5, 0x554e47, AARCH64_FEATURES, 4, 1, 0}},
    {"PAC only", NULL, false, 32, {4, 16, 5, 0x554e47, AARCH64_FEATURES, 4, 2, 0}},
    {"BTI and PAC behind another property",
     NULL,
     true,
     48,
     {4, 32, 5, 0x554e47, STACK_SIZE, 8, 1, 0, AARCH64_FEATURES, 4, 3, 0}},
    {"bytes behind the note", NULL, true, 40, {4, 16, 5, 0x554e47, AARCH64_FEATURES, 4, 1, 0, 9}},
    {"no property", NULL, false, 16, {4, 0, 5, 0x554e47}},
    {"head cut off", "it is cut off", false, 12, {4, 16, 5, 0x554e47}},
    {"property cut off", "a property is cut off", false, 28, {4, 12, 5, 0x554e47, AARCH64_FEATURES, 4, 1}},
    {"property's head cut off", "a property is cut off", false, 20, {4, 4, 5, 0x554e47, 1}},
    {"size of a property wraps", "a property is cut off", false, 32, {4, 16, 5, 0x554e47, 1, ~0u}},
    {"properties cut off", "it is cut off", false, 24, {4, 16, 5, 0x554e47, AARCH64_FEATURES, 4}},
    {"other type", "it is another note", false, 32, {4, 16, 3, 0x554e47, AARCH64_FEATURES, 4, 1}},
    {"other name", "it is another note", false, 32, {4, 16, 5, 0x554e4b, AARCH64_FEATURES, 4, 1}},
    {"long name", "it is another note", false, 32, {8, 16, 5, 0x554e47, AARCH64_FEATURES, 4, 1}},
    {"features of 8 bytes", "not 4 bytes", false, 32, {4, 16, 5, 0x554e47, AARCH64_FEATURES, 8, 1}},
    {"descending", "ascending", false, 48, {4, 32, 5, 0x554e47, AARCH64_FEATURES, 4, 1, 0, 1, 0}},
    {"twice", "ascending", false, 48, {4, 24, 5, 0x554e47, 2, 0, 2, 0, 3, 0}},
    {"too long", "too long", false, 1032, {4, 16, 5, 0x554e47}},
};

static bool read_bytes(void *context, uint64_t offset, void *to, size_t n)
{
    memcpy(to, (const uint8_t *)context + offset, n);
    return true;
}

int main(void)
{
    unsigned failed = 0;
    for (unsigned i = 0; i < ARRAY_LEN(cases); i++) {
        static uint8_t file[4096];
        memcpy(file + 64, cases[i].words, sizeof cases[i].words);
        struct elf_source source = {read_bytes, file, sizeof file};
        struct elf_image image = {.property_offset = 64, .property_size = cases[i].size};
        struct elf_error error = {0};
        bool bti = false, ok = elf_property(&source, &image, &bti, &error);
        bool good = cases[i].expect ? !ok && strstr(error.text, cases[i].expect)
                                    : ok && bti == cases[i].bti;
        if (!good)
            printf("%s: %s, %s %s\n", cases[i].name, ok ? "accepted" : "refused",
                   bti ? "guarded" : "not guarded", error.text);
        failed += !good;
        // A segment that the file does not have all of.
        source.size = 64 + cases[i].size - 1;
        if (elf_property(&source, &image, &bti, &error)) {
            printf("%s: accepted, though the file ends early\n", cases[i].name);
            failed++;
        }
    }
    printf("%u cases, %u failed\n", (unsigned)ARRAY_LEN(cases), failed);
    return failed != 0;
}
