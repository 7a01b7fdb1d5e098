// SPDX-License-Identifier: MIT
// What the code of an ELF file asks of a processor: which features its instructions belong to.
#ifndef EMU_LINUX_CONTENTS_H
#define EMU_LINUX_CONTENTS_H

#include "linux/elf.h"

#include <stdio.h>

// Writes to `out` a line for each feature beyond Armv8.0-A that instructions of the program,
// library or object file `path` have: its name, how many they are, and where the first one is;
// then which processors of a64/model.def have all of these. False with *error set if it cannot.
bool contents_list(const char *path, FILE *out, struct elf_error *error);

#endif
