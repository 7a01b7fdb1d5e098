// SPDX-License-Identifier: MIT
// What becomes of the connection when the program forks, executes another, or is run again.
//
// The child of a fork gets a server of its own, and is a peer of the parent's (gdb_peers.h). A
// program that is executed takes the connection over. A child of vfork shares the parent's memory,
// server and all: it is told and held until gdb lets it go,
// and then passes breakpoints.
#ifndef EMU_DEBUG_GDB_FOLLOW_H
#define EMU_DEBUG_GDB_FOLLOW_H

#include "linux/thread.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// ---- By guest threads (struct tracer)
void follow_fork_begins(struct thread *t, bool vfork);
void follow_forked(struct thread *t, int64_t child, bool vfork);
void follow_in_child(struct thread *t);
const char *follow_exec(struct thread *t);
void follow_exec_failed(struct thread *t);

// The caller is a process of its own that shares the memory, and begins / ends.
void follow_foreign(struct thread *t);
void follow_ends(const struct thread *t, int status, int sig);

// ---- By the server, with the lock

// The child of a vfork as long as it is held, or NULL / it goes on.
struct traced *follow_held(void);
void follow_release(void);

// gdb wants process pid to go on: true if that is the held child, which runs as far as the program
// that it executes, or its end.
bool follow_vfork_goes(int64_t pid);

// Whether the packet in gdb.in was about a process that is not here any more, and has been
// answered.
bool follow_relay(void);

// Whether another process leads.
bool follow_is_peer(void);

// Reads what has come on the connection; a connection that is handed over becomes the one there is.
int64_t follow_read(void *bytes, size_t size);

// The connection has ended.
void follow_forget(void);

// What a program that takes the connection over is given as an option: "--gdb-connection=...".
// runs: it is not executed by the program, but run anew. / It was not executed. / Takes it over,
// with the lock. Dies if the text is none. The program has the place where the server listens, too,
// and nothing but that if nobody debugs.
const char *follow_option(bool runs);
void follow_stays(void);
void follow_take_over(const char *text);

#endif
