// SPDX-License-Identifier: MIT
// What threads wait for, as far as the emulator does not know it.
#ifndef A64REPORT_WAITING_H
#define A64REPORT_WAITING_H

#include "image.h"

// Adds what threads wait for by the functions that they are in, and to all such facts the names of
// the variables whose addresses they give. After the stacks have been found.
void waiting_explain(struct image *i, Dwfl *dwfl);

#endif
