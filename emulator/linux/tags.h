// SPDX-License-Identifier: MIT
// Memory tagging (MTE): the tags of the guest's memory, and what a thread has asked for about them.
// The tags lie in a reserve of the emulator's (ir/tags.h), made when the guest first asks for
// tagged memory. Shared memory has its tags in each process.
#ifndef EMU_LINUX_TAGS_H
#define EMU_LINUX_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

// Whether the processor has tags in memory.
bool tags_supported(void);

// Before the first tagged mapping; -ENOMEM if the host refuses the reserve.
int64_t tags_reserve(void);

// [start, end) is mapped anew or not at all any more, tagged or not: all its tags are 0.
void tags_map(uint64_t start, uint64_t end, bool tagged);

// The pages of [start, end) are new ones.
void tags_clear(uint64_t start, uint64_t end);

// Gives the memory at `to` the tags of that at `from`.
void tags_copy(uint64_t from, uint64_t to, uint64_t size);

// How many of the bytes at `pointer` the kernel can access for a thread that wants to be stopped at
// a wrong tag.
size_t tags_accessible(const struct thread *t, uint64_t pointer, size_t size);

// The thread's setting: PR_SET_TAGGED_ADDR_CTRL's argument, without bits that do not exist.
void tags_control(struct thread *t, uint64_t control);
uint64_t tags_control_bits(void); // those that exist

// At an entry to the kernel: if a check failed that did not stop the thread, its signal waits now.
void tags_report(struct thread *t);

#endif
