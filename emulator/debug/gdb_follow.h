// SPDX-License-Identifier: MIT
// What becomes of the connection when the program forks, executes another, or is run again.
//
// The child of a fork gets a server of its own, and is a peer of the parent's (gdb_peers.h). A
// program that is executed takes the connection over. Children of vfork: gdb_vfork.h.
#ifndef EMU_DEBUG_GDB_FOLLOW_H
#define EMU_DEBUG_GDB_FOLLOW_H

#include "linux/thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- By guest threads (struct tracer)
void follow_fork_begins(void);
void follow_forked(struct thread *t, int64_t child);
void follow_in_child(struct thread *t);
const char *follow_exec(struct thread *t);
void follow_exec_failed(struct thread *t);

// ---- By the server, with the lock

// Whether another process leads.
bool follow_is_peer(void);

// Reads what has come on the connection; a connection that is handed over becomes the one there is.
int64_t follow_read(void *bytes, size_t size);

// What a program that takes the connection over is given as an option: "--gdb-connection=...".
// runs: it is not executed by the program, but run anew. / It was not executed. / Takes it over,
// with the lock. Dies if the text is none. The program has the place where the server listens, too,
// and nothing but that if nobody debugs.
const char *follow_option(bool runs);
void follow_stays(void);
void follow_take_over(const char *text);

#endif
