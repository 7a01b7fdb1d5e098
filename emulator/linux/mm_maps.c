// SPDX-License-Identifier: MIT
// /proc/self/maps as the guest sees it: file, offset and device come from the host's own list,
// protection and borders from the guest's table; mappings of the emulator are left out.
#include "linux/lock.h"
#include "linux/mm_internal.h"
#include "linux/thread.h"
#include "linux/vma.h"

#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

// One line of the host's list.
struct host_line {
    uint64_t start, end, offset, inode;
    unsigned major, minor;
    char name[4200];
};

static bool parse(const char *line, struct host_line *h)
{
    int name = 0;
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*s %" SCNx64 " %x:%x %" SCNu64 " %n", &h->start,
               &h->end, &h->offset, &h->major, &h->minor, &h->inode, &name) < 6)
        return false;
    snprintf(h->name, sizeof h->name, "%s", line + name);
    h->name[strcspn(h->name, "\n")] = 0;
    return true;
}

static const char *name_of(const struct vma *v, const struct host_line *h)
{
    switch ((enum vma_kind)v->kind) {
    case VMA_HEAP: return "[heap]";
    case VMA_STACK: return "[stack]";
    case VMA_VDSO: return "[vdso]";
    case VMA_PLAIN: break;
    }
    return h->name;
}

static void print_piece(FILE *out, const struct vma *v, const struct host_line *h)
{
    uint64_t start = v->start > h->start ? v->start : h->start;
    uint64_t end = v->end < h->end ? v->end : h->end;
    uint64_t offset = h->inode ? h->offset + (start - h->start) : 0;
    const char *name = name_of(v, h);
    int n =
        fprintf(out, "%08" PRIx64 "-%08" PRIx64 " %c%c%c%c %08" PRIx64 " %02x:%02x %" PRIu64 " ",
                start, end, v->prot & PROT_READ ? 'r' : '-', v->prot & PROT_WRITE ? 'w' : '-',
                v->prot & PROT_EXEC ? 'x' : '-', v->shared ? 's' : 'p', offset, h->major, h->minor,
                h->inode);
    if (*name)
        fprintf(out, "%*s%s", n < 73 ? 73 - n : 0, "", name);
    fputc('\n', out);
}

void mm_print_maps(FILE *out)
{
    const struct vma_table *vmas = &process.mm.vmas;
    mm_see_growth(&process.mm);
    FILE *host = fopen("/proc/self/maps", "re");
    if (!host)
        return;
    char line[4400];
    struct host_line h;
    while (fgets(line, sizeof line, host)) {
        if (!parse(line, &h))
            continue;
        for (unsigned i = vma_lower(vmas, h.start); i < vmas->count && vmas->at[i].start < h.end;
             i++)
            print_piece(out, &vmas->at[i], &h);
    }
    fclose(host);
}

bool mm_image_at(uint64_t addr, struct mm_image *image)
{
    process_lock();
    FILE *host = fopen("/proc/self/maps", "re");
    char line[4400];
    struct host_line h;
    bool found = false;
    while (host && !found && fgets(line, sizeof line, host))
        found = parse(line, &h) && addr >= h.start && addr < h.end && h.name[0] == '/';
    if (host)
        fclose(host);
    process_unlock();
    // The segment's address in the file differs from its offset by a multiple of a page that only
    // the program headers know; its own bias is known for the program, and for the others offset
    // and address agree in their text.
    if (found) {
        snprintf(image->file, sizeof image->file, "%.*s", (int)sizeof image->file - 1, h.name);
        image->start = h.start;
        image->end = h.end;
        image->bias = !strcmp(h.name, process.exe) ? process.load_bias : h.start - h.offset;
    }
    return found;
}
