// SPDX-License-Identifier: MIT
// Breakpoints and watchpoints of the processor, as tracers and core files see them
// (user_hwdebug_state of the kernel's ptrace.h): there are none.
#ifndef EMU_LINUX_DEBUG_REGISTERS_H
#define EMU_LINUX_DEBUG_REGISTERS_H

#include <stdint.h>

struct debug_registers {
    uint32_t info, pad; // the architecture of debugging, and how many there are
    struct {
        uint64_t addr;
        uint32_t control, pad;
    } at[16];
};

enum { DEBUG_ARMV8 = 6 << 8 };

#endif
