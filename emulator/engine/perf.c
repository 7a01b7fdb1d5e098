// SPDX-License-Identifier: MIT
// The two ways in which perf learns of code that a process makes. The map is a line of text for
// each piece of code, read when the report is made: names only, and wrong where code was thrown
// away and its place used again. The jitdump
// (linux/tools/perf/Documentation/jitdump-specification.txt) has the code as well and when it came;
// `perf inject --jit` makes it part of the recording, which it finds by the mapping of the file.
#include "engine/perf.h"

#include "base/die.h"
#include "base/file.h"
#include "engine/engine_internal.h"
#include "engine/native.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct jitdump_header {
    uint32_t magic, version, size, machine, pad, pid;
    uint64_t time, flags;
};

struct jitdump_code {
    uint32_t id, size; // id 0: code is loaded; size: of the record with the name and the code
    uint64_t time;
    uint32_t pid, tid;
    uint64_t address, runs_at, code_size, index;
};

static struct {
    int fd;
    uint64_t index; // of the next piece of code
} perf = {.fd = -1};

// The clock of `perf record -k mono`.
static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void put(const struct iovec *parts, int n)
{
    ssize_t written = writev(perf.fd, parts, n);
    (void)written; // a profile that lacks names is none of the program's business
}

static void begin_jitdump(void)
{
    struct jitdump_header h = {.magic = 0x4a695444, // "JiTD"
                               .version = 1,
                               .size = sizeof h,
                               .machine = EM_X86_64,
                               .pid = (uint32_t)getpid(),
                               .time = now()};
    put(&(struct iovec){&h, sizeof h}, 1);
    // Executable, so that perf records it.
    long page = sysconf(_SC_PAGESIZE);
    void *mark = mmap(NULL, (size_t)page, PROT_READ | PROT_EXEC, MAP_PRIVATE, perf.fd, 0);
    if (mark == MAP_FAILED)
        complain("--perf=jitdump: %s: perf will not find jit-%d.dump in this folder",
                 strerror(errno), (int)getpid());
}

void perf_begin(void)
{
    char name[64];
    if (!engine_settings.perf)
        return;
    bool map = engine_settings.perf == PERF_MAP;
    perf.fd = own_file(map ? "/tmp/perf-%d.map" : "jit-%d.dump", O_RDWR | O_CREAT | O_TRUNC, name,
                       sizeof name);
    if (perf.fd < 0)
        die("--perf=%s: %s: %s", map ? "map" : "jitdump", name, strerror(errno));
    if (!map)
        begin_jitdump();
}

void perf_after_fork(void)
{
    if (!engine_settings.perf)
        return;
    close(perf.fd);
    perf_begin();
    native_each(perf_block);
}

void perf_code(const char *name, const uint8_t *start, const uint8_t *end)
{
    size_t size = (size_t)(end - start);
    char line[512];
    if (perf.fd < 0)
        return;
    if (engine_settings.perf == PERF_MAP) {
        int n =
            snprintf(line, sizeof line, "%llx %zx %.400s\n", (unsigned long long)start, size, name);
        put(&(struct iovec){line, (size_t)n}, 1);
        return;
    }
    struct jitdump_code c = {.time = now(),
                             .pid = (uint32_t)getpid(),
                             .tid = (uint32_t)syscall(SYS_gettid),
                             .address = (uint64_t)start,
                             .runs_at = (uint64_t)start,
                             .code_size = size,
                             .index = perf.index++};
    const struct iovec parts[] = {
        {&c, sizeof c}, {(char *)name, strlen(name) + 1}, {(uint8_t *)start, size}};
    c.size = (uint32_t)(sizeof c + parts[1].iov_len + size);
    put(parts, ARRAY_LEN(parts));
}

void perf_block(const struct native_code *b)
{
    char name[400];
    if (!engine_os->name || !engine_os->name(b->pc, name, sizeof name))
        snprintf(name, sizeof name, "guest_%llx", (unsigned long long)b->pc);
    const struct x64_code *c = &b->code;
    const uint8_t *stubs = native_entry(b) + (c->stubs - c->entry);
    perf_code(name, native_entry(b), native_entry(b) + (c->end - c->entry));
    snprintf(name + strlen(name), sizeof name - strlen(name), " (out of line)");
    perf_code(name, stubs, stubs + (c->stubs_end - c->stubs));
}
