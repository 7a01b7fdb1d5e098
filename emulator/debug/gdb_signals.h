// SPDX-License-Identifier: MIT
// Signals have numbers of their own in gdb's protocol, the same for all systems.
#ifndef EMU_DEBUG_GDB_SIGNALS_H
#define EMU_DEBUG_GDB_SIGNALS_H

unsigned gdb_signal(int sig);
// 0: there is none.
int gdb_signal_of(unsigned number);

#endif
