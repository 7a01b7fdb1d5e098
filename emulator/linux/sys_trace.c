// SPDX-License-Identifier: MIT
// The trace of system calls: everything in it comes from the rows. As text, arguments are shown as
// far as they are known before the call, so that a call that blocks or never returns is seen; the
// rest follows when it is over. As JSON, and where only failures are shown, a call is one line when
// it is over.
#include "linux/sys_trace.h"

#include "base/die.h"
#include "base/log.h"
#include "linux/host_call.h"
#include "linux/lock.h"
#include "linux/sys_internal.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define VAL SYS_VAL
#define IN  SYS_IN
#define OUT SYS_OUT
const struct sys_kind_row sys_kinds[SYS_KIND_COUNT] = {
#define SYS_KIND(id, type, printer, flags) [SYS_KIND_##id] = {print_##printer, flags},
#include "linux/sys_kinds.def"
#undef SYS_KIND
};

static struct log_stream own; // of --trace-file
static bool json;

bool trace_open(const char *path)
{
    size_t n = strlen(path);
    json = (n > 5 && !strcmp(path + n - 5, ".json")) || (n > 6 && !strcmp(path + n - 6, ".jsonl"));
    return log_stream_open(&own, path);
}

const char *trace_again(void)
{
    return own.file ? own.again : NULL;
}

int trace_fd(void)
{
    return own.file ? fileno(own.file) : -1;
}

bool trace_is_json(void)
{
    return json;
}

void line_printf(struct sys_line *l, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    size_t end = sizeof l->text - (l->ending ? 0 : SYS_LINE_ENDING), room = end - l->len;
    int n = vsnprintf(l->text + l->len, room, fmt, args);
    va_end(args);
    l->len += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

// The end of what is written: another thread that writes while a line is unfinished starts a new
// one, and the first says that it goes on. Shared with the children of a fork.
static struct tail {
    int who;     // the thread whose line is unfinished, or 0
    int64_t end; // the size of the file then: if it has another, somebody else has written
} * tail;

enum { SOMEBODY = -1 };

static COLD void share_tail(void)
{
    static struct tail of_this_process;
    process_lock();
    if (tail) { // meanwhile
        process_unlock();
        return;
    }
    void *page =
        mmap(NULL, sizeof *tail, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    __atomic_store_n(&tail, page == MAP_FAILED ? &of_this_process : page, __ATOMIC_RELEASE);
    process_unlock();
}

static int output_fd(void)
{
    return fileno(own.file ? own.file : log_file());
}

// A file that other programs write their traces to, as well, is locked while a piece is written: at
// a place where no guest has locks of its own. What is no file has no end to be looked at, either.
// Nobody waits for ever: who has the lock may be stopped, and by him that waits for it (ptrace).
enum { LOCK_TRIES = 1000 }; // a millisecond each

static void lock_output(int type)
{
    struct flock l = {
        .l_type = (short)type, .l_whence = SEEK_SET, .l_start = INT64_MAX - 1, .l_len = 1};
    static const struct timespec pause = {0, 1000000};
    for (int n = 0; n < LOCK_TRIES; n++) {
        long r = host_call(SYS_fcntl, output_fd(), F_SETLK, &l);
        if (r != -EAGAIN && r != -EACCES && r != -EINTR)
            return;
        host_call(SYS_nanosleep, &pause, NULL);
    }
}

// To see what the output ends in. Closing any descriptor of a file gives up its locks: so it is
// closed after that.
static int64_t reader = -1;

static bool ends_in_newline(int64_t size)
{
    char link[32], last = '\n';
    snprintf(link, sizeof link, "/proc/self/fd/%d", output_fd());
    reader = host_call(SYS_openat, AT_FDCWD, link, O_RDONLY | O_CLOEXEC, 0);
    host_call(SYS_pread64, reader, &last, 1, size - 1);
    return last == '\n';
}

// Whose unfinished line is the last, or 0. The output is locked from here to tail_is.
static int tail_of(void)
{
    struct stat st;
    lock_output(F_WRLCK);
    int who = __atomic_load_n(&tail->who, __ATOMIC_ACQUIRE);
    if (host_call(SYS_fstat, output_fd(), &st) || !S_ISREG(st.st_mode) || st.st_size == tail->end)
        return who;
    return !st.st_size || ends_in_newline(st.st_size) ? 0 : SOMEBODY;
}

static void tail_is(int who)
{
    struct stat st;
    __atomic_store_n(&tail->who, who, __ATOMIC_RELEASE);
    if (!host_call(SYS_fstat, output_fd(), &st))
        tail->end = st.st_size;
    lock_output(F_UNLCK);
    if (reader >= 0)
        host_call(SYS_close, reader);
    reader = -1;
}

// If a line is unfinished, that is said.
static void finish(void)
{
    static const char text[] = " <unfinished ...>\n";
    if (tail_of())
        log_stream_put(&own, text, sizeof text - 1);
    tail_is(0);
}

void trace_break(void)
{
    if (own.file || !tail || !__atomic_load_n(&tail->who, __ATOMIC_ACQUIRE))
        return;
    process_lock();
    finish();
    process_unlock();
}

// In microseconds.
static uint64_t now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

// Microseconds as seconds.
static void put_time(struct sys_line *l, const char *before, uint64_t us, const char *behind)
{
    line_printf(l, "%s%llu.%06u%s", before, (unsigned long long)(us / 1000000),
                (unsigned)(us % 1000000), behind);
}

// The thread that a line is about, and when.
static void put_who(struct sys_line *l, int tid)
{
    line_printf(l, "%d ", tid);
    if (trace_shows_times())
        put_time(l, "", now(CLOCK_REALTIME), " ");
}

// Writes one piece; nobody comes between. resumes: the name of the call
// that the piece is the end of, NULL if it begins a line: others may have written meanwhile.
static void write_piece(const char *text, int tid, bool done, const char *resumes)
{
    if (!tail)
        share_tail();
    process_lock();
    int other = tail_of();
    struct sys_line head = {.len = 0};
    if (other && other != tid)
        line_printf(&head, " <unfinished ...>\n");
    if (resumes && other != tid) {
        put_who(&head, tid);
        line_printf(&head, "<... %s resumed>", resumes);
    }
    char piece[2 * sizeof(struct sys_line)];
    int n = snprintf(piece, sizeof piece, "%s%s", head.text, text);
    log_stream_put(&own, piece, (size_t)n);
    tail_is(done ? 0 : tid);
    process_unlock();
}

void trace_say(int tid, const char *fmt, ...)
{
    struct sys_line l = {.len = 0};
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    put_who(&l, tid);
    line_printf(&l, "%s\n", text);
    write_piece(l.text, tid, true, NULL);
}

// One call on its way.
struct traced {
    const struct sys_row *row;
    struct sys_seen seen;
    struct sys_line line;
    size_t end[SYS_ARGS]; // of each argument in the line; JSON has nothing else there
    unsigned shown;       // arguments
    int tid;
    uint64_t began, duration; // in microseconds
    const char *why;          // behind the result, or NULL
};

// The call that a thread has begun, for execve, from which it does not come back.
static __thread struct traced *current;

static void put_args(struct traced *c, unsigned to)
{
    struct sys_line *l = &c->line;
    const struct sys_row *row = c->row;
    for (; c->shown < to && row->kind[c->shown]; c->shown++) {
        unsigned i = c->seen.index = c->shown;
        size_t before = l->len;
        if (i && !json)
            line_printf(l, ",");
        size_t start = l->len;
        sys_kinds[row->kind[i]].print(l, c->seen.args[i], &c->seen);
        if (l->len == start)
            l->text[l->len = before] = 0; // an argument that is not used
        c->end[i] = l->len;
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

static void put_result(struct traced *c)
{
    struct sys_line *l = &c->line;
    int64_t ret = c->seen.ret;
    l->ending = true;
    line_printf(l, ") = ");
    if (ret == -SIGNAL_RETURNED) {
        line_printf(l, "?");
    } else if (signal_is_restart(ret)) {
        line_printf(l, "? %s (To be restarted)",
                    ret == -ERESTARTNOINTR ? "ERESTARTNOINTR" : "ERESTARTSYS");
    } else if (ret < 0 && ret >= -4095) {
        const char *name = strerrorname_np((int)-ret);
        line_printf(l, "-1 %s (%s)", name ? name : "?", error_text((int)-ret));
    } else {
        struct sys_seen s = {.ret = ret, .after = true};
        sys_kinds[c->row->ret].print(l, (uint64_t)ret, &s);
    }
    if (trace_shows_times())
        put_time(l, " <", c->duration, ">");
    line_printf(l, "%s\n", c->why ? c->why : "");
}

// A string of JSON, without the quotes.
static void put_escaped(struct sys_line *l, const char *s, size_t n)
{
    const size_t most = sizeof l->text - SYS_LINE_ENDING - 8;
    for (size_t i = 0; i < n && l->len < most; i++) {
        unsigned char c = (unsigned char)s[i];
        if (c == '"' || c == '\\')
            line_printf(l, "\\%c", c);
        else if (c < 32 ||
                 c >= 127) // the printers escape these themselves; what is left is Latin-1
            line_printf(l, "\\u%04x", c);
        else
            line_printf(l, "%c", c);
    }
}

static void begin_json(struct sys_line *l, int tid, uint64_t at)
{
    line_printf(l, "{\"pid\":%d,\"tid\":%d", (int)getpid(), tid);
    put_time(l, ",\"time\":", at, "");
}

void trace_say_json(int tid, const char *fmt, ...)
{
    struct sys_line l = {.len = 0};
    char text[512];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    begin_json(&l, tid, now(CLOCK_REALTIME));
    line_printf(&l, ",%s}\n", text);
    write_piece(l.text, tid, true, NULL);
}

// "args" of JSON: the row has the names, the line the texts.
static void put_json_args(struct sys_line *l, const struct traced *c)
{
    const char *name = c->row->names, *comma = "";
    size_t from = 0;
    line_printf(l, ",\"args\":{");
    const size_t most = sizeof l->text - SYS_LINE_ENDING - 64;
    for (unsigned i = 0; i < c->shown && l->len < most; i++) {
        size_t n = strcspn(name, ",");
        if (c->end[i] > from) {
            line_printf(l, "%s\"%.*s\":\"", comma, (int)n, name);
            put_escaped(l, c->line.text + from, c->end[i] - from);
            l->ending = true;
            line_printf(l, "\"");
            l->ending = false;
            comma = ",";
        }
        name += n + (name[n] == ',');
        from = c->end[i];
    }
    l->ending = true;
    line_printf(l, "}");
}

// `over`: it has come back with a result.
static void write_json(const struct traced *c, bool over)
{
    struct sys_line l = {.len = 0};
    int64_t ret = c->seen.ret;
    begin_json(&l, c->tid, c->began);
    line_printf(&l, ",\"call\":\"%s\",\"nr\":%u", c->row->name, c->row->nr);
    put_json_args(&l, c);
    if (!over || ret == -SIGNAL_RETURNED || signal_is_restart(ret)) {
        line_printf(&l, ",\"result\":null");
    } else {
        line_printf(&l, ",\"result\":%lld", (long long)(ret < 0 && ret >= -4095 ? -1 : ret));
        if (ret < 0 && ret >= -4095 && strerrorname_np((int)-ret))
            line_printf(&l, ",\"error\":\"%s\"", strerrorname_np((int)-ret));
    }
    if (over)
        put_time(&l, ",\"duration\":", c->duration, "");
    if (c->why && *c->why)
        line_printf(&l, ",\"injected\":true");
    line_printf(&l, "}\n");
    write_piece(l.text, c->tid, true, NULL);
}

static bool is_failure(int64_t ret)
{
    return ret < 0 && ret >= -4095 && ret != -SIGNAL_RETURNED && !signal_is_restart(ret);
}

static void begin(struct traced *c)
{
    bool returns = c->row->ret != SYS_KIND_none;
    c->tid = (int)host_call(SYS_gettid);
    c->began = json ? now(CLOCK_REALTIME) : 0;
    if (!json) {
        put_who(&c->line, c->tid);
        line_printf(&c->line, "%s(", c->row->name);
    }
    put_args(c, returns ? first_out(c->row) : SYS_ARGS);
    if (trace_shows_only_failures())
        return;
    if (json) {
        if (!returns)
            write_json(c, false);
        return;
    }
    if (!returns)
        line_printf(&c->line, ") = ?\n");
    write_piece(c->line.text, c->tid, !returns, NULL);
    c->line.len = 0;
}

static void end(struct traced *c)
{
    bool held = trace_shows_only_failures();
    c->seen.after = true;
    c->tid = (int)host_call(SYS_gettid); // fork returns in another process
    if (c->row->ret == SYS_KIND_none || (held && !is_failure(c->seen.ret)))
        return;
    if (json) {
        put_args(c, SYS_ARGS);
        write_json(c, true);
        return;
    }
    put_args(c, SYS_ARGS);
    put_result(c);
    write_piece(c->line.text, c->tid, true, held ? NULL : c->row->name);
}

const char *trace_describe(uint64_t nr, const uint64_t args[SYS_ARGS], char *out, size_t size)
{
    struct sys_line l = {.len = 0};
    const struct sys_row *row = sys_row_of((unsigned)nr);
    if (!row) {
        snprintf(out, size, "system call %u", (unsigned)nr);
        return out;
    }
    line_printf(&l, "%s(", row->name);
    for (unsigned i = 0; i < SYS_ARGS && row->kind[i]; i++) {
        const struct sys_kind_row *kind = &sys_kinds[row->kind[i]];
        // What it will put somewhere is not there yet: as after a call that has failed.
        bool out_only = kind->flags == SYS_OUT;
        struct sys_seen seen = {
            .args = args, .index = i, .ret = out_only ? -1 : 0, .after = out_only};
        size_t before = l.len;
        line_printf(&l, "%s", i ? ", " : "");
        size_t start = l.len;
        kind->print(&l, args[i], &seen);
        if (l.len == start)
            l.text[l.len = before] = 0;
    }
    snprintf(out, size, "%.*s)", (int)size - 2, l.text);
    return out;
}

int64_t trace_call(struct thread *t, const struct sys_row *row, const uint64_t args[SYS_ARGS])
{
    if (!trace_shows(row->nr))
        return row->call(t, args);
    uint64_t a[SYS_ARGS]; // the body may change the registers from which args come
    memcpy(a, args, sizeof a);
    struct traced c = {.row = row, .seen = {.args = a}};
    begin(&c);
    current = &c;
    uint64_t from = json || trace_shows_times() ? now(CLOCK_MONOTONIC) : 0;
    c.seen.ret = row->call(t, a);
    if (json || trace_shows_times())
        c.duration = now(CLOCK_MONOTONIC) - from;
    current = NULL;
    end(&c);
    return c.seen.ret;
}

void trace_before_exec(void)
{
    if (!log_on(LOG_strace))
        return;
    process_lock();
    if (json && current && !trace_shows_only_failures())
        write_json(current, false);
    else if (!json && tail)
        finish(); // the new program's first line is one of its own
    process_unlock();
}

void trace_answered(uint64_t nr, const uint64_t args[SYS_ARGS], int64_t result, const char *why)
{
    static const struct sys_row numbers = {.name = "syscall",
                                           .names = "x0,x1,x2,x3,x4,x5",
                                           .ret = SYS_KIND_int,
                                           .kind = {SYS_KIND_hex, SYS_KIND_hex, SYS_KIND_hex,
                                                    SYS_KIND_hex, SYS_KIND_hex, SYS_KIND_hex}};
    char name[24];
    if (!trace_shows(nr))
        return;
    const struct sys_row *known = sys_row_of((unsigned)nr);
    snprintf(name, sizeof name, "syscall_%u", (unsigned)nr);
    struct sys_row row = known ? *known : numbers;
    if (!known) {
        row.name = name;
        row.nr = (uint16_t)nr;
    }
    struct traced c = {.row = &row, .seen = {.args = args, .ret = result}, .why = why};
    begin(&c);
    end(&c);
}
