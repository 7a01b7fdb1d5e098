// SPDX-License-Identifier: MIT
// The program, its libraries and the vDSO for libdwfl, and the names of places in them.
#ifndef A64REPORT_MODULES_H
#define A64REPORT_MODULES_H

#include "image.h"

// NULL with a message on standard error.
Dwfl *modules_open(const struct image *i);

// Appends what is at pc to the stack: functions inlined there, each a frame, and the one that they
// are in. `at` is an address in the instruction: pc, or before it if a call goes on at pc.
void modules_describe(Dwfl *dwfl, struct report_thread *t, uint64_t pc, uint64_t at);

// A symbol's name as c++filt would show it, allocated.
char *modules_demangle(const char *name);

// The value of the variable `name` of the C library, a pointer; 0 if there is none.
uint64_t modules_address(Dwfl *dwfl, const char *name);

// The variable that addr is in, "name" or "name+0x8", allocated; NULL if none is known.
char *modules_variable(Dwfl *dwfl, uint64_t addr);

#endif
