// SPDX-License-Identifier: MIT
// Whether a process that a signal has ended left a core file. The host's kernel says so only of
// those that it writes itself, and those would be the emulator's. A guest that has written one
// dies with a limit on core files that nobody else has, which its parent reads of the zombie.
#ifndef EMU_LINUX_CORE_LEFT_H
#define EMU_LINUX_CORE_LEFT_H

#include <signal.h>
#include <stdbool.h>

// The calling process has written its core file, and is about to die.
void core_left_mark(void);

// Puts CLD_DUMPED for CLD_KILLED, if the child that *info is about, which is still a zombie, has.
void core_left_tell(siginfo_t *info);

#endif
