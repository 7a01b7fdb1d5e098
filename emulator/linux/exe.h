// SPDX-License-Identifier: MIT
// The file of the guest's program, to which /proc/self/exe leads. As long as its path does, nothing
// is kept of it; a descriptor is, where no path ever led to it (memfd_create) or the program itself
// is about to take its name away. Who loses the name by another process finds the file no more, but
// the link says what a kernel's does.
#ifndef EMU_LINUX_EXE_H
#define EMU_LINUX_EXE_H

#include <stdbool.h>
#include <stdint.h>

struct process;

// The program is the open file `fd`.
void exe_note(int fd);

// Whether the path in p->exe leads to the program of *p.
bool exe_leads(const struct process *p);

// The name at guest address `path` in folder `dir` is about to lead to another file or to none.
void exe_before_change(int dir, uint64_t path);

#endif
