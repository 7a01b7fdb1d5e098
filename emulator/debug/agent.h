// SPDX-License-Identifier: MIT
// Agent expressions: the bytecode in which gdb hands over the conditions of breakpoints (gdb
// manual, appendix "The GDB Agent Expression Mechanism").
#ifndef EMU_DEBUG_AGENT_H
#define EMU_DEBUG_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

// Evaluates code[size] for thread t, which is the caller or stands. *result is what is on top of
// the stack at its end. False: the code is none, reads what cannot be read, or does not end.
bool agent_evaluate(const uint8_t *code, size_t size, struct thread *t, uint64_t *result);

#endif
