// SPDX-License-Identifier: MIT
// Small ELF files made in memory, valid ones and broken ones, for the loader's tests and as seeds
// of its fuzzing.
#ifndef TEST_ELF_IMAGE_H
#define TEST_ELF_IMAGE_H

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { IMAGE_MAX = 32768 };

struct image {
    union {
        Elf64_Ehdr header;
        uint8_t bytes[IMAGE_MAX];
    };
    size_t size;
};

// Program header i.
Elf64_Phdr *image_phdr(struct image *im, unsigned i);

// A program with a code segment that writes "ok" and exits with 0, and a data segment with a bss.
void image_valid(struct image *im, bool relocatable);

// One way of being broken (or unusual, but good: then `expect` is NULL).
struct image_case {
    const char *name;
    const char *expect; // part of the message
    void (*change)(struct image *im);
};
extern const struct image_case image_cases[];
extern const unsigned image_case_count;

#endif
