// SPDX-License-Identifier: MIT
// Names for guest addresses, for messages and profiles. What was read of a file is kept.
#ifndef EMU_LINUX_SYMBOLS_H
#define EMU_LINUX_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Puts "function+0x10" into name[size] ("file+0x1234" where no function is known), and if `file` is
// not NULL the image into file[file_size]. False if nothing is known.
bool symbols_name(uint64_t pc, char *name, size_t size, char *file, size_t file_size);

// The mappings have changed.
void symbols_forget(void);

#endif
