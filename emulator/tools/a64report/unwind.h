// SPDX-License-Identifier: MIT
// From a thread's registers to its stack, by call frame information.
#ifndef A64REPORT_UNWIND_H
#define A64REPORT_UNWIND_H

#include "image.h"

void unwind(const struct image *i, Dwfl *dwfl, struct report_thread *t);

#endif
