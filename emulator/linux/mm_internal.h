// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_MM_INTERNAL_H
#define EMU_LINUX_MM_INTERNAL_H

#include "linux/mm.h"

#define MM_LOWEST UINT64_C(0x10000) // no mapping is ever placed below without MAP_FIXED

// Whether [addr, addr + size) lies in the guest's part of the address space.
bool mm_in_range(uint64_t addr, uint64_t size);

#endif
