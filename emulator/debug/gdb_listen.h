// SPDX-License-Identifier: MIT
// Where the server listens: a port of the loopback address, or a unix socket.
#ifndef EMU_DEBUG_GDB_LISTEN_H
#define EMU_DEBUG_GDB_LISTEN_H

#include "debug/gdb.h"

// `where`: a port's number, or a path, which is new or a socket that nobody listens at. Dies with a
// line if that is not possible. Returns the descriptor.
int listen_at(const char *where);

// The next who comes, or -1.
int listen_accept(int listener);

// Process pid's own socket, in a folder of the user's that nobody else may look into: listens there
// / finds it in whichever folder it is, once it is there. -1 / false: no.
int listen_privately(char path[GDB_ADDRESS], int pid);
bool listen_find(char path[GDB_ADDRESS], int pid);

#endif
