// SPDX-License-Identifier: MIT
// C++ exceptions that end a program.
#ifndef A64REPORT_EXCEPTION_H
#define A64REPORT_EXCEPTION_H

#include "image.h"

// If the first thread is in std::terminate, adds why as the "message": the exception that nobody
// catches, with what it says of itself, and where it was thrown.
void exception_explain(struct image *i);

#endif
