// SPDX-License-Identifier: MIT
// Private to the server: one function for each packet, which writes the answer to gdb.out. They are
// called with a NUL behind the arguments. What they return says what becomes of the answer.
#ifndef EMU_DEBUG_GDB_COMMANDS_H
#define EMU_DEBUG_GDB_COMMANDS_H

#include "debug/gdb.h"

enum gdb_answer {
    GDB_ANSWER,  // it is sent; empty: the packet is unknown
    GDB_OK,      // "OK" is
    GDB_INVALID, // "E16": the packet makes no sense
    GDB_LATER,   // nothing, for now
};

#define GDB_COMMAND(name)     enum gdb_answer gdb_cmd_##name(const char *args, size_t length)
#define GDB_ROW(prefix, name) GDB_COMMAND(name);
#include "debug/gdb_commands.def"
#undef GDB_ROW

// "p1f.2a" or "2a": false if it is none. -1: all, 0: any; *pid is 0 where there is none.
bool gdb_thread_id(const char **text, int64_t *pid, int64_t *tid);

// The part of an object that a qXfer asks for with "offset,length" (gdb_xfer.c).
enum gdb_answer gdb_part(const char *args, const void *object, size_t size);

#endif
