// SPDX-License-Identifier: MIT
// The table of guest mappings: pure bookkeeping, no system calls.
#ifndef EMU_LINUX_VMA_H
#define EMU_LINUX_VMA_H

#include "linux/mm.h"

// Index of the first mapping that ends above addr (count if none).
unsigned vma_lower(const struct vma_table *t, uint64_t addr);

// The mapping that holds addr, or NULL.
const struct vma *vma_find(const struct vma_table *t, uint64_t addr);

// Records a mapping, replacing whatever was there; joins it with equal neighbours.
void vma_set(struct vma_table *t, const struct vma *v);

// Forgets [start, end).
void vma_clear(struct vma_table *t, uint64_t start, uint64_t end);

// Changes the protection of [start, end), which must be mapped throughout.
void vma_protect(struct vma_table *t, uint64_t start, uint64_t end, uint8_t prot);

// Says of what is mapped in [start, end) whether children have it; forgets what they have not.
void vma_keep_from_child(struct vma_table *t, uint64_t start, uint64_t end, bool unforked);
void vma_clear_unforked(struct vma_table *t);

// From now on / no longer one more process changes this table, which may be killed while it does.
void vma_share(struct vma_table *t);
void vma_unshare(struct vma_table *t);

// Nobody changes the table any more: a change that was not complete is taken back, if the table is
// shared.
void vma_take_back(struct vma_table *t);

// Seals what is mapped in [start, end).
void vma_seal(struct vma_table *t, uint64_t start, uint64_t end);

// Whether [start, end) is mapped throughout / whether any mapping lies in it / is executable in it
// / is sealed in it.
bool vma_covers(const struct vma_table *t, uint64_t start, uint64_t end);
bool vma_any(const struct vma_table *t, uint64_t start, uint64_t end);
bool vma_any_exec(const struct vma_table *t, uint64_t start, uint64_t end);
bool vma_any_sealed(const struct vma_table *t, uint64_t start, uint64_t end);

// The highest free range of `size` bytes inside [low, high); 0 if there is none.
uint64_t vma_room(const struct vma_table *t, uint64_t size, uint64_t low, uint64_t high);

#endif
