// SPDX-License-Identifier: MIT
#include "engine/saved.h"

#include "a64/model.h"
#include "base/bits.h"
#include "base/file.h"
#include "base/host.h"
#include "base/log.h"
#include "engine/engine_internal.h"
#include "engine/kept.h"
#include "engine/native.h"
#include "opt/opt.h"
#include "x64/host.h"

#include <dirent.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    PAGE = 4096,
    BUILD_ID = 20,
    MUCH_CODE = 512 << 10,
    MAX_SPANS = 6 * REGIONS + 3, // from both ends of a region, and code from both; tables
    // What a run saves and a file costs, from measurements on one machine, for the decision only.
    NS_TRANSLATED = 400, // for each instruction
    NS_COMPILED = 1000,
    NS_LOOKED_AT = 20000, // for each loop, whether it became a region or not
    NS_LINKED = 5000,     // for each link: two pages that were the file's
    NS_BEGUN = 100000,    // for the memory of translating, if there is anything to translate
    NS_BYTE = 2,
    NS_FILE = 200000,
};
#define FOLDER_LIMIT (UINT64_C(1) << 30) // bytes of all files

// Memory as it was, page by page. What is mapped is mostly not written to, and little of it used.
enum how { COPIED, MAPPED, MAPPED_CODE };
struct span {
    uint64_t at, size;
    enum how how;
};

// What must be the same, or the file is another program's, or another emulator's.
struct key {
    char format[8];
    uint8_t build[BUILD_ID]; // of the emulator
    uint32_t host;           // features, enum x64_feature
    a64_features present;
    uint64_t model, cache;
    uint32_t tier, threshold, paired, page;
    struct engine_program program; // but for its path
};

struct head {
    struct key key;
    uint64_t missed;   // ns that runs since have taken for what was new in them
    uint64_t head_sum; // of what follows in the head
    uint64_t sum;      // of what is behind the head
    uint64_t size;     // of the file
    uint32_t run, n_spans;
    struct blocks_place blocks;
    struct native_place native;
    struct span spans[MAX_SPANS];
    struct span table, units; // the last ones; anywhere
};

static struct {
    bool on;
    pid_t pid; // of the process that may write
    char path[PATH_MAX];
    struct key key;
    uint32_t run;
    uint64_t missed; // by runs before this one
    dev_t root_device;
    ino_t root_inode;
} saved;

// The note that the linker made of the emulator's contents. False: there is none, or its functions
// are not always at the same addresses.
static bool find_build_id(uint8_t id[BUILD_ID])
{
    extern const Elf64_Ehdr __ehdr_start;
    const Elf64_Ehdr *e = &__ehdr_start;
    const Elf64_Phdr *p = (const Elf64_Phdr *)((const char *)e + e->e_phoff);
    if (e->e_type != ET_EXEC)
        return false;
    for (unsigned i = 0; i < e->e_phnum; i++) {
        if (p[i].p_type != PT_NOTE)
            continue;
        const char *at = (const char *)p[i].p_vaddr, *end = at + p[i].p_memsz;
        while (at < end) {
            const Elf64_Nhdr *n = (const Elf64_Nhdr *)at;
            const char *name = at + sizeof *n, *desc = name + round_up(n->n_namesz, 4);
            if (n->n_type == NT_GNU_BUILD_ID && n->n_descsz == BUILD_ID && !strcmp(name, "GNU")) {
                memcpy(id, desc, BUILD_ID);
                return true;
            }
            at = desc + round_up(n->n_descsz, 4);
        }
    }
    return false;
}

// Whether code is made as in every other run of the same settings.
static bool is_ordinary(void)
{
    const struct engine_settings *s = &engine_settings;
    bool all_passes = !opt_settings.off && !opt_settings.shown && opt_settings.limit == UINT_MAX;
    return all_passes && !s->stats && !s->check && !s->flush && !s->compile_some &&
           s->perf == PERF_NONE &&
           !(log_mask & ~(1u << LOG_saved | 1u << LOG_strace | 1u << LOG_int | 1u << LOG_mm |
                          1u << LOG_unimp));
}

static bool make_key(const struct engine_program *program, struct key *out)
{
    struct key k;
    memset(&k, 0, sizeof k); // padding is compared too
    if (!find_build_id(k.build))
        return false;
    memcpy(k.format, "a64run 7", sizeof k.format);
    for (unsigned f = 0; f < X64_FEATURES; f++)
        k.host |= (uint32_t)x64_host_has(f) << f;
    k.present = a64_present;
    k.model = (uint64_t)(uintptr_t)a64_model;
    k.cache = engine_settings.cache;
    k.tier = engine_settings.tier;
    k.threshold = engine_settings.threshold;
    k.paired = engine_settings.paired;
    k.page = PAGE;
    k.program = *program;
    k.program.path = NULL;
    *out = k;
    return true;
}

static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
    const uint8_t *p = bytes;
    for (size_t i = 0; i < n; i++)
        h = (h ^ p[i]) * UINT64_C(0x100000001b3);
    return h;
}

// One file for each program and each way to run it; a new version of the program takes its place.
static bool name_file(const char *folder, const struct engine_program *program)
{
    struct key k = saved.key;
    memset(&k.program, 0, sizeof k.program);
    uint64_t h = hash(hash(UINT64_C(0xcbf29ce484222325), &k, sizeof k), program->path,
                      strlen(program->path));
    const char *slash = strrchr(program->path, '/');
    int n = snprintf(saved.path, sizeof saved.path, "%s/%.64s-%016llx", folder,
                     slash ? slash + 1 : program->path, (unsigned long long)h);
    return n > 0 && (size_t)n < sizeof saved.path;
}

static off_t first_offset(void)
{
    return (off_t)round_up(sizeof(struct head), PAGE);
}

// Some of all bytes, as fast as they come from memory.
struct sum {
    uint64_t lane[4];
};

static void add_to_sum(struct sum *sum, struct span s)
{
    const uint64_t *p = (const uint64_t *)s.at, *end = p + s.size / sizeof *p;
    for (; p < end; p += 4)
        for (unsigned k = 0; k < 4; k++)
            sum->lane[k] = ((sum->lane[k] ^ p[k]) + k + 1) * UINT64_C(0x9e3779b97f4a7c15);
}

static uint64_t sum_of(const struct head *h)
{
    struct sum sum = {{0}};
    for (unsigned i = 0; i < h->n_spans; i++)
        add_to_sum(&sum, h->spans[i]);
    add_to_sum(&sum, h->table);
    add_to_sum(&sum, h->units);
    return sum.lane[0] ^ sum.lane[1] >> 1 ^ sum.lane[2] >> 2 ^ sum.lane[3] >> 3;
}

static uint64_t head_sum_of(const struct head *h)
{
    return hash(0, &h->sum, sizeof *h - offsetof(struct head, sum));
}

// ---- Reading

static bool is_own(const struct stat *st)
{
    return S_ISREG(st->st_mode) && st->st_uid == geteuid() && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

// What was written before the machine was started may have been lost in part.
static bool is_older_than_machine(const struct stat *st)
{
    struct timespec now, up;
    clock_gettime(CLOCK_REALTIME, &now);
    clock_gettime(CLOCK_BOOTTIME, &up);
    return st->st_ctim.tv_sec <= now.tv_sec - up.tv_sec;
}

static bool same_regions(const struct regions *now, const struct regions *then)
{
    for (unsigned i = 0; i < REGIONS; i++)
        if (now->at[i].end != then->at[i].end)
            return false;
    return true;
}

// Whether the memory of translations is where it was.
static bool fits_memory(const struct head *h)
{
    struct native_place now;
    struct blocks_place blocks = blocks_place();
    return same_regions(&blocks.regions, &h->blocks.regions) && blocks.page == h->blocks.page &&
           (!h->native.base || (native_place(&now) && now.base == h->native.base &&
                                same_regions(&now.data, &h->native.data)));
}

// False: also where files of this folder may not be executed.
static bool map_into(struct span s, int fd, off_t offset)
{
    int protection = PROT_READ | PROT_WRITE | (s.how == MAPPED_CODE ? PROT_EXEC : 0);
    return mmap((void *)s.at, s.size, protection, MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE, fd,
                offset) != MAP_FAILED;
}

static bool read_into(struct span s, int fd, off_t *offset)
{
    if (s.how != COPIED && map_into(s, fd, *offset)) {
        *offset += (off_t)s.size;
        return true;
    }
    arena_populate_and_grow((void *)s.at, s.size);
    ssize_t n = pread(fd, (void *)s.at, s.size, *offset);
    *offset += (off_t)s.size;
    return n == (ssize_t)s.size;
}

// As each span says how: most of what is mapped is never touched.
static bool read_spans(struct head *h, int fd)
{
    off_t offset = first_offset();
    for (unsigned i = 0; i < h->n_spans; i++)
        if (!read_into(h->spans[i], fd, &offset))
            return false;
    h->table.at = (uint64_t)arena_address(h->table.size);
    h->units.at = (uint64_t)arena_address(h->units.size);
    h->blocks.table = (struct table *)h->table.at;
    return read_into(h->table, fd, &offset) && read_into(h->units, fd, &offset);
}

static bool read_head(struct head *h, int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && is_own(&st) && pread(fd, h, sizeof *h, 0) == (ssize_t)sizeof *h &&
           memcmp(&h->key, &saved.key, sizeof h->key) == 0 && h->head_sum == head_sum_of(h) &&
           h->size == (uint64_t)st.st_size && fits_memory(h);
}

// Whether the rest of the file is what it was when it was written.
static bool is_whole(const struct head *h, int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && !is_older_than_machine(&st))
        return true;
    if (h->sum != sum_of(h))
        return false;
    futimens(fd, NULL); // this once, if it can be noted
    return true;
}

static void come_back(int fd)
{
    static struct head h;
    if (!read_head(&h, fd))
        return;
    // Memory into which a file was read that is no good is as good as any, but for the lists.
    if (!read_spans(&h, fd) || !is_whole(&h, fd)) {
        blocks_start_over();
        return;
    }
    saved.run = h.run + 1;
    saved.missed = h.missed;
    blocks_come_back(&h.blocks);
    kept_begin((struct kept_units *)h.units.at);
    if (h.native.base)
        native_come_back(&h.native);
}

void engine_begin(const struct engine_program *program)
{
    const char *folder = engine_settings.saved;
    if (!folder || !is_ordinary() || !make_key(program, &saved.key))
        return;
    saved.run = 1;
    struct stat root;
    if (!name_file(folder, program) || stat("/", &root) != 0)
        return;
    saved.root_device = root.st_dev;
    saved.root_inode = root.st_ino;
    saved.pid = getpid();
    int fd = own_descriptor(open(saved.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (fd < 0)
        return;
    come_back(fd);
    close(fd);
}

// ---- Writing

static void add_span(struct head *h, const void *from, const void *to, enum how how)
{
    uint64_t at = round_down((uint64_t)from, PAGE), end = round_up((uint64_t)to, PAGE);
    if (at == end)
        return;
    h->spans[h->n_spans++] = (struct span){at, end - at, how};
    h->size += end - at;
}

// What comes next goes to pages that are there; the regions behind are empty, and nobody is in
// them.
static void add_regions(struct head *h, struct regions *r)
{
    for (unsigned i = 0; i < REGIONS; i++)
        r->at[i].emptied = 0;
    for (unsigned i = 0; i <= r->current; i++) {
        struct region *one = &r->at[i];
        add_span(h, one->memory.base, one->memory.base + one->memory.used, MAPPED);
        add_span(h, one->memory.base + one->memory.size, one->end, MAPPED);
        one->memory.ready = round_up(one->memory.used, PAGE);
    }
}

// Much code runs faster in large pages, which files have not.
static void add_code_span(struct head *h, const uint8_t *from, const uint8_t *to)
{
    add_span(h, from, to, (uint64_t)(to - from) < MUCH_CODE ? MAPPED_CODE : COPIED);
}

static void add_code(struct head *h)
{
    for (unsigned i = 0; i <= h->native.data.current; i++) {
        add_code_span(h, h->native.first[i], h->native.next[i]);
        add_code_span(h, h->native.cold[i], h->native.cold_next[i]);
    }
    add_regions(h, &h->native.data);
}

// False: memory was used over again, so that some of what is there is gone, or would soon be.
static bool fill_head(struct head *h)
{
    memset(h, 0, sizeof *h); // a process whose execve failed comes here again
    h->key = saved.key;
    h->run = saved.run;
    h->size = (uint64_t)first_offset();
    h->blocks = blocks_place();
    if (native_has_memory() && !native_place(&h->native))
        return false;
    if (!regions_may_be_kept(&h->blocks.regions) || !regions_may_be_kept(&h->native.data))
        return false;
    struct kept_units *units = kept_prepare();
    if (!units)
        return false;
    add_regions(h, &h->blocks.regions);
    add_span(h, h->blocks.page, (char *)h->blocks.page + h->blocks.page_bytes, MAPPED);
    if (h->native.base)
        add_code(h);
    h->table =
        (struct span){(uint64_t)h->blocks.table, round_up(h->blocks.table_bytes, PAGE), MAPPED};
    h->units = (struct span){(uint64_t)units, round_up(kept_bytes(units), PAGE), MAPPED};
    h->size += h->table.size + h->units.size;
    return true;
}

static bool put(int fd, const void *from, uint64_t size, off_t at)
{
    while (size) {
        ssize_t n = pwrite(fd, from, size, at);
        if (n <= 0)
            return false;
        from = (const char *)from + n;
        size -= (uint64_t)n;
        at += n;
    }
    return true;
}

static bool put_all(int fd, struct head *h)
{
    off_t at = first_offset();
    for (unsigned i = 0; i < h->n_spans; i++) {
        if (!put(fd, (const void *)h->spans[i].at, h->spans[i].size, at))
            return false;
        at += (off_t)h->spans[i].size;
    }
    h->sum = sum_of(h);
    h->head_sum = head_sum_of(h);
    return put(fd, (const void *)h->table.at, h->table.size, at) &&
           put(fd, (const void *)h->units.at, h->units.size, at + (off_t)h->table.size) &&
           put(fd, h, sizeof *h, 0);
}

// The folders that the file lies in, where they are missing: for the user only.
static void make_folders(void)
{
    for (char *p = strchr(saved.path + 1, '/'); p; p = strchr(p + 1, '/')) {
        *p = 0;
        mkdir(saved.path, 0700);
        *p = '/';
    }
}

// The oldest file of the folder, and how much there is.
static uint64_t look_through(int folder, char oldest[NAME_MAX + 1])
{
    uint64_t bytes = 0;
    int64_t time = INT64_MAX;
    DIR *d = fdopendir(dup(folder));
    if (!d)
        return 0;
    rewinddir(d);
    for (struct dirent *e; (e = readdir(d));) {
        struct stat st;
        if (fstatat(folder, e->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !is_own(&st))
            continue;
        bytes += (uint64_t)st.st_size;
        if (st.st_mtim.tv_sec < time) {
            time = st.st_mtim.tv_sec;
            snprintf(oldest, NAME_MAX + 1, "%s", e->d_name);
        }
    }
    closedir(d);
    return bytes;
}

// The folder stays within its limit. Who has mapped a file keeps it.
static void make_room(uint64_t bytes)
{
    char oldest[NAME_MAX + 1];
    char *slash = strrchr(saved.path, '/');
    *slash = 0;
    int folder = open(saved.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    *slash = '/';
    while (folder >= 0 && look_through(folder, oldest) + bytes > FOLDER_LIMIT)
        if (unlinkat(folder, oldest, 0) != 0)
            break;
    close(folder);
}

// Whether the path still means the same folder: the program may have called chroot(2).
static bool is_same_root(void)
{
    struct stat st;
    return stat("/", &st) == 0 && st.st_dev == saved.root_device && st.st_ino == saved.root_inode;
}

static bool allowed(uint64_t bytes)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes < limit.rlim_cur; // it would be a signal
}

// A file is complete before it has its name. NULL, or what went wrong.
static const char *write_file(struct head *h)
{
    char name[PATH_MAX + 16];
    make_folders();
    make_room(h->size);
    snprintf(name, sizeof name, "%s.%d", saved.path, (int)saved.pid);
    int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return strerror(errno);
    bool good = put_all(fd, h);
    if (close(fd) == 0 && good && rename(name, saved.path) == 0)
        return NULL;
    const char *wrong = strerror(errno);
    unlink(name);
    return wrong;
}

// Loops that were hot, whether they became regions or not.
static uint64_t loops(void)
{
    uint64_t n = engine_stats.regions;
    for (unsigned i = 0; i < ENGINE_REFUSALS; i++)
        n += engine_stats.refused[i];
    return n;
}

// What another run would be faster by.
static uint64_t gain(void)
{
    return engine_stats.insns_translated * NS_TRANSLATED +
           engine_stats.insns_compiled * NS_COMPILED + loops() * NS_LOOKED_AT +
           engine_stats.linked * NS_LINKED +
           (engine_stats.insns_translated || engine_stats.insns_compiled ? NS_BEGUN : 0);
}

// Whether other runs would be faster by more than what writing takes, or some have already been
// slower by as much.
static bool is_worth_it(void)
{
    struct blocks_place place = blocks_place();
    uint64_t bytes = regions_bytes(&place.regions) * 3 / 2; // and code
    uint64_t cost = bytes * NS_BYTE + NS_FILE;
    return gain() * SAVED_RUNS > cost || saved.missed + gain() > cost;
}

// The file that was read is told what this run has missed. That another may do so at the same time,
// or put a new file in its place, does not matter.
static void note_missed(void)
{
    uint64_t missed = saved.missed + gain();
    if (saved.run == 1 || missed == saved.missed)
        return;
    int fd = open(saved.path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    put(fd, &missed, sizeof missed, offsetof(struct head, missed));
    close(fd);
}

void saved_write(struct cpu *c)
{
    static struct head h;
    (void)c;
    if (saved.pid != getpid()) // also of what shares the memory
        return;
    engine_lock();
    bool same_root = is_same_root(), writes = same_root && is_worth_it();
    if (writes && native_runs())
        blocks_each(saved.run == 1 ? promote_next_run : promote_anew);
    writes = writes && fill_head(&h) && allowed(h.size);
    const char *wrong = writes ? write_file(&h) : NULL;
    if (same_root && !writes && allowed(sizeof h))
        note_missed();
    if (log_on(LOG_saved))
        log_printf("saved %s: used %" PRIu64 " blocks, made %" PRIu64 ", compiled %" PRIu64
                   ", regions %" PRIu64 " of %" PRIu64 " loops; %s %s\n",
                   saved.path, engine_stats.kept, engine_stats.blocks, engine_stats.compiled,
                   engine_stats.regions, loops(),
                   !writes ? "left as it is"
                   : wrong ? "cannot be written:"
                           : "written",
                   wrong ? wrong : "");
    engine_unlock();
}

void saved_never(void)
{
    saved.pid = 0;
}
