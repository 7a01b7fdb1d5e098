// SPDX-License-Identifier: MIT
// The emulator's own malloc, free and so on, which stand in the place of the C library's.
#ifndef EMU_BASE_HEAP_H
#define EMU_BASE_HEAP_H

#include <stdint.h>

// Process `gone` (base/lock.h), which shared this memory, is no more: it may have been in here.
void heap_settle(uint32_t gone);

// In the child of a fork, where the threads that may have been in here are not.
void heap_alone(void);

#endif
