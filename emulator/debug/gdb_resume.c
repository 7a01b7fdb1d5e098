// SPDX-License-Identifier: MIT
// Packets that make threads go on, stop, or end.
#include "debug/gdb_commands.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_signals.h"
#include "debug/gdb_vfork.h"
#include "linux/host_call.h"

#include <string.h>

enum { ACTIONS = 64 };

// What a vCont says of threads: for tid, or all if it is -1.
struct action {
    int64_t pid, tid; // pid 0 or -1: of any process
    bool stops;
    struct go go;
};

static bool parse_kind(const char **args, struct action *a)
{
    uint64_t number;
    char kind = *(*args)++;
    switch (kind) {
    case 'c': return true;
    case 't': a->stops = true; return true;
    case 's': a->go.steps = true; return true;
    case 'S':
    case 'C':
        a->go.steps = kind == 'S';
        if (!gdb_number(args, &number) || number > UINT8_MAX)
            return false;
        a->go.sig = gdb_signal_of((unsigned)number);
        return true;
    case 'r':
        a->go.steps = true;
        return gdb_number(args, &a->go.start) && gdb_skip(args, ",") &&
               gdb_number(args, &a->go.end);
    default: return false;
    }
}

static bool parse(const char *args, struct action *actions, unsigned *count)
{
    *count = 0;
    for (;;) {
        struct action *a = &actions[*count];
        *a = (struct action){.tid = -1};
        if (*count == ACTIONS || !parse_kind(&args, a))
            return false;
        if (gdb_skip(&args, ":") && !gdb_thread_id(&args, &a->pid, &a->tid))
            return false;
        ++*count;
        if (!*args)
            return true;
        if (!gdb_skip(&args, ";"))
            return false;
    }
}

static bool is_of(const struct action *a, int pid)
{
    return a->pid <= 0 || a->pid == pid;
}

// The first that fits, or NULL.
static const struct action *action_for(const struct traced *x, const struct action *actions,
                                       unsigned count)
{
    for (unsigned i = 0; i < count && !vfork_has_left(x); i++)
        if (is_of(&actions[i], x->pid) && (actions[i].tid <= 0 || actions[i].tid == x->tid))
            return &actions[i];
    return NULL;
}

struct actions {
    const struct action *at;
    unsigned count;
};

static bool concerns(const void *actions, int pid)
{
    const struct actions *a = actions;
    for (unsigned i = 0; i < a->count; i++)
        if (is_of(&a->at[i], pid))
            return true;
    return false;
}

// Whether it stands for a reason that is still to be told, and lasts: a breakpoint is reached
// again.
static bool has_to_tell(const struct traced *x)
{
    enum stop_kind k = x->stop.kind;
    return !x->told &&
           (k == STOP_SIGNAL || k == STOP_WATCH || k == STOP_CALL || k == STOP_CALLED ||
            k == STOP_FORK || k == STOP_VFORK || k == STOP_VFORK_DONE || k == STOP_EXEC);
}

static void resume_all_stop(const struct action *actions, unsigned count)
{
    bool pending = false;
    for (struct traced *x = tracing.first; x; x = x->next) {
        x->on = action_for(x, actions, count);
        pending |= x->on && has_to_tell(x);
    }
    gdb.running = true;
    const struct actions all = {actions, count};
    if (!pending && !peers_resume(concerns, &all))
        return;
    if (concerns(&all, process.pid))
        tracing.calm = actions[count - 1].tid > 0;
    for (struct traced *x = tracing.first; x && !pending; x = x->next) {
        const struct action *a = action_for(x, actions, count);
        if (a)
            traced_go(x, &a->go);
    }
    gdb_tell_stops();
}

static void resume_non_stop(const struct action *actions, unsigned count)
{
    for (struct traced *x = tracing.first; x; x = x->next) {
        const struct action *a = action_for(x, actions, count);
        bool stands = x->parked || x->shown;
        if (a && a->stops && !stands)
            traced_ask(x);
        else if (a && !a->stops && stands && !has_to_tell(x))
            traced_go(x, &a->go);
        x->on |= a != NULL;
    }
    tracing.calm = false;
}

static enum gdb_answer resume(const struct action *actions, unsigned count)
{
    if (!gdb.non_stop) {
        resume_all_stop(actions, count);
        return GDB_LATER;
    }
    peers_resume(concerns, &(struct actions){actions, count});
    resume_non_stop(actions, count);
    gdb_text(&gdb.out, "OK");
    gdb_send();
    gdb_tell_stops();
    return GDB_LATER;
}

GDB_COMMAND(resume_kinds)
{
    (void)args;
    (void)length;
    gdb_text(&gdb.out, "vCont;c;C;s;S;t;r");
    return GDB_ANSWER;
}

GDB_COMMAND(resume)
{
    struct action actions[ACTIONS + 1];
    unsigned count;
    (void)length;
    return parse(args, actions, &count) ? resume(actions, count) : GDB_INVALID;
}

// The old packets, about the thread that is chosen and all others: "[signal;][address]".
static enum gdb_answer resume_chosen(const char *args, bool steps, bool with_signal)
{
    struct traced *x = gdb_chosen();
    uint64_t number = 0, pc;
    if (!x || (with_signal && !gdb_number(&args, &number)) || number > UINT8_MAX)
        return GDB_INVALID;
    gdb_skip(&args, ";");
    if (gdb_number(&args, &pc)) {
        traced_settle(x);
        x->thread->cpu.s.pc = pc;
    }
    struct go go = {.steps = steps, .sig = gdb_signal_of((unsigned)number)};
    struct action actions[2] = {{.tid = x->tid, .go = go}, {.tid = -1}};
    return resume(actions, steps ? 1 : 2);
}

GDB_COMMAND(go)
{
    (void)length;
    return resume_chosen(args, false, false);
}

GDB_COMMAND(go_with_signal)
{
    (void)length;
    return resume_chosen(args, false, true);
}

GDB_COMMAND(step)
{
    (void)length;
    return resume_chosen(args, true, false);
}

GDB_COMMAND(step_with_signal)
{
    (void)length;
    return resume_chosen(args, true, true);
}

GDB_COMMAND(interrupt)
{
    (void)args;
    (void)length;
    for (struct traced *x = tracing.first; x; x = x->next)
        traced_ask(x);
    gdb_text(&gdb.out, "OK");
    gdb_send();
    gdb_tell_stops();
    return GDB_LATER;
}

// Not gdb's: who leads tells a peer to stop without a word, and perhaps that what it told last is
// to be told again.
GDB_COMMAND(hold)
{
    (void)length;
    struct traced *last = traced_find(gdb.current);
    if (gdb_skip(&args, ";again") && last && last->stop.kind != STOP_NONE)
        last->told = false;
    tracing_stop_all(100);
    for (struct traced *x = tracing.first; x; x = x->next)
        x->on = false;
    gdb.running = false;
    return GDB_OK;
}

GDB_COMMAND(detach)
{
    uint64_t pid;
    (void)length;
    if (gdb_skip(&args, ";")) {
        if (!gdb_number(&args, &pid))
            return GDB_INVALID;
        if (vfork_has_child(pid)) {
            vfork_release(pid);
            return GDB_OK;
        }
        if (pid != (uint64_t)process.pid)
            return GDB_INVALID;
        if (vfork_leave_parent())
            return GDB_OK;
    }
    if (peers_take_over(false)) { // it answers
        gdb_hang_up();
        return GDB_LATER;
    }
    tracing_detach();
    gdb.closing = !gdb.extended || tracing.ending; // which waits for gdb, or for it to go
    return GDB_OK;
}

GDB_COMMAND(kill)
{
    (void)args;
    (void)length;
    gdb.kills = true;
    return GDB_LATER;
}

GDB_COMMAND(kill_process)
{
    uint64_t pid;
    (void)length;
    if (gdb_number(&args, &pid) && vfork_has_child(pid)) {
        vfork_kill(pid);
        return GDB_OK;
    }
    if (gdb.extended && !peers_exist() && !follow_is_peer()) { // until it is run again, or gdb goes
        tracing_stop_all(100);
        tracing.first = NULL;
        gdb.killed = true;
        return GDB_OK;
    }
    gdb.kills = !tracing.ending;
    gdb.closing = true;
    return GDB_OK;
}
