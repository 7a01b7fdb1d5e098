// SPDX-License-Identifier: MIT
#ifndef EMU_DEBUG_GDB_RUN_H
#define EMU_DEBUG_GDB_RUN_H

// The emulator's own command line, whose program is argv[first]; it stays.
void gdb_run_remember(char **argv, int first);

#endif
