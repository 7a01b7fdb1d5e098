// SPDX-License-Identifier: MIT
// What must hold for whatever the parser accepts; used by the unit tests and by the fuzz target.
#ifndef TEST_ELF_CHECK_H
#define TEST_ELF_CHECK_H

#include "linux/elf.h"

// Parses `size` bytes. True if they were accepted; the invariants are then checked, and abort() is
// called if one does not hold.
bool check_parse(const uint8_t *bytes, size_t size, struct elf_image *image,
                 struct elf_error *error);

#endif
