// SPDX-License-Identifier: MIT
// The server of gdb's remote protocol: one connection at a time, served by a host thread of its
// own, which runs no guest code. It listens on the loopback address or on a unix socket, nowhere
// else. A client that goes away without a word leaves the program running.
#ifndef EMU_DEBUG_GDB_H
#define EMU_DEBUG_GDB_H

#include "debug/gdb_packet.h"
#include "debug/traced.h"

#include <sys/types.h>

enum { GDB_ADDRESS = 108 };

struct gdb {
    int listener;              // -1: none
    char address[GDB_ADDRESS]; // the port's number, or the socket's path
    int fd;                    // of the connection, or -1
    struct gdb_input in;
    struct gdb_output out; // the last answer
    bool quiet;            // no acknowledgements
    bool extended, non_stop, numbers_processes, follows_forks, follows_vforks, tells_swbreak,
        catches_exec;
    bool running;   // all-stop: a resumption is to be answered by a stop
    bool announced; // non-stop: a notification, or vStopped, has not been answered
    int current;    // the thread that Hg chose
    bool closing;   // after the answer the connection ends
    // Of the program, in non-stop mode: gdb was told, and has asked whether there is more.
    enum { END_NONE, END_ANNOUNCED, END_KNOWN } end;
    bool kills;     // and the process
    bool killed;    // the program: it does not go on, and the process ends when gdb goes
    bool end_stays; // it was told, but there are ends of others
};
extern struct gdb gdb;

// -g: `where` is a port or a socket's path, and suspend whether the program waits for somebody
// before its first instruction. Dies with a line if it cannot listen. Before guest code runs, by
// the first thread.
void gdb_start(struct thread *first, const char *where, bool suspend);

// The program was executed by one that is debugged: it has the connection (gdb_follow.h).
void gdb_take_over(struct thread *first, const char *connection);

// Somebody wants to debug a process that is not prepared (tracer_wanted).
void gdb_knocked(struct thread *t);

// --attach: prepares process pid, and prints the path of the socket where it listens. Ends.
NORETURN void gdb_knock(int pid);

// Starts the thread that serves.
void gdb_serve(void);

// ---- Between the files of the server

// Ends the answer in gdb.out and sends it.
void gdb_send(void);

// Handles the packet in gdb.in. With the lock of debug/traced.h.
void gdb_handle(void);

// Something has stopped or ended: tells what is to be told. With the lock.
void gdb_tell_stops(void);

// A peer (debug/gdb_peers.h) has something to tell: all others stop.
void gdb_hold(void);

// Somebody has gone, or is to: closes the connection, and all goes on. With the lock.
void gdb_hang_up(void);

// The thread that commands are about: the one chosen, or any.
struct traced *gdb_chosen(void);

// A thread's number as the protocol writes it.
void gdb_put_thread(const struct traced *x);

// The protocol's "E..": of errno's values.
void gdb_put_error(int error);

// The rest of a stop reply after '$' or '%Stop:'.
void gdb_put_stop(struct traced *x);

#endif
