// SPDX-License-Identifier: MIT
// The mappings that went away last, to explain an access to what is no more.
#ifndef EMU_LINUX_MM_GONE_H
#define EMU_LINUX_MM_GONE_H

#include <stdbool.h>
#include <stdint.h>

struct thread;

enum { MM_GONE = 64, MM_GONE_FILE = 48 }; // as many are remembered

struct mm_gone {
    uint64_t start, end;
    uint64_t caller; // x30 at the system call: where the function that made it was called from
    int tid;
    char file[MM_GONE_FILE]; // the end of its path, if it was code of a file; or ""
    unsigned ago;            // how many others have gone since
};

// What is at addr is about to go: its file, for mm_note_gone. With the process's lock.
void mm_file_going(uint64_t addr, char file[MM_GONE_FILE]);

// [start, end) goes away by a system call of thread t. With the process's lock.
void mm_note_gone(const struct thread *t, uint64_t start, uint64_t end, const char *file);

// The last of them that held addr; false if none did. Takes the process's lock.
bool mm_find_gone(uint64_t addr, struct mm_gone *found);

#endif
