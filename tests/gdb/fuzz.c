// SPDX-License-Identifier: MIT
// The gdb server's packets with any input: nothing but the parser and the commands, on a process of
// one thread that is made up here. Whatever comes, each answer is one well-formed packet.
#include "a64/feature.h"
#include "debug/breaks.h"
#include "debug/gdb_commands.h"
#include "debug/gdb_follow.h"
#include "debug/gdb_memory.h"
#include "debug/gdb_peers.h"
#include "debug/gdb_vfork.h"
#include "engine/engine.h"
#include "ir/tags.h"
#include "ir/watch.h"
#include "linux/guest.h"
#include "linux/path.h"
#include "linux/sys/procfs.h"
#include "linux/tags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// ---- What the commands work on

enum { MEMORY_AT = 0x10000, MEMORY = 0x3000 };
static uint8_t memory[MEMORY];
static struct thread thread;
static struct traced traced;

struct process process;
struct tracing tracing;
struct gdb gdb;
struct ir_watches ir_watches;
struct ir_tag_memory ir_tag_memory;
struct engine_stats engine_stats;
struct engine_settings engine_settings;
a64_features a64_present = ~(a64_features)0;

uint32_t a64_fpcr_bits(void)
{
    return UINT32_MAX;
}

int64_t memory_read(uint64_t addr, void *bytes, size_t size)
{
    uint64_t at = addr - MEMORY_AT;
    if (at >= MEMORY)
        return 0;
    size = size < MEMORY - at ? size : MEMORY - at;
    memcpy(bytes, memory + at, size);
    return (int64_t)size;
}

bool memory_write(uint64_t addr, const void *bytes, size_t size)
{
    uint64_t at = addr - MEMORY_AT;
    if (at >= MEMORY || size > MEMORY - at)
        return false;
    memcpy(memory + at, bytes, size);
    return true;
}

bool guest_read(void *to, uint64_t from, size_t size)
{
    return memory_read(from, to, size) == (int64_t)size;
}

bool engine_trap(uint64_t pc, bool set)
{
    return pc != 0x4000 || !set;
}

void engine_traps_clear(void)
{
}

unsigned engine_traps_count(void)
{
    return 1;
}

void engine_watches_changed(void)
{
}

void engine_flush(void)
{
}

void tags_control(struct thread *t, uint64_t control)
{
    t->tagged_addr_ctrl = control;
}

bool tags_supported(void)
{
    return true;
}

const char *path_in_sysroot(const char *path, char *buf)
{
    snprintf(buf, PATH_SIZE, "/dev/null/%s", path);
    return buf;
}

const char *procfs_exe(const char *path, char *buf)
{
    return strstr(path, "exe") ? strcpy(buf, "/a}b") : NULL;
}

int64_t procfs_opened(int64_t fd, const char *path, unsigned host_flags)
{
    (void)path;
    (void)host_flags;
    return fd;
}

void traced_settle(struct traced *x)
{
    (void)x;
}

bool traced_sleeps(const struct traced *x)
{
    return x->thread->signals.calling;
}

uint64_t traced_pc(const struct traced *x)
{
    return x->thread->cpu.s.pc;
}

uint64_t traced_x0(const struct traced *x)
{
    return x->thread->cpu.x[0];
}

struct traced *traced_find(int tid)
{
    return tid == traced.tid ? &traced : NULL;
}

void traced_ask(struct traced *x)
{
    x->asked = true;
}

void traced_go(struct traced *x, const struct go *go)
{
    x->go = *go;
    x->parked = false;
}

void tracing_detach(void)
{
    breaks_clear();
}

void tracing_watch_calls(void)
{
}

void tracing_stop_all(int wait)
{
    (void)wait;
}

void tracing_watch_signals(void)
{
}

bool vfork_has_child(uint64_t pid)
{
    return pid == 7;
}

bool vfork_has_left(const struct traced *x)
{
    (void)x;
    return false;
}

bool vfork_leave_parent(void)
{
    return false;
}

void vfork_release(uint64_t pid)
{
    (void)pid;
}

bool follow_is_peer(void)
{
    return false;
}

void vfork_kill(uint64_t pid)
{
    (void)pid;
}

void gdb_tell_stops(void)
{
}

void gdb_hold(void)
{
}

void gdb_hang_up(void)
{
}

GDB_COMMAND(run)
{
    (void)args;
    (void)length;
    return GDB_INVALID;
}

GDB_COMMAND(restart)
{
    (void)args;
    (void)length;
    return GDB_LATER;
}

GDB_COMMAND(environment)
{
    (void)args;
    (void)length;
    return GDB_OK;
}

GDB_COMMAND(environment_reset)
{
    (void)args;
    (void)length;
    return GDB_OK;
}

GDB_COMMAND(folder)
{
    (void)args;
    (void)length;
    return GDB_OK;
}

GDB_COMMAND(attach)
{
    (void)args;
    (void)length;
    return GDB_INVALID;
}

// ---- What is expected of answers

static unsigned answers;

static void expect(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "an answer is wrong: %s\n%.*s\nto %.200s\n", what, (int)gdb.out.length,
            gdb.out.data, gdb.in.data);
    abort();
}

// An answer is what its reader would take for one, and is found again in it.
void gdb_send(void)
{
    static struct gdb_input reader;
    gdb_end(&gdb.out);
    answers++;
    expect(!gdb.out.full, "it is cut off");
    reader.at = GDB_OUTSIDE;
    for (unsigned i = 0; i < gdb.out.length; i++) {
        enum gdb_event e = gdb_feed(&reader, (uint8_t)gdb.out.data[i]);
        bool last = i + 1 == gdb.out.length;
        expect(e == (last ? GDB_COMPLETE : GDB_NOTHING) || (last && reader.too_long), "its frame");
    }
}

static void begin(void)
{
    memset(&gdb, 0, sizeof gdb);
    memset(&thread, 0, sizeof thread);
    memset(&traced, 0, sizeof traced);
    breaks_clear();
    gdb.fd = gdb.listener = -1;
    thread.tid = traced.tid = process.pid = 77;
    traced.thread = &thread;
    tracing = (struct tracing){.attached = true, .first = &traced, .notify = -1};
    strcpy(process.exe, "/some/program#with$special}characters*");
    process.auxv_size = sizeof process.auxv;
}

// Lines of a seed file are packets; anything else is fed as it comes.
static void feed(uint8_t byte)
{
    if (gdb_feed(&gdb.in, byte) != GDB_COMPLETE)
        return;
    traced.parked = true;
    traced.stop = (struct stop){.kind = (enum stop_kind)(answers % (STOP_EXEC + 1)), .sig = 11};
    if (!peers_relay())
        gdb_handle();
    gdb.running = gdb.kills = gdb.closing = false;
}

// "$text#" with the checksum that is right, so that what is behind the parser is reached.
static void feed_packet(const uint8_t *text, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum = 0;
    feed('$');
    for (size_t i = 0; i < size; i++) {
        sum = (uint8_t)(sum + text[i]);
        feed(text[i]);
    }
    feed('#');
    feed((uint8_t)digits[sum >> 4]);
    feed((uint8_t)digits[sum & 15]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    begin();
    for (size_t i = 0; i < size;) {
        const uint8_t *end = memchr(data + i, '\n', size - i);
        size_t n = end ? (size_t)(end - data) - i : size - i;
        if (n && data[i] == '\001')
            for (size_t k = 1; k < n; k++)
                feed(data[i + k]);
        else
            feed_packet(data + i, n);
        i += n + 1;
    }
    return 0;
}
