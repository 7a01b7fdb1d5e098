// SPDX-License-Identifier: MIT
// Why a program dies, in a sentence: what can be said from the registers, the instruction, the
// mappings there are and those there were.
#ifndef EMU_DEBUG_CAUSE_H
#define EMU_DEBUG_CAUSE_H

#include "linux/thread.h"

#include <signal.h>
#include <stddef.h>

// In out[size], which is returned. The threads rest; the caller has the process's lock.
const char *cause_text(struct thread *t, const siginfo_t *info, char *out, size_t size);

// The instruction at pc in the disassembler's words; false if it cannot be read.
bool cause_instruction(const struct thread *t, char *out, size_t size);

#endif
