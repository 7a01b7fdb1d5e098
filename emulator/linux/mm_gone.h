// SPDX-License-Identifier: MIT
// The mappings that went away last, to explain an access to what is no more.
#ifndef EMU_LINUX_MM_GONE_H
#define EMU_LINUX_MM_GONE_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

enum { MM_GONE = 64 }; // as many are remembered

struct mm_gone {
    uint64_t start, end;
    uint64_t caller; // x30 at the system call: where the function that made it was called from
    int tid;
    unsigned ago; // how many others have gone since
};

// [start, end) goes away by a system call of thread t. With the process's lock.
void mm_note_gone(const struct thread *t, uint64_t start, uint64_t end);

// The last of them that held addr; false if none did. Takes the process's lock.
bool mm_find_gone(uint64_t addr, struct mm_gone *found);

#endif
