// SPDX-License-Identifier: MIT
// Packets about threads: which there are, which is meant, why one has stopped.
#include "base/die.h"
#include "debug/breaks.h"
#include "debug/gdb_commands.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_regs.h"
#include "debug/gdb_signals.h"
#include "debug/gdb_vfork.h"
#include "ir/watch.h"
#include "linux/host_call.h"
#include "linux/path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void put_reason(const struct traced *x)
{
    struct gdb_output *o = &gdb.out;
    const struct stop *s = &x->stop;
    switch (s->kind) {
    case STOP_TRAP:
        if (gdb.tells_swbreak)
            gdb_text(o, "swbreak:;");
        break;
    case STOP_WATCH:
        gdb_printf(o, "%s:%llx;",
                   s->access == IR_WATCH_READ    ? "rwatch"
                   : s->access == IR_WATCH_WRITE ? "watch"
                                                 : "awatch",
                   (unsigned long long)s->arg);
        break;
    case STOP_CALL: gdb_printf(o, "syscall_entry:%x;", (unsigned)s->arg); break;
    case STOP_CALLED: gdb_printf(o, "syscall_return:%x;", (unsigned)s->arg); break;
    case STOP_FORK: gdb_printf(o, "fork:p%x.%x;", (unsigned)s->arg, (unsigned)s->arg); break;
    case STOP_VFORK: gdb_printf(o, "vfork:p%x.%x;", (unsigned)s->arg, (unsigned)s->arg); break;
    case STOP_VFORK_DONE: gdb_text(o, "vforkdone:;"); break;
    case STOP_EXEC:
        gdb_text(o, "exec:");
        gdb_hex(o, process.exe, strlen(process.exe));
        gdb_char(o, ';');
        break;
    case STOP_NONE:
    case STOP_ASKED:
    case STOP_SIGNAL:
    case STOP_STEP: break;
    }
}

void gdb_put_stop(struct traced *x)
{
    const struct stop *s = &x->stop;
    int sig = s->kind == STOP_SIGNAL ? s->sig : s->kind == STOP_ASKED ? 0 : SIGTRAP;
    x->told = true;
    if (s->kind == STOP_FORK)
        peer_known(s->arg);
    if (!gdb.non_stop) { // which gdb takes for chosen: it says no Hg
        gdb.current = x->tid;
        peers_choose((uint64_t)process.pid);
    }
    gdb_printf(&gdb.out, "T%02x", sig ? gdb_signal(sig) : 0);
    put_reason(x);
    gdb_text(&gdb.out, "thread:");
    gdb_put_thread(x);
    gdb_char(&gdb.out, ';');
    gdb_regs_expedite(&gdb.out, x);
}

GDB_COMMAND(why)
{
    (void)args;
    (void)length;
    struct traced *x = gdb_chosen();
    if (!x) {
        gdb_text(&gdb.out, "W00");
        return GDB_ANSWER;
    }
    if (gdb.non_stop) { // all of them are to be told, one after the other
        for (struct traced *y = tracing.first; y; y = y->next) {
            y->told = !y->asked && !y->parked;
            if (!y->told && y->stop.kind == STOP_NONE)
                y->stop = (struct stop){.kind = STOP_ASKED};
        }
        gdb.announced = true;
    } else if (x->stop.kind == STOP_NONE) {
        x->stop = (struct stop){.kind = STOP_STEP};
    }
    gdb_put_stop(x);
    return GDB_ANSWER;
}

GDB_COMMAND(next_stop)
{
    (void)args;
    (void)length;
    for (struct traced *x = tracing.first; x; x = x->next) {
        if (x->told || x->stop.kind == STOP_NONE)
            continue;
        gdb_put_stop(x);
        return GDB_ANSWER;
    }
    gdb.announced = false;
    if (gdb.end == END_ANNOUNCED)
        gdb.end = END_KNOWN;
    return GDB_OK;
}

GDB_COMMAND(choose)
{
    int64_t pid, tid;
    (void)length;
    if (!gdb_thread_id(&args, &pid, &tid))
        return GDB_INVALID;
    if (tid > 0 && !traced_find((int)tid))
        return GDB_INVALID;
    if (tid > 0)
        gdb.current = (int)tid;
    return GDB_OK;
}

GDB_COMMAND(choose_for_running)
{
    (void)args;
    (void)length;
    return GDB_OK; // vCont names its threads
}

GDB_COMMAND(alive)
{
    int64_t pid, tid;
    (void)length;
    if (!gdb_thread_id(&args, &pid, &tid) || !traced_find((int)tid))
        return GDB_INVALID;
    return GDB_OK;
}

GDB_COMMAND(current)
{
    (void)length;
    const struct traced *x = gdb_chosen();
    if (*args || !x) // another packet, qCRC
        return GDB_ANSWER;
    gdb_text(&gdb.out, "QC");
    gdb_put_thread(x);
    return GDB_ANSWER;
}

// In the order of age: the list begins with the youngest.
static void put_threads(const struct traced *x)
{
    if (!x)
        return;
    put_threads(x->next);
    if (vfork_has_left(x))
        return;
    gdb_char(&gdb.out, gdb.out.length > 1 ? ',' : 'm');
    gdb_put_thread(x);
}

GDB_COMMAND(threads)
{
    (void)args;
    (void)length;
    if (!tracing.first)
        gdb_char(&gdb.out, 'l');
    put_threads(tracing.first);
    if (tracing.first)
        peers_put_threads(&gdb.out);
    return GDB_ANSWER;
}

GDB_COMMAND(more_threads)
{
    (void)args;
    (void)length;
    gdb_char(&gdb.out, 'l'); // there were all of them
    return GDB_ANSWER;
}

// The thread's name, as the host knows it.
static void name_of(int pid, int tid, char name[32])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%d/task/%d/comm", pid, tid);
    int64_t fd = host_call(SYS_openat, -100 /* AT_FDCWD */, path, 0);
    int64_t n = fd < 0 ? 0 : host_call(SYS_read, fd, name, 31);
    if (fd >= 0)
        host_call(SYS_close, fd);
    while (n > 0 && name[n - 1] == '\n')
        n--;
    name[n > 0 ? n : 0] = 0;
}

GDB_COMMAND(thread_info)
{
    int64_t pid, tid;
    char name[32], text[96];
    (void)length;
    const struct traced *x = gdb_thread_id(&args, &pid, &tid) ? traced_find((int)tid) : NULL;
    if (!x)
        return GDB_INVALID;
    name_of(x->pid, x->tid, name);
    snprintf(text, sizeof text, "%s%s", name, traced_sleeps(x) ? ", in a system call" : "");
    gdb_hex(&gdb.out, text, strlen(text));
    return GDB_ANSWER;
}

static void add_thread(struct gdb_output *text, int pid, int tid, const char *says)
{
    char name[32];
    name_of(pid, tid, name);
    for (char *p = name; *p; p++)
        if (*p == '<' || *p == '&' || *p == '"')
            *p = '_';
    gdb_printf(text, "<thread id=\"p%x.%x\" name=\"%s\">%s</thread>", (unsigned)pid, (unsigned)tid,
               name, says);
}

static void add_threads(struct gdb_output *text, const struct traced *x)
{
    if (!x)
        return;
    add_threads(text, x->next);
    if (!vfork_has_left(x))
        add_thread(text, x->pid, x->tid, traced_sleeps(x) ? "in a system call" : "");
}

static void add_peers(struct gdb_output *text)
{
    static struct gdb_output all;
    int64_t pid, tid;
    gdb_begin(&all, ',');
    all.length = 0;
    peers_put_threads(&all);
    all.data[all.length] = 0;
    for (const char *p = all.data; gdb_skip(&p, ",") && gdb_thread_id(&p, &pid, &tid);)
        add_thread(text, (int)pid, (int)tid, "");
}

GDB_COMMAND(thread_list)
{
    static struct gdb_output text; // its size is enough for some hundred
    (void)length;
    text.length = 0;
    text.full = false;
    gdb_text(&text, "<?xml version=\"1.0\"?><threads>");
    add_threads(&text, tracing.first);
    add_peers(&text);
    gdb_text(&text, "</threads>");
    return text.full ? GDB_INVALID : gdb_part(args, text.data, text.length);
}
