// SPDX-License-Identifier: MIT
// The server's thread: waits for somebody, for packets, and for threads that stop.
#include "debug/gdb.h"

#include "base/arena.h"
#include "base/die.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_listen.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_signals.h"
#include "debug/gdb_vfork.h"
#include "linux/host_call.h"
#include "linux/host_thread.h"
#include "linux/lock.h"
#include "linux/tracer.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <unistd.h>

struct gdb gdb = {.listener = -1, .fd = -1};

enum { STOP_MS = 100, SERVER_STACK = 512 << 10 };

static void write_all(const char *data, unsigned length)
{
    while (length && gdb.fd >= 0) {
        int64_t n = host_call(SYS_write, gdb.fd, data, length);
        if (n == -EINTR)
            continue;
        if (n <= 0)
            return; // the next read says that somebody has gone
        data += n;
        length -= (unsigned)n;
    }
}

void gdb_send(void)
{
    gdb_end(&gdb.out);
    write_all(gdb.out.data, gdb.out.length);
}

void gdb_hang_up(void)
{
    if (gdb.fd >= 0)
        host_call(SYS_close, gdb.fd);
    gdb.fd = -1;
    if (gdb.killed)
        host_call(SYS_kill, process.pid, SIGKILL);
    vfork_release_all();
    peers_forget();
    if (tracing.attached)
        tracing_detach();
    tracing.end_told = true;
}

// Somebody has come: all stops.
static void welcome(int fd)
{
    gdb.fd = fd;
    gdb.in.at = GDB_OUTSIDE;
    gdb.quiet = gdb.extended = gdb.non_stop = gdb.numbers_processes = false;
    gdb.follows_forks = gdb.follows_vforks = gdb.tells_swbreak = gdb.catches_exec = false;
    gdb.running = gdb.announced = gdb.closing = false;
    gdb.end = END_NONE;
    gdb.current = 0;
    tracing.end_told = false;
    tracing_attach();
    tracing_watch_signals();
    tracing_stop_all(STOP_MS);
    for (struct traced *x = tracing.first; x; x = x->next)
        x->told = true;
}

// The first thread that has something to tell; the one that is chosen before others.
static struct traced *untold(void)
{
    struct traced *found = NULL;
    for (struct traced *x = tracing.first; x; x = x->next)
        if (x->stop.kind != STOP_NONE && !x->told && x->on && (!found || x->tid == gdb.current))
            found = x;
    return found;
}

static void let_end(void)
{
    tracing.attached = false;
    vfork_release_all();
    __atomic_store_n(&tracing.end_told, true, __ATOMIC_RELEASE);
}

// Ends of others come first: whoever ends here may have waited for them.
static void tell_end(void)
{
    peers_hold();
    if (!gdb.non_stop && peers_have_ends()) {
        gdb_hold();
        peers_tell_end();
        return;
    }
    gdb_begin(&gdb.out, gdb.non_stop ? '%' : '$');
    if (gdb.non_stop)
        gdb_text(&gdb.out, "Stop:");
    if (tracing.sig)
        gdb_printf(&gdb.out, "X%02x", gdb_signal(tracing.sig));
    else
        gdb_printf(&gdb.out, "W%02x", tracing.status & 0xff);
    if (gdb.numbers_processes)
        gdb_printf(&gdb.out, ";process:%x", (unsigned)process.pid);
    gdb_send();
    gdb.running = false;
    if (peers_take_over(true) || follow_is_peer()) {
        let_end();
        return;
    }
    gdb.end_stays = peers_have_ends();
    if (gdb.end_stays)
        return;
    if (gdb.extended) {
        tracing.first = NULL; // there is no program until it is run again
        return;
    }
    if (gdb.non_stop)
        gdb.end = END_ANNOUNCED; // it asks for more, and is told that there is none
    else
        let_end();
}

static bool any_runs(void)
{
    for (struct traced *x = tracing.first; x; x = x->next)
        if (!x->parked)
            return true;
    return false;
}

void gdb_hold(void)
{
    tracing_stop_all(STOP_MS);
    for (struct traced *x = tracing.first; x; x = x->next)
        x->on = false;
    peers_hold();
    gdb.running = false;
}

static void tell_stop(void)
{
    struct traced *x = untold();
    if (x) {
        tracing_stop_all(STOP_MS);
        x = untold();
    }
    if (!x && !peers_have_ends() && (any_runs() || peers_run()))
        return;
    gdb_hold();
    if (peers_have_ends()) { // x is told when it has been resumed
        peers_tell_end();
        return;
    }
    gdb_begin(&gdb.out, '$');
    if (x)
        gdb_put_stop(x);
    else
        gdb_char(&gdb.out, 'N'); // none is left that was to run
    gdb_send();
}

// A thread that was asked to stop and sleeps in a system call tells nothing by itself.
static void show_sleepers(void)
{
    for (struct traced *x = tracing.first; x; x = x->next) {
        if (!x->asked || x->stop.kind != STOP_NONE || x->shown || !traced_stands(x))
            continue;
        x->stop = (struct stop){.kind = STOP_ASKED};
        x->shown = x->on = true;
        x->told = false;
    }
}

static void announce(void)
{
    show_sleepers();
    if (gdb.announced)
        return;
    gdb.announced = peers_announce_end();
    struct traced *x = untold();
    if (!x || gdb.announced)
        return;
    gdb.announced = true;
    gdb_begin(&gdb.out, '%');
    gdb_text(&gdb.out, "Stop:");
    gdb_put_stop(x);
    gdb_send();
}

static bool any_is_on(void)
{
    for (struct traced *x = tracing.first; x; x = x->next)
        if (x->on)
            return true;
    return false;
}

// Whether the process has an end that gdb waits for: one that was resumed.
static bool end_is_due(void)
{
    return tracing.ending && !tracing.end_told && !gdb.end_stays &&
           (gdb.non_stop || (gdb.running && (any_is_on() || !tracing.first)));
}

void gdb_tell_stops(void)
{
    if (gdb.fd < 0)
        return;
    if (gdb.end != END_NONE)
        return;
    if (end_is_due())
        tell_end();
    else if (gdb.non_stop)
        announce();
    else if (gdb.running)
        tell_stop();
}

// Somebody wants the program to stop: the byte 3, or vCtrlC.
static void interrupt(void)
{
    if (!gdb.running)
        return;
    if (peers_run() && !any_is_on()) {
        peers_interrupt();
        return;
    }
    tracing_stop_all(STOP_MS);
    struct traced *x = gdb_chosen();
    for (struct traced *y = tracing.first; y && x && !x->on; y = y->next)
        if (y->on)
            x = y;
    if (x && !untold()) {
        x->stop = (struct stop){.kind = STOP_SIGNAL, .sig = SIGINT};
        x->told = false;
        x->on = true;
    }
    gdb_tell_stops();
}

static void end_after_answer(void)
{
    if (gdb.kills) {
        vfork_release_all();
        peers_take_over(true);
        host_call(SYS_kill, process.pid, SIGKILL);
    }
    if (gdb.closing) {
        peers_take_over(true);
        gdb_hang_up();
    }
    if (gdb.end == END_KNOWN || (gdb.end_stays && !peers_have_ends()))
        let_end();
}

static void take(uint8_t byte)
{
    switch (gdb_feed(&gdb.in, byte)) {
    case GDB_COMPLETE:
        if (!gdb.quiet)
            write_all("+", 1);
        if (!peers_relay())
            gdb_handle();
        end_after_answer();
        break;
    case GDB_DAMAGED:
        if (!gdb.quiet)
            write_all("-", 1);
        break;
    case GDB_INTERRUPT: interrupt(); break;
    case GDB_AGAIN:
        if (!gdb.quiet) // else gdb has waited in vain, and two answers would be one too many
            write_all(gdb.out.data, gdb.out.length);
        break;
    case GDB_NOTHING: break;
    }
}

static void read_packets(void)
{
    uint8_t bytes[2 * GDB_PACKET + 16]; // a message of who leads, at once
    int64_t n = follow_read(bytes, sizeof bytes);
    if (n == -EINTR)
        return;
    if (n <= 0) {
        gdb_hang_up();
        return;
    }
    for (int64_t i = 0; i < n && gdb.fd >= 0; i++)
        take(bytes[i]);
}

// gdb has left this process, which served the children of vforks meanwhile.
static void leave(void)
{
    if (peers_have_ends() || !vfork_parent_goes())
        return;
    if (peers_take_over(true) || !gdb.extended)
        gdb_hang_up();
    else
        tracing_detach();
}

enum { WAIT_LISTENER, WAIT_CLIENT, WAIT_STOPS, WAIT_PEERS, WAITS = WAIT_PEERS + PEERS };

static void serve_once(void)
{
    struct pollfd p[WAITS] = {
        [WAIT_LISTENER] = {.fd = gdb.fd < 0 ? gdb.listener : -1, .events = POLLIN},
        [WAIT_CLIENT] = {.fd = gdb.fd, .events = POLLIN},
        [WAIT_STOPS] = {.fd = tracing.notify, .events = POLLIN},
    };
    unsigned n = peers_wait(p + WAIT_PEERS);
    if (host_call(SYS_poll, p, WAIT_PEERS + n, -1) <= 0)
        return;
    tracing_lock();
    if (p[WAIT_STOPS].revents) {
        uint64_t count;
        host_call(SYS_read, tracing.notify, &count, sizeof count);
        gdb_tell_stops();
    }
    peers_hear(p + WAIT_PEERS, n);
    if (p[WAIT_LISTENER].revents) {
        int fd = listen_accept(gdb.listener);
        if (fd >= 0)
            welcome(fd);
    } else if (p[WAIT_CLIENT].revents && gdb.fd == p[WAIT_CLIENT].fd) {
        read_packets();
    }
    leave();
    tracing_unlock();
}

static void *serve(void *argument)
{
    (void)argument;
    uint64_t all =
        ~(UINT64_C(1) << (SIGSEGV - 1) | UINT64_C(1) << (SIGBUS - 1) | UINT64_C(1) << (SIGFPE - 1));
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, 8);
    prctl(PR_SET_NAME, "gdb server");
    for (;;)
        serve_once();
    return NULL;
}

void gdb_serve(void)
{
    pthread_attr_t attr;
    pthread_t handle;
    uint64_t all = ~UINT64_C(0), before;
    process_lock();
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, 8); // which the thread inherits
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, SERVER_STACK);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    int error = host_thread_new(&handle, &attr, serve, NULL);
    pthread_attr_destroy(&attr);
    host_call(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, 8);
    process_unlock();
    if (error)
        die("no thread for the gdb server: %s", strerror(error));
}

// What there is in all cases before guest code runs, or goes on, with a server.
static void prepare(struct thread *t)
{
    tracing.notify = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (tracing.notify < 0)
        die("gdb server: no eventfd: %s", strerror(errno));
    tracing_begin(t);
}

void gdb_start(struct thread *first, const char *where, bool suspend)
{
    gdb.listener = listen_at(where);
    snprintf(gdb.address, sizeof gdb.address, "%s", where);
    if (strchr(where, '/'))
        tracing.socket = gdb.address;
    prepare(first);
    if (suspend)
        traced_ask(first->traced);
    gdb_serve();
}

void gdb_take_over(struct thread *first, const char *connection)
{
    prepare(first);
    tracing_lock();
    follow_take_over(connection);
    tracing_unlock();
    gdb_serve();
}

void gdb_knocked(struct thread *t)
{
    int fd = listen_privately(gdb.address, process.pid);
    if (fd < 0)
        return;
    gdb.listener = fd;
    tracing.socket = gdb.address;
    prepare(t);
    gdb_serve();
}
