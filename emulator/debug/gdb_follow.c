// SPDX-License-Identifier: MIT
#include "debug/gdb_follow.h"

#include "base/die.h"
#include "debug/breaks.h"
#include "debug/gdb.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_vfork.h"
#include "engine/engine.h"
#include "linux/host_call.h"
#include "linux/tracer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

static struct {
    int ends[2];   // of the pair, while a fork is made
    bool is_peer;  // the connection leads to another's server
    bool executes; // a program that is to have the descriptors; with the lock
} follow = {.ends = {-1, -1}};

static void close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// ---- Forks

void follow_fork_begins(void)
{
    tracing_lock(); // the server is at rest meanwhile
    // What the child of a vfork makes is its own: the server has none of its descriptors.
    if (tracing.attached && gdb.follows_forks && peers_have_room() && getpid() == process.pid)
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, follow.ends) < 0)
            follow.ends[0] = follow.ends[1] = -1;
}

void follow_forked(struct thread *t, int64_t child)
{
    bool follows = follow.ends[0] >= 0 && child > 0;
    close_at(&follow.ends[1]);
    if (follows && !follow.is_peer) {
        peer_add(follow.ends[0], (int)child);
        follow.ends[0] = -1;
    } else if (follows) {
        peer_introduce(follow.ends[0], (int)child);
    }
    close_at(&follow.ends[0]);
    tracing_unlock();
    struct traced *x = follows ? traced_self(t) : NULL;
    if (x)
        traced_stop(x, &(struct stop){.kind = STOP_FORK, .arg = (uint64_t)child});
}

// The only thread of the new process becomes the only one that is traced.
static void keep_only(struct thread *t)
{
    struct traced *x = t->traced;
    if (x && x->thread != t)
        x = NULL;
    if (x) {
        x->pid = x->tid = t->tid;
        x->next = NULL;
        x->lends = false;
        x->stop = (struct stop){0};
        x->told = false;
    }
    tracing.first = x;
    tracing.ending = tracing.end_told = false;
}

// ORDER: the parent's thread had the lock of debug/traced.h when it forked, and has it here.
void follow_in_child(struct thread *t)
{
    int fd = follow.ends[1];
    follow.ends[1] = -1;
    close_at(&follow.ends[0]);
    peers_forget();
    vfork_forget();
    close_at(&gdb.fd);
    close_at(&gdb.listener);
    close_at(&tracing.notify);
    tracing.socket = NULL;
    keep_only(t);
    if (fd < 0 || !tracing.first) {
        close_at(&fd);
        if (tracing.attached)
            tracing_detach();
        tracing_unlock();
        return;
    }
    tracing.notify = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    gdb.fd = fd;
    gdb.quiet = true; // on the way to the parent's server
    gdb.running = false;
    gdb.current = t->tid;
    follow.is_peer = true;
    tracing.calm = true;
    tracing.first->asked = true;
    tracing.first->told = true;
    engine_open();
    tracing_unlock();
    gdb_serve();
}

bool follow_is_peer(void)
{
    return follow.is_peer;
}

int64_t follow_read(void *bytes, size_t size)
{
    bool leads;
    if (!follow.is_peer)
        return host_call(SYS_read, gdb.fd, bytes, size);
    int64_t n = peer_receive(bytes, size, &leads);
    follow.is_peer = !leads;
    return n;
}

// ---- Programs that take the connection over

enum state {
    QUIET = 1,
    EXTENDED = 2,
    NON_STOP = 4,
    PROCESSES = 8,
    FORKS = 16,
    SWBREAK = 32,
    EXECS = 64,
    RUN = 128,
    VFORKS = 256,
    ALL_CALLS = 512,
    PEER = 1024,
};

// What is executed inherits the descriptor. Returns what it is told of it: 0 if there is none.
static unsigned bequeath(int fd)
{
    return fd >= 0 && fcntl(fd, F_SETFD, 0) == 0 ? (unsigned)fd + 1 : 0;
}

static void keep(int fd)
{
    if (fd >= 0)
        fcntl(fd, F_SETFD, FD_CLOEXEC);
}

// vforked: for the child of a vfork, whose program is a peer of this one.
static const char *option(unsigned fd, unsigned listener, bool runs, bool vforked)
{
    static char text[400 + 24 * PEERS];
    unsigned state = (gdb.quiet || vforked ? QUIET : 0) | (gdb.extended ? EXTENDED : 0) |
                     (gdb.non_stop ? NON_STOP : 0) | (gdb.numbers_processes ? PROCESSES : 0) |
                     (gdb.follows_forks ? FORKS : 0) | (gdb.tells_swbreak ? SWBREAK : 0) |
                     (gdb.catches_exec ? EXECS : 0) | (gdb.follows_vforks ? VFORKS : 0) |
                     (tracing.all_calls ? ALL_CALLS : 0) | (runs ? RUN : 0) |
                     (follow.is_peer || vforked ? PEER : 0);
    size_t n = (size_t)snprintf(text, sizeof text, "--gdb-connection=%x,%x,%x,%" PRIx64, fd,
                                listener, state, tracing.passed);
    for (unsigned i = 0; i < ARRAY_LEN(tracing.calls); i++)
        n += (size_t)snprintf(text + n, sizeof text - n, ",%" PRIx64, tracing.calls[i]);
    peers_put(text + n, sizeof text - n, !vforked);
    n = strlen(text);
    snprintf(text + n, sizeof text - n, ",%s", listener ? gdb.address : "");
    return text;
}

const char *follow_option(bool runs)
{
    unsigned fd = runs || tracing.attached ? bequeath(gdb.fd) : 0;
    peers_inherit(true);
    return option(fd, bequeath(gdb.listener), runs, false);
}

void follow_stays(void)
{
    peers_inherit(false);
    keep(gdb.fd);
    keep(gdb.listener);
}

// The program is a peer of the parent's server.
static const char *vforked_executes(const struct thread *t)
{
    int fd = vfork_child_executes(t);
    return fd < 0 ? NULL : option(bequeath(fd), 0, false, true);
}

// ORDER: the lock is held until the program is another, or follow_exec_failed.
const char *follow_exec(struct thread *t)
{
    if (vfork_is_child(t))
        return vforked_executes(t);
    if (!traced_self(t))
        return NULL;
    tracing_lock();
    if (tracing.attached && !gdb.catches_exec)
        gdb_hang_up();
    follow.executes = tracing.attached || gdb.listener >= 0;
    if (follow.executes)
        return follow_option(false);
    tracing_unlock();
    return NULL;
}

void follow_exec_failed(struct thread *t)
{
    if (getpid() != process.pid) { // the child of a vfork
        keep(vfork_child_stays(t));
        return;
    }
    if (!follow.executes)
        return;
    follow.executes = false;
    follow_stays();
    tracing_unlock();
}

static uint64_t next_number(const char **text)
{
    uint64_t v;
    if (!gdb_number(text, &v) || !gdb_skip(text, ","))
        die("--gdb-connection: is only for programs that are executed under gdb");
    return v;
}

// A descriptor that was inherited, and is not to be once more; -1 if there is none.
static int inherited(uint64_t number)
{
    int fd = (int)number - 1;
    if (fd >= 0 && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        die("--gdb-connection: there is none at descriptor %d", fd);
    return fd;
}

void follow_take_over(const char *text)
{
    gdb.fd = inherited(next_number(&text));
    gdb.listener = inherited(next_number(&text));
    unsigned state = (unsigned)next_number(&text);
    tracing.passed = next_number(&text);
    for (unsigned i = 0; i < ARRAY_LEN(tracing.calls); i++)
        tracing.calls[i] = next_number(&text);
    if (!peers_read(&text))
        die("--gdb-connection: is only for programs that are executed under gdb");
    snprintf(gdb.address, sizeof gdb.address, "%s", text);
    if (gdb.listener >= 0 && strchr(gdb.address, '/'))
        tracing.socket = gdb.address;
    if (gdb.fd < 0)
        return;
    tracing.all_calls = state & ALL_CALLS;
    tracing.executed = !(state & RUN);
    tracing_watch_calls();
    gdb.quiet = state & QUIET;
    follow.is_peer = state & PEER;
    gdb.extended = state & EXTENDED;
    gdb.non_stop = state & NON_STOP;
    gdb.numbers_processes = state & PROCESSES;
    gdb.follows_forks = state & FORKS;
    gdb.tells_swbreak = state & SWBREAK;
    gdb.catches_exec = state & EXECS;
    gdb.follows_vforks = state & VFORKS;
    tracing_attach();
    tracing_watch_signals();
    struct traced *x = tracing.first;
    x->stop = (struct stop){.kind = state & RUN ? STOP_STEP : STOP_EXEC};
    x->told = false;
    x->on = true;
    traced_ask(x);
    gdb.running = true;
}
