// SPDX-License-Identifier: MIT
// The one line about a SIGILL: it is the user's only clue to what the program and the processor
// disagree on.
#ifndef EMU_LINUX_EXPLAIN_H
#define EMU_LINUX_EXPLAIN_H

#include "linux/thread.h"

// Thread t is about to get SIGILL for the instruction `word` at its pc. Says which feature it lacks
// as far as --explain-sigill asks for it, and always if it is an instruction that the emulator does
// not know and the program dies of it.
void explain_sigill(struct thread *t, uint32_t word, bool unimplemented);

#endif
