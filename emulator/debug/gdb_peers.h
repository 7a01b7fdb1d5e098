// SPDX-License-Identifier: MIT
// Several processes under one gdb. Each has a server of its own. One of them, which leads, has the
// connection to gdb; the others are its peers, each at the end of a pair of sockets in which every
// message is a packet. A packet goes to the process that it names, or that Hg chose; one that
// resumes goes to all that it concerns. When one has something to tell, the others are held. Who
// leads and ends, or is left by gdb, hands connection and peers over to one of them.
#ifndef EMU_DEBUG_GDB_PEERS_H
#define EMU_DEBUG_GDB_PEERS_H

#include "debug/gdb_packet.h"

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PEERS = 32 };

// ---- By the process that leads, with the lock of debug/traced.h

// Whether there is room for one more / are some / there is one more, at the end of `fd`.
bool peers_have_room(void);
bool peers_exist(void);
void peer_add(int fd, int pid);

// The child of a vfork, which gdb has, has executed a program and is at the end of `fd` from now on
// / has ended: how as gdb is told, 'W' with a status or 'X' with a signal.
void peer_goes_on(int fd, int pid);
void peer_has_ended(int pid, char how, unsigned with);

// Packets that name nobody are for that process from now on, be it a peer or not.
void peers_choose(uint64_t pid);

// gdb is told of the fork that made it: before, it is not among those that gdb is told of.
void peer_known(uint64_t pid);

// Closes all sockets: peers that gdb debugs go on without it.
void peers_forget(void);

// What is to be waited for, and what has come.
unsigned peers_wait(struct pollfd *p);
void peers_hear(const struct pollfd *p, unsigned n);

// Whether the packet in gdb.in was for a peer, and has been sent there.
bool peers_relay(void);

// Whether some were resumed and have not stopped since / those stop.
bool peers_run(void);
void peers_hold(void);

// Those that it concerns go on by the packet in gdb.in. False: none does, since gdb had to be told
// of an end first.
bool peers_resume(bool (*concerns)(const void *actions, int pid), const void *actions);

// One that runs is to stop.
void peers_interrupt(void);

// Their threads as qfThreadInfo has them, "p1.1,p1.2", each process behind a comma.
void peers_put_threads(struct gdb_output *out);

// Hands everything over to one of them, which answers gdb's packet if it is not `answered`. False:
// there is none.
bool peers_take_over(bool answered);

// Whether there are ends that gdb has not been told of / tells it of one; all stand.
bool peers_have_ends(void);
bool peers_tell_end(void);

// The same in non-stop mode, of those that cannot say it themselves.
bool peers_announce_end(void);

// Descriptors are inherited by the program that is executed, which will lead, or are not / what it
// is told of them, or of none / and understands; false if that is none.
void peers_inherit(bool on);
void peers_put(char *text, size_t size, bool them);
bool peers_read(const char **text);

// ---- By a peer

// Sends a new process's end of a pair to who leads.
void peer_introduce(int fd, int pid);

// Reads what who leads has sent. *leads: this process does from now on; gdb.fd is the connection.
int64_t peer_receive(void *bytes, size_t size, bool *leads);

#endif
