// SPDX-License-Identifier: MIT
// What a thread that sleeps in a system call waits for, apart from locks: what its descriptor is
// and who has the other end, its children, who has locked the file.
#ifndef EMU_DEBUG_WAITS_CALL_H
#define EMU_DEBUG_WAITS_CALL_H

#include "linux/thread.h"

#include <stdbool.h>
#include <stddef.h>

// What call `nr` with these arguments waits for. False if nothing is known.
bool waits_in_call(uint64_t nr, const uint64_t args[6], char *out, size_t size);

#endif
