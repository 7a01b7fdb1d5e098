// SPDX-License-Identifier: MIT
// The files of /proc that tell of memory. Files, offsets and counts come from the host's lists,
// borders and protection from the guest's table; what is the emulator's is left out. Where a
// mapping of the host is several of the guest's (the host does not know what is executable) its
// counts are divided by size.
#include "base/bits.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/signal_host.h"
#include "linux/sys/procfs.h"
#include "linux/sys/procfs_pieces.h"
#include "linux/thread_peek.h"
#include "linux/vma.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

bool next_piece(const struct subject *s, const struct host_mapping *h, uint64_t from,
                struct piece *p)
{
    if (from >= h->end || h->start >= MM_LIMIT)
        return false;
    p->host = h;
    if (!s->process) { // the host is all there is to know
        p->vma = (struct vma){.start = h->start,
                              .end = h->end,
                              .prot = (uint8_t)h->prot,
                              .shared = h->shared,
                              .anonymous = !h->inode};
        return from <= h->start;
    }
    const struct vma_table *t = &s->vmas;
    unsigned i = vma_lower(t, from);
    if (i == t->count)
        return false;
    p->vma = t->at[i];
    uint64_t start = p->vma.start, below = i ? t->at[i - 1].end : 0;
    if (p->vma.grows && h->end > start && h->start < start && h->start >= below)
        start = h->start;
    p->vma.start = start > from ? start : from;
    p->vma.end = p->vma.end < h->end ? p->vma.end : h->end;
    return p->vma.start < p->vma.end;
}

const char *piece_name(const struct piece *p)
{
    switch ((enum vma_kind)p->vma.kind) {
    case VMA_HEAP: return "[heap]";
    case VMA_STACK: return "[stack]";
    case VMA_VDSO: return "[vdso]";
    case VMA_PLAIN: break;
    }
    return p->host->name;
}

uint64_t piece_offset(const struct piece *p)
{
    return p->host->inode ? p->host->offset + (p->vma.start - p->host->start) : 0;
}

static void put_head(FILE *out, const struct piece *p)
{
    const struct vma *v = &p->vma;
    const struct host_mapping *h = p->host;
    uint64_t offset = piece_offset(p);
    const char *name = piece_name(p);
    int n =
        fprintf(out, "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64 " %02x:%02x %" PRIu64 " ",
                v->start, v->end, v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-',
                v->prot & PROT_EXEC ? 'x' : '-', v->shared ? 's' : 'p', offset, h->major, h->minor,
                h->inode);
    if (*name)
        fprintf(out, "%*s%s", n < 73 ? 73 - n : 0, "", name);
    fputc('\n', out);
}

bool procfs_put_maps(FILE *out, const struct subject *s, const char *name)
{
    char line[HOST_MAPPING_LINE];
    struct host_mapping h;
    struct piece p;
    FILE *host = procfs_host_file(s, name);
    if (!host)
        return false;
    while (fgets(line, sizeof line, host))
        if (host_mapping_parse(line, &h))
            for (uint64_t at = h.start; next_piece(s, &h, at, &p); at = p.vma.end)
                put_head(out, &p);
    fclose(host);
    return true;
}

// A mapping in smaps: its head and the lines below it.
struct block {
    struct host_mapping head;
    unsigned count;
    char line[40][128];
};

// Reads the next block; *ahead holds the line that was read before.
static bool next_block(FILE *host, struct block *b, char *ahead)
{
    if (!*ahead && !fgets(ahead, HOST_MAPPING_LINE, host))
        return false;
    if (!host_mapping_parse(ahead, &b->head))
        return false;
    *ahead = 0;
    b->count = 0;
    while (fgets(ahead, HOST_MAPPING_LINE, host)) {
        if (ahead[strspn(ahead, "0123456789abcdef")] == '-')
            break;
        if (b->count < ARRAY_LEN(b->line)) {
            char *line = b->line[b->count++];
            size_t n = strnlen(ahead, sizeof b->line[0] - 1);
            memcpy(line, ahead, n);
            line[n] = 0;
        }
        *ahead = 0;
    }
    return true;
}

// What the piece has of the `kb` that its host mapping has.
static uint64_t share(const struct piece *p, uint64_t kb)
{
    const struct host_mapping *h = p->host;
    unsigned __int128 pages = kb / 4, all = h->end - h->start;
    uint64_t before = (uint64_t)(pages * (p->vma.start - h->start) / all);
    uint64_t upto = (uint64_t)(pages * (p->vma.end - h->start) / all);
    return p->vma.end == h->end ? kb - 4 * before : 4 * (upto - before);
}

// The key of a line that is an amount of memory, "key:   number kB", not a page size.
static bool is_amount(const char *line, char key[64], uint64_t *kb)
{
    char *end;
    size_t n = strcspn(line, ":");
    if (!line[n] || n > 63)
        return false;
    const char *digits = line + n + 1 + strspn(line + n + 1, " \t");
    *kb = strtoull(digits, &end, 10);
    if (end == digits || strncmp(end, " kB", 3) != 0)
        return false;
    memcpy(key, line, n);
    key[n] = 0;
    return !strstr(key, "PageSize");
}

// The host's flags with what the guest's mapping has besides: executable, guarded, tagged.
static void put_flags(FILE *out, const char *line, const struct vma *v)
{
    const char *more = v->prot & PROT_EXEC && !strstr(line, " ex") ? " ex" : "";
    const char *may = strstr(line, " mr");
    size_t head = may ? (size_t)(may - line) : strcspn(line, "\n");
    size_t all = strcspn(line, "\n");
    while (all > head && line[all - 1] == ' ')
        all--;
    fprintf(out, "%.*s%s%.*s%s%s \n", (int)head, line, more, (int)(all - head), line + head,
            v->prot & GUEST_PROT_BTI ? " bt" : "", v->prot & GUEST_PROT_MTE ? " mt" : "");
}

static void put_block(FILE *out, const struct block *b, const struct piece *p)
{
    char key[64];
    uint64_t kb;
    bool whole = p->vma.start == p->host->start && p->vma.end == p->host->end;
    put_head(out, p);
    for (unsigned i = 0; i < b->count; i++) {
        if (!whole && is_amount(b->line[i], key, &kb))
            fprintf(out, "%s:%*" PRIu64 " kB\n", key, 23 - (int)strlen(key), share(p, kb));
        else if (!strncmp(b->line[i], "VmFlags:", 8))
            put_flags(out, b->line[i], &p->vma);
        else
            fputs(b->line[i], out);
    }
}

bool procfs_put_smaps(FILE *out, const struct subject *s, const char *name)
{
    char ahead[HOST_MAPPING_LINE] = "";
    struct block b;
    struct piece p;
    FILE *host = procfs_host_file(s, name);
    if (!host)
        return false;
    while (next_block(host, &b, ahead))
        for (uint64_t at = b.head.start; next_piece(s, &b.head, at, &p); at = p.vma.end)
            put_block(out, &b, &p);
    fclose(host);
    return true;
}

// Sums over the guest's mappings. The amounts are those of smaps, in its order and units.
struct sums {
    uint64_t first, last;                       // addresses
    uint64_t size, data, stack, exec, resident; // kB
    uint64_t anon, shmem, swap, locked;
    uint64_t all_resident; // the emulator's too
    unsigned count;
    char key[32][32];
    uint64_t amount[32];
};

static void add_amount(struct sums *u, const char *key, uint64_t kb)
{
    unsigned i = 0;
    while (i < u->count && strcmp(u->key[i], key))
        i++;
    if (i == ARRAY_LEN(u->key))
        return;
    if (i == u->count)
        snprintf(u->key[u->count++], sizeof u->key[0], "%.31s", key);
    u->amount[i] += kb;
}

static uint64_t amount_in(const struct block *b, const char *wanted)
{
    char key[64];
    uint64_t kb;
    size_t n = strlen(wanted);
    for (unsigned i = 0; i < b->count; i++)
        if (!strncmp(b->line[i], wanted, n) && b->line[i][n] == ':')
            return is_amount(b->line[i], key, &kb) ? kb : 0;
    return 0;
}

// Whether it is locked: what is counted is its size, whether its pages are there yet or not.
static bool is_locked(const struct block *b)
{
    for (unsigned i = 0; i < b->count; i++)
        if (!strncmp(b->line[i], "VmFlags:", 8))
            return strstr(b->line[i], " lo ") || strstr(b->line[i], " lo\n");
    return false;
}

// Whether its pages are those of a file system in memory.
static bool is_shmem(const struct piece *p)
{
    const char *name = p->host->name;
    return p->vma.shared && (p->vma.anonymous || !strncmp(name, "/memfd:", 7) ||
                             !strncmp(name, "/SYSV", 5) || !strncmp(name, "/dev/", 5));
}

// Each amount of its own, for a file that shows them all.
static void add_amounts(struct sums *u, const struct block *b, const struct piece *p)
{
    char key[64];
    uint64_t kb;
    for (unsigned i = 0; i < b->count; i++)
        if (is_amount(b->line[i], key, &kb))
            add_amount(u, key, share(p, kb));
}

static void add_piece(struct sums *u, const struct block *b, const struct piece *p)
{
    const struct vma *v = &p->vma;
    uint64_t size = (v->end - v->start) >> 10;
    if (!u->size)
        u->first = v->start;
    u->last = v->end;
    u->size += size;
    bool stack = v->kind == VMA_STACK || v->grows;
    u->stack += stack ? size : 0;
    u->data += !stack && !v->shared && v->prot & PROT_WRITE ? size : 0;
    u->exec += !stack && v->prot & PROT_EXEC && !(v->prot & PROT_WRITE) ? size : 0;
    u->swap += share(p, amount_in(b, "Swap"));
    u->locked += is_locked(b) ? size : 0;
    uint64_t resident = share(p, amount_in(b, "Rss")), anon = share(p, amount_in(b, "Anonymous"));
    u->resident += resident;
    u->anon += anon;
    u->shmem += is_shmem(p) ? resident - anon : 0;
}

// each: their amounts one by one, too.
static bool sum(const struct subject *s, struct sums *u, bool each)
{
    char ahead[HOST_MAPPING_LINE] = "";
    struct block b;
    struct piece p;
    *u = (struct sums){0};
    FILE *host = procfs_host_file(s, "smaps");
    if (!host)
        return false;
    while (next_block(host, &b, ahead)) {
        u->all_resident += amount_in(&b, "Rss");
        for (uint64_t at = b.head.start; next_piece(s, &b.head, at, &p); at = p.vma.end) {
            add_piece(u, &b, &p);
            if (each)
                add_amounts(u, &b, &p);
        }
    }
    fclose(host);
    return u->size;
}

bool procfs_put_rollup(FILE *out, const struct subject *s, MAYBE_UNUSED const char *name)
{
    struct sums u;
    if (!sum(s, &u, true))
        return false;
    int n = fprintf(out, "%08" PRIx64 "-%08" PRIx64 " ---p 00000000 00:00 0 ", u.first, u.last);
    fprintf(out, "%*s[rollup]\n", n < 73 ? 73 - n : 0, "");
    for (unsigned i = 0; i < u.count; i++)
        if (strcmp(u.key[i], "Size"))
            fprintf(out, "%s:%*" PRIu64 " kB\n", u.key[i], 23 - (int)strlen(u.key[i]), u.amount[i]);
    return true;
}

// The program's own text, rounded to pages; 0 if it is not known.
static uint64_t text_kb(const struct subject *s)
{
    if (!s->process)
        return 0;
    uint64_t start = round_down(s->process->start_code, MM_PAGE);
    return (round_up(s->process->end_code, MM_PAGE) - start) >> 10;
}

bool procfs_put_statm(FILE *out, const struct subject *s, MAYBE_UNUSED const char *name)
{
    struct sums u;
    if (!sum(s, &u, false))
        return false;
    fprintf(out, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " 0 %" PRIu64 " 0\n", u.size / 4,
            u.resident / 4, (u.resident - u.anon) / 4, text_kb(s) / 4, (u.data + u.stack) / 4);
    return true;
}

// The signals that the host has for the emulator and not for the guest: only the guest's
// dispositions say what it does with them. Its own thread's mask is known too.
struct fault_signals {
    uint64_t all, blocked, ignored, caught;
    bool mask_known;
};

static struct fault_signals fault_signals(const struct subject *s)
{
    struct fault_signals f = {0};
    // A debugger's server asks for any thread.
    const struct thread *self = thread_self ? thread_self : process.first;
    bool own = s->process == &process;
    const struct signal_actions *actions = own ? self->actions : &s->process->actions;
    for (int sig = 1; sig <= 64; sig++) {
        uint64_t bit = signal_bit(sig), handler = actions->action[sig].handler;
        if (!host_is_fault(sig) && !(s->process->watched & bit))
            continue;
        f.all |= bit;
        f.ignored |= handler == (uint64_t)SIG_IGN ? bit : 0;
        f.caught |= handler != (uint64_t)SIG_IGN && handler != (uint64_t)SIG_DFL ? bit : 0;
    }
    f.mask_known = own && self->tid == (s->tid ? s->tid : s->pid);
    f.blocked = self->signals.blocked & f.all;
    return f;
}

// Field `number` of stat, as proc(5) counts them, where it is not the host's.
static bool stat_field(const struct subject *s, const struct sums *u, unsigned number,
                       uint64_t *value)
{
    const struct process *p = s->process;
    const struct fault_signals f = p ? fault_signals(s) : (struct fault_signals){0};
    const uint64_t old = 0x7fffffff; // of signals, only those that there were at first
    switch (number) {
    case 23: *value = u->size << 10; return true;
    case 24: *value = u->resident / 4; return true;
    default: break;
    }
    if (!p)
        return false;
    switch (number) {
    case 26: *value = p->start_code; return true;
    case 27: *value = p->end_code; return true;
    case 28: *value = p->start_stack; return true;
    case 29: // the stack pointer and the program counter: of a process that does not exit, 0
    case 30: *value = 0; return true;
    case 32: *value = (*value & ~f.all) | (f.blocked & old); return f.mask_known;
    case 33: *value = (*value & ~f.all) | (f.ignored & old); return true;
    case 34: *value = (*value & ~f.all) | (f.caught & old); return true;
    case 45: *value = p->start_data; return true;
    case 46: *value = p->end_data; return true;
    case 47: *value = p->mm.brk_start; return true;
    case 48: *value = p->arg_start; return true;
    case 49: *value = p->arg_end; return true;
    case 50: *value = p->env_start; return true;
    case 51: *value = p->env_end; return true;
    default: return false;
    }
}

bool procfs_put_stat(FILE *out, const struct subject *s, const char *name)
{
    char line[2048];
    struct sums u;
    if (!sum(s, &u, false))
        return false;
    FILE *host = procfs_host_file(s, name);
    // The name, in parentheses, may hold anything.
    char *rest = host && fgets(line, sizeof line, host) ? strrchr(line, ')') : NULL;
    if (host)
        fclose(host);
    if (!rest)
        return false;
    *rest++ = 0;
    fprintf(out, "%s)", line);
    unsigned field = 3;
    for (char *save, *word = strtok_r(rest, " \n", &save); word;
         word = strtok_r(NULL, " \n", &save), field++) {
        uint64_t value = strtoull(word, NULL, 10);
        if (stat_field(s, &u, field, &value))
            fprintf(out, " %" PRIu64, value);
        else
            fprintf(out, " %s", word);
    }
    fputc('\n', out);
    return true;
}

// What a line of status says instead of the host's `old`.
static bool status_amount(const struct subject *s, const struct sums *u, const char *key,
                          uint64_t old, uint64_t *kb)
{
    uint64_t peak = s->process ? s->vmas.peak >> 10 : 0, text = text_kb(s);
    const struct {
        const char *key;
        uint64_t kb;
    } rows[] = {
        {"VmPeak", peak > u->size ? peak : u->size},
        {"VmSize", u->size},
        {"VmLck", u->locked},
        {"VmRSS", u->resident},
        {"RssAnon", u->anon},
        {"RssFile", u->resident - u->anon - u->shmem},
        {"RssShmem", u->shmem},
        {"VmData", u->data},
        {"VmStk", u->stack},
        {"VmExe", text},
        {"VmLib", u->exec > text ? u->exec - text : 0},
        {"VmSwap", u->swap},
    };
    for (unsigned i = 0; i < ARRAY_LEN(rows); i++)
        if (!strcmp(rows[i].key, key)) {
            *kb = rows[i].kb;
            return true;
        }
    if (strcmp(key, "VmHWM"))
        return false;
    // The most that was resident: the host's, less what the emulator has now.
    uint64_t emulator = u->all_resident - u->resident;
    *kb = old > emulator + u->resident ? old - emulator : u->resident;
    return true;
}

static bool status_signals(const struct subject *s, const char *key, uint64_t *set)
{
    if (!s->process)
        return false;
    const struct fault_signals f = fault_signals(s);
    if (!strcmp(key, "SigBlk") && f.mask_known)
        *set = (*set & ~f.all) | f.blocked;
    else if (!strcmp(key, "SigIgn"))
        *set = (*set & ~f.all) | f.ignored;
    else if (!strcmp(key, "SigCgt"))
        *set = (*set & ~f.all) | f.caught;
    else
        return false;
    return true;
}

// What the subject is ruled by, of which the host does not know.
static bool status_rules(const struct subject *s, const char *line, struct seccomp *rules)
{
    return !strncmp(line, "Seccomp", 7) &&
           thread_peek(s->pid, s->tid ? s->tid : s->pid, offsetof(struct thread, seccomp), rules,
                       sizeof *rules);
}

bool procfs_put_status(FILE *out, const struct subject *s, const char *name)
{
    char line[4096], key[64];
    struct sums u;
    uint64_t kb, set;
    struct seccomp rules;
    FILE *host = sum(s, &u, false) ? procfs_host_file(s, name) : NULL;
    if (!host)
        return false;
    while (fgets(line, sizeof line, host)) {
        if (!strncmp(line, "x86_", 4) || !strncmp(line, "untag_mask", 10))
            continue; // not of this machine
        if (status_rules(s, line, &rules))
            fprintf(out, line[7] == ':' ? "Seccomp:\t%u\n" : "Seccomp_filters:\t%u\n",
                    line[7] == ':' ? rules.mode : rules.filters);
        else if (is_amount(line, key, &kb) && status_amount(s, &u, key, kb, &kb))
            fprintf(out, "%s:\t%8" PRIu64 " kB\n", key, kb);
        else if (sscanf(line, "%63[^:]:\t%16" SCNx64, key, &set) == 2 &&
                 status_signals(s, key, &set))
            fprintf(out, "%s:\t%016" PRIx64 "\n", key, set);
        else
            fputs(line, out);
    }
    fclose(host);
    return true;
}
