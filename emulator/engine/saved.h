// SPDX-License-Identifier: MIT
// Private to engine/: translations are kept from one run of a program to the next, in a file of the
// user's cache folder. The file is the memory that blocks and code lie in, as it was when an
// earlier run ended. It is mapped where it was, so nothing in it need be changed. No block is
// believed: one is used when it is asked for, if the guest's code there, word by word, is what it
// was made from. So it does not matter what the program maps where, and when.
#ifndef EMU_ENGINE_SAVED_H
#define EMU_ENGINE_SAVED_H

#include "a64/state.h"

// Of the program, in which what is written is to be worth it.
enum { SAVED_RUNS = 10 };

// Of the program, after which what is hot in all of them together had better been compiled.
enum { SAVED_HOT_RUNS = 25 };

// Writes the translations of this run, if so many are new that other runs would gain more by them
// than writing takes. Whatever goes wrong leaves what was there before. Locks.
void saved_write(struct cpu *c);

// Nothing of this run is written. With the lock.
void saved_never(void);

#endif
