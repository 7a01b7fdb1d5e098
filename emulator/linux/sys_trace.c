// SPDX-License-Identifier: MIT
// The text of -strace: everything in it comes from the rows. Arguments are shown as far as they are
// known before the call, so that a call that blocks or never returns is seen; the rest follows when
// it is over.
#include "base/log.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/sys_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define VAL SYS_VAL
#define IN  SYS_IN
#define OUT SYS_OUT
const struct sys_kind_row sys_kinds[SYS_KIND_COUNT] = {
#define SYS_KIND(id, type, printer, flags) [SYS_KIND_##id] = {print_##printer, flags},
#include "linux/sys_kinds.def"
#undef SYS_KIND
};

void line_printf(struct sys_line *l, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t room = sizeof l->text - l->len;
    int n = vsnprintf(l->text + l->len, room, fmt, args);
    va_end(args);
    l->len += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

// Which thread's line is unfinished: another thread that writes in between starts a new line, and
// the first one says that it goes on. Shared with the children of a fork, which write to the same
// place.
static int *unfinished;

static COLD void share_unfinished(void)
{
    static int own;
    process_lock();
    if (unfinished) { // meanwhile
        process_unlock();
        return;
    }
    int *page = mmap(NULL, sizeof *page, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    __atomic_store_n(&unfinished, page == MAP_FAILED ? &own : page, __ATOMIC_RELEASE);
    process_unlock();
}

void trace_break(void)
{
    if (unfinished && __atomic_exchange_n(unfinished, 0, __ATOMIC_ACQ_REL))
        log_printf(" <unfinished ...>\n");
}

static void flush_line(struct sys_line *l, int tid, bool done)
{
    process_lock(); // of this process's threads nobody comes between the two
    int other = __atomic_exchange_n(unfinished, done ? 0 : tid, __ATOMIC_ACQ_REL);
    log_printf("%s%s", other && other != tid ? " <unfinished ...>\n" : "", l->text); // in one piece
    if (!done)
        log_flush();
    process_unlock();
    l->len = 0;
}

static void put_args(struct sys_line *l, const struct sys_row *row, const struct sys_seen *seen,
                     unsigned from, unsigned to)
{
    struct sys_seen s = *seen;
    for (unsigned i = from; i < to && row->kind[i]; i++) {
        s.index = i;
        size_t before = l->len;
        line_printf(l, "%s", i ? "," : "");
        size_t start = l->len;
        sys_kinds[row->kind[i]].print(l, s.args[i], &s);
        if (l->len == start)
            l->text[l->len = before] = 0; // an argument that is not used
    }
}

// The first argument that is only known after the call.
static unsigned first_out(const struct sys_row *row)
{
    unsigned i = 0;
    while (i < SYS_ARGS && row->kind[i] && sys_kinds[row->kind[i]].flags != SYS_OUT)
        i++;
    return i;
}

static void put_result(struct sys_line *l, const struct sys_row *row, int64_t ret)
{
    line_printf(l, ") = ");
    if (ret == -SIGNAL_RETURNED) {
        line_printf(l, "?\n");
    } else if (signal_is_restart(ret)) {
        line_printf(l, "? %s (To be restarted)\n",
                    ret == -ERESTARTNOINTR ? "ERESTARTNOINTR" : "ERESTARTSYS");
    } else if (ret < 0 && ret >= -4095) {
        const char *name = strerrorname_np((int)-ret);
        line_printf(l, "-1 %s (%s)\n", name ? name : "?", strerror((int)-ret));
    } else {
        struct sys_seen s = {.ret = ret, .after = true};
        sys_kinds[row->ret].print(l, (uint64_t)ret, &s);
        line_printf(l, "\n");
    }
}

int64_t trace_call(struct thread *t, const struct sys_row *row, const uint64_t args[SYS_ARGS])
{
    // The body may change the registers from which args come.
    uint64_t a[SYS_ARGS];
    memcpy(a, args, sizeof a);
    struct sys_seen seen = {.args = a};
    struct sys_line l = {.len = 0};
    int tid = (int)host_call(SYS_gettid);
    if (!unfinished)
        share_unfinished();
    unsigned split = first_out(row);
    line_printf(&l, "%d %s(", tid, row->name);
    put_args(&l, row, &seen, 0, split);
    flush_line(&l, tid, row->ret == SYS_KIND_none); // an exit ends its line itself
    seen.ret = row->call(t, a);
    seen.after = true;
    tid = (int)host_call(SYS_gettid); // fork returns in another process
    if (__atomic_load_n(unfinished, __ATOMIC_ACQUIRE) != tid) {
        line_printf(&l, "%d <... %s resumed>", tid, row->name);
    }
    put_args(&l, row, &seen, split, SYS_ARGS);
    put_result(&l, row, seen.ret);
    flush_line(&l, tid, true);
    return seen.ret;
}

void trace_unlisted(uint64_t nr, const uint64_t args[SYS_ARGS])
{
    int tid = (int)host_call(SYS_gettid);
    trace_break();
    log_printf("%d syscall_%llu(", tid, (unsigned long long)nr);
    for (unsigned i = 0; i < SYS_ARGS; i++)
        log_printf("%s%#llx", i ? "," : "", (unsigned long long)args[i]);
    log_printf(") = -1 ENOSYS (Function not implemented)\n");
}
