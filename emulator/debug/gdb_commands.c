// SPDX-License-Identifier: MIT
// Which function a packet is for, and what all of them need.
#include "debug/gdb_commands.h"

#include <errno.h>
#include <string.h>

static const struct row {
    const char *prefix;
    enum gdb_answer (*handle)(const char *args, size_t length);
} rows[] = {
#define GDB_ROW(prefix, name) {prefix, gdb_cmd_##name},
#include "debug/gdb_commands.def"
#undef GDB_ROW
};

void gdb_handle(void)
{
    enum gdb_answer answer = GDB_ANSWER;
    gdb_begin(&gdb.out, '$');
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++) {
        size_t n = strlen(rows[i].prefix);
        if (gdb.in.length >= n && !memcmp(gdb.in.data, rows[i].prefix, n)) {
            answer = rows[i].handle(gdb.in.data + n, gdb.in.length - n);
            break;
        }
    }
    switch (answer) {
    case GDB_ANSWER: break;
    case GDB_OK: gdb_text(&gdb.out, "OK"); break;
    case GDB_INVALID: gdb_put_error(EINVAL); break;
    case GDB_LATER: return;
    }
    gdb_send();
}

// E NN is hexadecimal; gdb shows it and knows no names.
void gdb_put_error(int error)
{
    gdb_begin(&gdb.out, '$');
    gdb_printf(&gdb.out, "E%02x", (unsigned)error & 0xff);
}

struct traced *gdb_chosen(void)
{
    struct traced *x = traced_find(gdb.current);
    if (!x) {
        // The one that has been there longest is the last of the list.
        for (x = tracing.first; x && x->next;)
            x = x->next;
        gdb.current = x ? x->tid : 0;
    }
    return x;
}

void gdb_put_thread(const struct traced *x)
{
    if (gdb.numbers_processes)
        gdb_printf(&gdb.out, "p%x.", (unsigned)x->pid);
    gdb_printf(&gdb.out, "%x", (unsigned)x->tid);
}

static bool id_part(const char **text, int64_t *v)
{
    uint64_t number;
    if (gdb_skip(text, "-1")) {
        *v = -1;
        return true;
    }
    if (!gdb_number(text, &number) || number > INT32_MAX)
        return false;
    *v = (int64_t)number;
    return true;
}

bool gdb_thread_id(const char **text, int64_t *pid, int64_t *tid)
{
    *pid = 0;
    if (!gdb_skip(text, "p"))
        return id_part(text, tid);
    if (!id_part(text, pid))
        return false;
    *tid = -1;
    return !gdb_skip(text, ".") || id_part(text, tid);
}

GDB_COMMAND(unknown)
{
    (void)args;
    (void)length;
    return GDB_ANSWER;
}
