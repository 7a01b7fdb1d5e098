// SPDX-License-Identifier: MIT
// The registers that gdb is told of: which there are (the target description) and their values.
// Which there are depends on the processor that is emulated.
#ifndef EMU_DEBUG_GDB_REGS_H
#define EMU_DEBUG_GDB_REGS_H

#include "debug/gdb_packet.h"

struct thread;
struct traced;

// The target description "target.xml": writes what of it lies at offset, `size` bytes at most, as
// the object of a qXfer; see gdb_xfer.h.
const char *gdb_regs_description(size_t *length);

// All registers, in the order of the description.
void gdb_regs_put(struct gdb_output *o, const struct traced *x);
// Sets all that the text has digits for. False if it is none.
bool gdb_regs_set(struct traced *x, const char *text);

// One of them. False if there is none of that number.
bool gdb_reg_put(struct gdb_output *o, const struct traced *x, unsigned number);
bool gdb_reg_set(struct traced *x, unsigned number, const char *text);

// The low 64 bits of one of the caller's, for agent expressions.
bool gdb_reg_number(struct thread *t, unsigned number, uint64_t *value);

// pc, sp and x29 in the form of a stop reply ("1d:...;").
void gdb_regs_expedite(struct gdb_output *o, const struct traced *x);

#endif
