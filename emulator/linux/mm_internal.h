// SPDX-License-Identifier: MIT
#ifndef EMU_LINUX_MM_INTERNAL_H
#define EMU_LINUX_MM_INTERNAL_H

#include "linux/mm.h"

#define MM_LOWEST UINT64_C(0x10000) // no mapping is ever placed below without MAP_FIXED

// Whether [addr, addr + size) lies in the guest's part of the address space.
bool mm_in_range(uint64_t addr, uint64_t size);

// What the host must allow so that the guest can do `prot`: code is read by the translator, never
// executed.
int mm_host_prot(int prot);

// Notes what is about to change until the lock is given back, or until the next change.
void mm_intend(const struct mm_intent *change);

// Brings the table up to date with what the host has made of mappings that grow.
void mm_see_growth(struct mm *mm);

// The guest's mappings in [start, end) are about to go away or to lose what they are.
void mm_forget_code(uint64_t start, uint64_t end);

#endif
