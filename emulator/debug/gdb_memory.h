// SPDX-License-Identifier: MIT
// The guest's memory for a debugger: whatever its protection.
#ifndef EMU_DEBUG_GDB_MEMORY_H
#define EMU_DEBUG_GDB_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// How many of `size` bytes at addr could be read.
int64_t memory_read(uint64_t addr, void *bytes, size_t size);

// Code that was made from what was there is forgotten. False: not all of it is mapped.
bool memory_write(uint64_t addr, const void *bytes, size_t size);

#endif
