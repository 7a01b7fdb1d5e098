// SPDX-License-Identifier: MIT
// ELF programs: first parsed into a plain description (elf_parse: bytes in, struct out, no mapping,
// so that it can be fuzzed), then planned (elf_plan: which pages come from where), then mapped
// (elf_map).
#ifndef EMU_LINUX_ELF_H
#define EMU_LINUX_ELF_H

#include "base/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mm;

// Where the bytes come from.
struct elf_source {
    // Reads exactly n bytes at `offset`; false if that fails. Called within [0, size) only.
    bool (*read)(void *context, uint64_t offset, void *to, size_t n);
    void *context;
    uint64_t size;
};

enum { ELF_MAX_SEGMENTS = 64, ELF_MAX_INTERP = 4096 };

// The exit statuses of a shell: found but cannot be run, not found.
enum { ELF_STATUS_CANNOT_RUN = 126, ELF_STATUS_NOT_FOUND = 127 };

// What is wrong, as one line without the file's name, and the exit status that tells it.
struct elf_error {
    int status;
    int error; // as an errno value, for execve
    char text[2048];
};

// A PT_LOAD segment as the file has it.
struct elf_segment {
    uint64_t vaddr, memsz, offset, filesz;
    int prot;
};

struct elf_image {
    bool relocatable; // ET_DYN: addresses are relative to where it is put
    bool exec_stack;
    uint64_t entry;
    uint64_t phdr; // address of the program headers in memory, 0 if they are not in any segment
    unsigned phnum;
    uint64_t align;     // largest alignment asked for, at least a page
    uint64_t low, high; // all segments, in whole pages
    unsigned count;
    struct elf_segment segment[ELF_MAX_SEGMENTS];
    char interp[ELF_MAX_INTERP];             // PT_INTERP, or ""
    uint64_t property_offset, property_size; // PT_GNU_PROPERTY, size 0 if there is none
};

// Reads and checks everything the loader uses. On success every address range is inside the guest's
// address space (for relocatable images: its size fits it), in ascending order and inside the file.
bool elf_parse(const struct elf_source *source, struct elf_image *image, struct elf_error *error);

// Whether the file says that its code has landing pads (GNU_PROPERTY_AARCH64_FEATURE_1_BTI), in
// *bti. False with *error set if its note of properties is malformed.
bool elf_property(const struct elf_source *source, const struct elf_image *image, bool *bti,
                  struct elf_error *error);

// How one segment is mapped; addresses are still the file's. Ranges may be empty. Pages up to
// mapped_end belong to the segment before: a segment that begins in the last of them takes it over,
// one without file contents leaves it.
struct elf_pages {
    uint64_t file_start, file_end, file_offset; // whole pages mapped from the file
    uint64_t zero_start, zero_end;              // the rest of the last of them, to be zeroed
    uint64_t anon_start, anon_end;              // whole pages of zeroes
    int prot;
};
void elf_plan(const struct elf_segment *segment, uint64_t mapped_end, struct elf_pages *pages);

// As the kernel does for the program that it starts (the interpreter, if there is one): if the
// file's code has landing pads, its pages will be guarded.
bool elf_guard(struct elf_image *image, int fd, struct elf_error *error);

// Maps `image` with `bias` added to its addresses. False with *error set if the address space
// refuses.
bool elf_map(struct mm *mm, const struct elf_image *image, int fd, uint64_t bias,
             struct elf_error *error);

// Sets *error and returns false.
bool elf_fail(struct elf_error *error, int status, int err, const char *fmt, ...) PRINTF_LIKE(4, 5);

// Opens `path` and parses it. Returns the file descriptor, or -1 with *error set; *mode is
// its st_mode.
int elf_open(const char *path, struct elf_image *image, unsigned *mode, struct elf_error *error);

// The functions of an ELF file, by address.
struct elf_functions {
    struct elf_function {
        uint64_t start, size; // size may be 0: unknown
        uint32_t name;
    } * at;
    char *names;
    size_t n;
};

// Reads the functions of the file `path`; false if it names none.
bool elf_functions_load(const char *path, struct elf_functions *out);
void elf_functions_free(struct elf_functions *f);

// Name of the function that contains `addr` (the file's addresses), with the distance from its
// start; NULL if there is none.
const char *elf_functions_find(const struct elf_functions *f, uint64_t addr, uint64_t *distance);

#endif
