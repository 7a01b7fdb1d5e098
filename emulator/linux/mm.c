// SPDX-License-Identifier: MIT
// mmap, munmap, mprotect, mremap and brk on the guest's part of the address space.
#include "linux/mm.h"

#include "a64/feature.h"
#include "base/bits.h"
#include "base/log.h"
#include "linux/guest.h"
#include "linux/lock.h"
#include "linux/mm_gone.h"
#include "linux/mm_internal.h"
#include "linux/sys.h"
#include "linux/tags.h"
#include "linux/thread.h"
#include "linux/uring.h"
#include "linux/vma.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
    PROT_COMMON = PROT_READ | PROT_WRITE | PROT_EXEC,
    HUGE_PAGE_LOG = 21,                 // of those that have no size of their own, on x86-64
    HOST_ONLY_FLAGS = MAP_32BIT | 0x80, // mean something on x86, nothing on arm64
};

int mm_host_prot(int prot)
{
    return (prot & (PROT_READ | PROT_WRITE)) | (prot & PROT_EXEC ? PROT_READ : 0);
}

// The bits of `prot` that this machine knows; the kernel ignores others in mmap.
static int guest_prot(int prot)
{
    return prot & (PROT_COMMON | (a64_has(FEAT_BTI) ? GUEST_PROT_BTI : 0) |
                   (tags_supported() ? GUEST_PROT_MTE : 0));
}

// What personality(READ_IMPLIES_EXEC) makes of it.
static int implied_prot(int prot)
{
    return prot & PROT_READ && process.mm.read_is_exec ? prot | PROT_EXEC : prot;
}

static struct vma mapping(uint64_t addr, uint64_t size, int prot, int flags, enum vma_kind kind)
{
    return (struct vma){
        .start = addr,
        .end = addr + size,
        .prot = (uint8_t)guest_prot(prot),
        .kind = (uint8_t)kind,
        .shared = (flags & MAP_TYPE) != MAP_PRIVATE,
        .anonymous = flags & MAP_ANONYMOUS,
        .grows = flags & MAP_GROWSDOWN,
    };
}

// mmap(2) of the host at exactly addr; `extra` is MAP_FIXED or MAP_FIXED_NOREPLACE.
static int64_t host_map(uint64_t addr, uint64_t size, int prot, int flags, int extra, int fd,
                        uint64_t offset, enum vma_kind kind)
{
    mm_intend(
        &(struct mm_intent){.fresh = true, .becomes = mapping(addr, size, prot, flags, kind)});
    flags &= ~(MAP_FIXED | MAP_FIXED_NOREPLACE);
    void *p = mmap((void *)addr, size, mm_host_prot(prot), flags | extra, fd, (off_t)offset);
    if (p == MAP_FAILED)
        return -errno;
    if (p != (void *)addr) { // a kernel older than MAP_FIXED_NOREPLACE took it as a hint
        munmap(p, size);
        return -EEXIST;
    }
    return (int64_t)addr;
}

void mm_forget_code(uint64_t start, uint64_t end)
{
    if (vma_any_exec(&process.mm.vmas, start, end))
        process_forget_code(start, end);
}

static void record(uint64_t addr, uint64_t size, int prot, int flags, enum vma_kind kind)
{
    struct vma v = mapping(addr, size, prot, flags, kind);
    process.mm.growing |= v.grows;
    vma_set(&process.mm.vmas, &v);
    if (v.shared)
        cpu_share_memory();
    tags_map(v.start, v.end, v.prot & GUEST_PROT_MTE);
    if (log_on(LOG_mm))
        log_printf("mm: %#llx-%#llx prot %d%s%s\n", (unsigned long long)v.start,
                   (unsigned long long)v.end, v.prot, v.shared ? " shared" : "",
                   v.anonymous ? " anonymous" : "");
}

// With all bits it is the lower half of what a kernel with 48 bits gives, less what the emulator
// has; with fewer it is as a kernel built for so many lays it out.
void mm_init(struct mm *mm, unsigned bits, uint64_t stack_size)
{
    enum { FEW = 32 };
    static struct vma few[2 * FEW];
    *mm = (struct mm){.limit = bits ? UINT64_C(1) << bits : MM_LIMIT,
                      .pie_base = UINT64_C(0x550000000000),
                      .vmas = {.at = few, .before = few + FEW, .capacity = FEW, .lent = true}};
    if (mm->limit > MM_LIMIT)
        mm->limit = MM_LIMIT;
    if (mm->limit < MM_LIMIT)
        mm->pie_base = round_down(2 * mm->limit / 3, 1 << 20);
    mm->stack_top = mm->limit - 0x10000;
    // The kernel's rule: leave room for the stack, at least 128 MiB, and a gap that is never
    // mapped.
    uint64_t gap = round_up(stack_size, MM_PAGE) + (1 << 20);
    if (gap < 128 << 20)
        gap = 128 << 20;
    if (gap > mm->limit / 4)
        gap = mm->limit / 4;
    mm->top = mm->stack_top - gap;
    if (mm->limit == MM_LIMIT && mm->top >= MM_NEAR + MM_NEAR_SIZE)
        mm->pie_near = MM_NEAR;
}

int64_t mm_map_at(struct mm *mm, uint64_t addr, uint64_t size, int prot, int fd, uint64_t offset,
                  enum vma_kind kind)
{
    if (addr > mm->limit || size > mm->limit - addr)
        return -ENOMEM;
    if (vma_any(&mm->vmas, addr, addr + size))
        return -EEXIST;
    int flags = MAP_PRIVATE | (fd < 0 ? MAP_ANONYMOUS | MAP_NORESERVE : 0) |
                (prot & PROT_GROWSDOWN ? MAP_GROWSDOWN : 0);
    prot &= ~PROT_GROWSDOWN;
    int64_t r = host_map(addr, size, prot, flags, MAP_FIXED_NOREPLACE, fd, offset, kind);
    if (r >= 0)
        record(addr, size, prot, flags, kind);
    return r;
}

// What RLIMIT_DATA counts: private and writable, but not the stack.
static bool is_data(const struct vma *v)
{
    return !v->shared && v->prot & PROT_WRITE && v->kind != VMA_STACK;
}

// Whether the guest's limits allow `v` in place of what lies there.
static bool within_limits(const struct mm *mm, const struct vma *v)
{
    uint64_t all = v->end - v->start, data = is_data(v) ? all : 0;
    uint64_t limit = sys_guest_limit(RLIMIT_AS), data_limit = sys_guest_limit(RLIMIT_DATA);
    if (limit == RLIM_INFINITY && data_limit == RLIM_INFINITY)
        return true;
    for (unsigned i = 0; i < mm->vmas.count; i++) {
        const struct vma *other = &mm->vmas.at[i];
        uint64_t start = other->start > v->start ? other->start : v->start;
        uint64_t end = other->end < v->end ? other->end : v->end;
        uint64_t kept = other->end - other->start - (start < end ? end - start : 0);
        all += kept;
        data += is_data(other) ? kept : 0;
    }
    return all <= limit && (data <= data_limit || !is_data(v));
}

uint64_t mm_find_room(const struct mm *mm, uint64_t size)
{
    return vma_room(&mm->vmas, size, MM_LOWEST, mm->top);
}

bool mm_in_range(uint64_t addr, uint64_t size)
{
    uint64_t limit = process.mm.limit;
    return addr <= limit && size <= limit - addr;
}

// The lowest page that is mapped, of those that are from `end` on downwards without a hole.
static uint64_t grown_to(uint64_t low, uint64_t end)
{
    unsigned char in_core;
    while (low < end) {
        uint64_t middle = round_down(low + (end - low) / 2, MM_PAGE);
        if (mincore((void *)middle, MM_PAGE, &in_core) == 0)
            end = middle;
        else
            low = middle + MM_PAGE;
    }
    return end;
}

void mm_see_growth(struct mm *mm)
{
    for (unsigned i = mm->growing ? mm->vmas.count : 0; i-- > 0;) {
        struct vma v = mm->vmas.at[i];
        uint64_t low = i ? mm->vmas.at[i - 1].end : MM_LOWEST;
        if (!v.grows || low >= v.start)
            continue;
        unsigned char in_core;
        if (mincore((void *)(v.start - MM_PAGE), MM_PAGE, &in_core) < 0)
            continue; // mostly
        uint64_t start = grown_to(low, v.start);
        v.end = v.start;
        v.start = start;
        vma_set(&mm->vmas, &v);
    }
}

// The mapping that holds addr, or NULL.
static const struct vma *find(struct mm *mm, uint64_t addr)
{
    if (mm->last < mm->vmas.count) {
        const struct vma *v = &mm->vmas.at[mm->last];
        if (addr >= v->start && addr < v->end)
            return v;
    }
    const struct vma *v = vma_find(&mm->vmas, addr);
    if (!v && mm->growing) {
        mm_see_growth(mm);
        v = vma_find(&mm->vmas, addr);
    }
    if (v)
        mm->last = (unsigned)(v - mm->vmas.at);
    return v;
}

bool mm_find(uint64_t addr, struct vma *found)
{
    process_lock();
    const struct vma *v = find(&process.mm, addr);
    if (v)
        *found = *v;
    process_unlock();
    return v;
}

uint64_t mm_highest(void)
{
    process_lock();
    const struct vma_table *t = &process.mm.vmas;
    uint64_t end = t->count ? t->at[t->count - 1].end : 0;
    process_unlock();
    return end;
}

// Where the code at pc that belongs together ends: it may run on into the next mapping if that is
// as guarded, not further than the next page. pc if there is none.
static uint64_t code_end(uint64_t pc, bool *guarded)
{
    const int kind = PROT_EXEC | GUEST_PROT_BTI;
    struct mm *mm = &process.mm;
    const struct vma *v = find(mm, pc);
    if (!v || !(v->prot & PROT_EXEC))
        return pc;
    *guarded = v->prot & GUEST_PROT_BTI;
    uint64_t end = v->end, limit = round_down(pc, MM_PAGE) + 2 * MM_PAGE;
    while (end < limit && ++v < mm->vmas.at + mm->vmas.count && v->start == end &&
           (v->prot & kind) == (v[-1].prot & kind))
        end = v->end;
    return end < limit ? end : limit;
}

size_t mm_fetch(uint64_t pc, bool *guarded)
{
    process_lock();
    uint64_t end = code_end(pc, guarded), next = round_down(pc, MM_PAGE) + MM_PAGE;
    process_unlock();
    // A mapped file may be shorter than its mapping: do not let the translator find out.
    uint32_t word;
    if (end == pc || !guest_read(&word, pc, 4))
        return 0;
    if (end > next && !guest_read(&word, next, 4))
        end = next;
    return end - pc;
}

uint64_t mm_mapping_end(uint64_t pc)
{
    process_lock();
    const struct vma *v = find(&process.mm, pc);
    uint64_t end = v ? v->end : pc;
    process_unlock();
    return end;
}

// Of what size the pages of a mapping are: the kernel rounds up to whole ones.
static uint64_t page_of(int flags, int fd)
{
    struct statfs s;
    if (!(flags & MAP_ANONYMOUS))
        return fstatfs(fd, &s) < 0 || s.f_type != HUGETLBFS_MAGIC ? MM_PAGE : (uint64_t)s.f_bsize;
    if (!(flags & MAP_HUGETLB))
        return MM_PAGE;
    unsigned log = (unsigned)flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;
    return UINT64_C(1) << (log ? log : HUGE_PAGE_LOG);
}

// Where a mapping without MAP_FIXED goes: at the hint if that is free, else the highest free place.
// 0: nowhere.
static uint64_t choose(const struct mm *mm, uint64_t hint, uint64_t size, uint64_t page)
{
    hint = round_up(hint, page);
    if (hint >= MM_LOWEST && mm_in_range(hint, size) &&
        vma_room(&mm->vmas, size, hint, hint + size) == hint)
        return hint;
    return round_up(mm_find_room(mm, size + page - MM_PAGE), page);
}

// Maps where mm_mmap has found that the guest may. What can stand in the way is the host's (its
// vDSO, a thread's stack, where the kernel begins low because of ulimit -s unlimited): it is not
// replaced.
static int64_t map_at(const struct mm *mm, uint64_t addr, uint64_t size, int prot, int flags,
                      int fd, uint64_t offset)
{
    bool replace = flags & MAP_FIXED && vma_any(&mm->vmas, addr, addr + size);
    int extra = replace && !(flags & MAP_FIXED_NOREPLACE) ? MAP_FIXED : MAP_FIXED_NOREPLACE;
    int64_t r = host_map(addr, size, prot, flags, extra, fd, offset, VMA_PLAIN);
    if (r != -EEXIST || flags & MAP_FIXED_NOREPLACE)
        return r;
    addr = flags & MAP_FIXED ? 0 : mm_find_room(mm, size);
    return addr ? host_map(addr, size, prot, flags, extra, fd, offset, VMA_PLAIN) : -ENOMEM;
}

// Maps memory of a ring of io_uring. Since Linux 6.4 only the kernel says where: it is asked for a
// place that is low, which belongs to the guest, at an address of the guest's choice it is as for
// any program.
static int64_t map_ring(uint64_t addr, uint64_t size, int prot, int flags, int fd, uint64_t offset)
{
    int64_t r = host_map(addr, size, prot, flags, MAP_FIXED_NOREPLACE, fd, offset, VMA_PLAIN);
    if (r != -EINVAL || flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
        return r;
    void *p = mmap(NULL, size, mm_host_prot(prot), flags | MAP_32BIT, fd, (off_t)offset);
    return p == MAP_FAILED ? -errno : (int64_t)p;
}

// Whether the file is one of memory, whose pages can have tags. What is wrong with fd the host
// says.
static bool is_memory_file(int fd)
{
    struct statfs s;
    return fstatfs(fd, &s) < 0 || s.f_type == TMPFS_MAGIC;
}

// The same for what is mapped at addr.
static bool can_have_tags(const struct vma *v, uint64_t addr)
{
    struct mm_image image;
    struct statfs s;
    if (v->anonymous || v->prot & GUEST_PROT_MTE)
        return true;
    return mm_image_at(addr, &image) &&
           (!strncmp(image.file, "/memfd:", 7) || !strncmp(image.file, "/SYSV", 5) ||
            (statfs(image.file, &s) == 0 && s.f_type == TMPFS_MAGIC));
}

int64_t mm_mmap(struct thread *t, uint64_t addr, uint64_t size, int prot, int flags, int fd,
                uint64_t offset)
{
    (void)t;
    struct mm *mm = &process.mm;
    if (offset & (MM_PAGE - 1))
        return -EINVAL;
    if (!size) // which is looked at when there is a file
        return flags & MAP_ANONYMOUS || fcntl(fd, F_GETFD) >= 0 ? -EINVAL : -EBADF;
    if (size > mm->limit)
        return -ENOMEM;
    const uint64_t page = page_of(flags, fd);
    if (page > mm->limit)
        return -EINVAL;
    size = round_up(size, page);
    prot = implied_prot(prot);
    mm_see_growth(mm);
    bool replace = flags & MAP_FIXED && !(flags & MAP_FIXED_NOREPLACE);
    if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
        if (addr & (MM_PAGE - 1))
            return -EINVAL;
        if (!mm_in_range(addr, size))
            return -ENOMEM;
        if (!replace && vma_any(&mm->vmas, addr, addr + size))
            return -EEXIST;
        if (vma_any_sealed(&mm->vmas, addr, addr + size))
            return -EPERM;
    } else {
        addr = choose(mm, addr, size, page);
        if (!addr)
            return -ENOMEM;
    }
    flags &= ~HOST_ONLY_FLAGS;
    uint64_t own;
    enum uring_part part = flags & MAP_ANONYMOUS ? URING_NONE : uring_part(fd, offset, &own);
    if (part == URING_OWN) {
        if (size > round_up(own, MM_PAGE))
            return -EINVAL;
        flags = (flags & ~MAP_TYPE) | MAP_SHARED | MAP_ANONYMOUS;
    }
    if (!within_limits(mm, &(struct vma){.start = addr,
                                         .end = addr + size,
                                         .prot = (uint8_t)(prot & PROT_COMMON),
                                         .shared = (flags & MAP_TYPE) != MAP_PRIVATE}))
        return -ENOMEM;
    if (!tags_supported())
        prot &= ~GUEST_PROT_MTE;
    if (prot & GUEST_PROT_MTE) {
        if (!(flags & MAP_ANONYMOUS) && !is_memory_file(fd))
            return -EINVAL;
        if (tags_reserve() < 0)
            return -ENOMEM;
    }
    if (replace)
        mm_forget_code(addr, addr + size);
    int64_t r = part == URING_HOST ? map_ring(addr, size, prot, flags, fd, offset)
                                   : map_at(mm, addr, size, prot, flags, fd, offset);
    if (r < 0)
        return r;
    addr = (uint64_t)r;
    if (replace)
        uring_unmapped(addr, addr + size);
    if (part == URING_OWN) {
        int64_t err = uring_mapped(fd, offset, addr);
        if (err < 0) {
            munmap((void *)addr, size);
            return err;
        }
    }
    record(addr, size, prot, flags, VMA_PLAIN);
    if (mm->lock_future)
        mlock((void *)addr, size);
    return r;
}

int64_t mm_munmap(struct thread *t, uint64_t addr, uint64_t size)
{
    if (addr & (MM_PAGE - 1) || !size || !mm_in_range(addr, size))
        return -EINVAL;
    size = round_up(size, MM_PAGE);
    mm_see_growth(&process.mm);
    if (vma_any_sealed(&process.mm.vmas, addr, addr + size))
        return -EPERM;
    char file[MM_GONE_FILE];
    mm_file_going(addr, file);
    mm_forget_code(addr, addr + size);
    mm_intend(&(struct mm_intent){.gone_start = addr, .gone_end = addr + size});
    if (munmap((void *)addr, size) < 0)
        return -errno;
    vma_clear(&process.mm.vmas, addr, addr + size);
    uring_unmapped(addr, addr + size);
    tags_map(addr, addr + size, false);
    mm_note_gone(t, addr, addr + size, file);
    return 0;
}

// The part of [start, end) that lies in one mapping, which is returned; NULL at a hole.
static const struct vma *piece_of(const struct vma_table *table, uint64_t start, uint64_t end,
                                  uint64_t *piece_end)
{
    const struct vma *v = vma_find(table, start);
    if (v)
        *piece_end = v->end < end ? v->end : end;
    return v;
}

int64_t mm_mprotect(struct thread *t, uint64_t addr, uint64_t size, int prot)
{
    (void)t;
    struct vma_table *vmas = &process.mm.vmas;
    int grows = prot & (PROT_GROWSDOWN | PROT_GROWSUP);
    prot &= ~grows;
    // arm64 knows PROT_SEM too, and refuses the rest.
    int tagged = guest_prot(prot) & GUEST_PROT_MTE;
    if (addr & (MM_PAGE - 1) || grows == (PROT_GROWSDOWN | PROT_GROWSUP))
        return -EINVAL;
    if (!size)
        return 0;
    if (!mm_in_range(addr, size))
        return -ENOMEM;
    if (prot & ~(guest_prot(prot) | 8))
        return -EINVAL;
    uint64_t end = round_up(addr + size, MM_PAGE);
    mm_see_growth(&process.mm);
    if (grows) {
        const struct vma *v = vma_find(vmas, addr);
        if (grows == PROT_GROWSUP || !v || (v->kind != VMA_STACK && !v->grows))
            return -EINVAL;
        addr = v->start;
    }
    prot = guest_prot(implied_prot(prot));
    while (addr < end) {
        uint64_t piece_end;
        const struct vma *v = piece_of(vmas, addr, end, &piece_end);
        if (!v)
            return -ENOMEM;
        if (v->sealed)
            return -EPERM;
        if (tagged && !can_have_tags(v, addr))
            return -EINVAL;
        if (tagged && tags_reserve() < 0)
            return -ENOMEM;
        if (v->prot & PROT_EXEC)
            mm_forget_code(addr, piece_end);
        int was_tagged = v->prot & GUEST_PROT_MTE; // and stays it
        struct mm_intent change = {.becomes = *v};
        change.becomes.start = addr;
        change.becomes.end = piece_end;
        change.becomes.prot = (uint8_t)(prot | tagged | was_tagged);
        mm_intend(&change);
        if (mm_host_prot(v->prot) != mm_host_prot(prot) &&
            mprotect((void *)addr, piece_end - addr, mm_host_prot(prot)) < 0)
            return -errno;
        if (tagged && !was_tagged)
            tags_map(addr, piece_end, true);
        vma_protect(vmas, addr, piece_end, change.becomes.prot);
        addr = piece_end;
    }
    return 0;
}

static int64_t host_mremap(uint64_t old, uint64_t old_size, uint64_t new_size, int flags,
                           uint64_t to)
{
    long r = syscall(SYS_mremap, old, old_size, new_size, flags, to);
    return r < 0 ? -errno : r;
}

// Moves a mapping to `to`, whose old contents are gone afterwards.
static int64_t move(const struct thread *t, const struct vma *from, uint64_t old, uint64_t old_size,
                    uint64_t new_size, int flags, uint64_t to)
{
    struct vma v = *from;
    bool stays = flags & MREMAP_DONTUNMAP || !old_size;
    v.start = to;
    v.end = to + new_size;
    v.kind = VMA_PLAIN;
    mm_forget_code(old, old + old_size);
    mm_forget_code(to, to + new_size);
    mm_intend(&(struct mm_intent){.fresh = true,
                                  .moves = !stays,
                                  .gone_start = stays ? 0 : old,
                                  .gone_end = stays ? 0 : old + old_size,
                                  .becomes = v});
    int64_t r = host_mremap(old, old_size, new_size, flags | MREMAP_MAYMOVE | MREMAP_FIXED, to);
    if (r < 0)
        return r;
    uring_unmapped(to, to + new_size);
    if (!stays)
        uring_moved(old, old + old_size, to);
    bool tagged = v.prot & GUEST_PROT_MTE;
    tags_map(to, to + new_size, tagged);
    if (tagged) {
        tags_copy(old, to, new_size < old_size || !old_size ? new_size : old_size);
        tags_map(old, old + old_size, flags & MREMAP_DONTUNMAP);
    }
    if (!(flags & MREMAP_DONTUNMAP) && old_size) {
        vma_clear(&process.mm.vmas, old, old + old_size);
        mm_note_gone(t, old, old + old_size, "");
    }
    vma_set(&process.mm.vmas, &v);
    return r;
}

int64_t mm_mremap(struct thread *t, uint64_t old, uint64_t old_size, uint64_t new_size, int flags,
                  uint64_t to)
{
    struct mm *mm = &process.mm;
    if (flags & ~(MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP) || old & (MM_PAGE - 1) ||
        !round_up(new_size, MM_PAGE) ||
        (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) && !(flags & MREMAP_MAYMOVE)))
        return -EINVAL;
    if (old_size > mm->limit || new_size > mm->limit)
        return -ENOMEM;
    old_size = round_up(old_size, MM_PAGE);
    new_size = round_up(new_size, MM_PAGE);
    if (!mm_in_range(old, old_size))
        return -EFAULT;
    if (flags & MREMAP_FIXED) {
        if (to & (MM_PAGE - 1) || !mm_in_range(to, new_size) ||
            (to < old + old_size && old < to + new_size))
            return -EINVAL;
    }
    mm_see_growth(mm);
    const struct vma *v = find(mm, old);
    if (!v)
        return -EFAULT;
    if (vma_any_sealed(&mm->vmas, old, old + old_size) ||
        (flags & MREMAP_FIXED && vma_any_sealed(&mm->vmas, to, to + new_size)))
        return -EPERM;
    if (!old_size && !v->shared) // a second view is of shared memory
        return -EINVAL;
    if (flags & MREMAP_FIXED)
        return v->end < old + old_size ? -EFAULT : move(t, v, old, old_size, new_size, flags, to);
    if (!(flags & MREMAP_DONTUNMAP) && new_size <= old_size && old_size) {
        int64_t r = new_size < old_size ? mm_munmap(t, old + new_size, old_size - new_size) : 0;
        return r < 0 ? r : (int64_t)old;
    }
    if (v->end < old + old_size)
        return -EFAULT;
    uint64_t more = new_size - old_size;
    struct vma wanted = *v; // what it grows by, wherever that goes: where nothing else is
    wanted.start = MM_LIMIT;
    wanted.end = MM_LIMIT + more;
    if (new_size > old_size && !within_limits(mm, &wanted))
        return -ENOMEM;
    if (old_size && !(flags & MREMAP_DONTUNMAP) && mm_in_range(old, new_size) &&
        !vma_any(&mm->vmas, old + old_size, old + new_size)) {
        struct vma grown = *v;
        grown.start = old + old_size;
        grown.end = grown.start + more;
        mm_intend(&(struct mm_intent){.becomes = grown});
        if (host_mremap(old, old_size, new_size, 0, 0) == (int64_t)old) {
            vma_set(&mm->vmas, &grown);
            return (int64_t)old;
        }
    }
    if (!(flags & MREMAP_MAYMOVE))
        return -ENOMEM;
    to = choose(mm, flags & MREMAP_DONTUNMAP ? to : 0, new_size, MM_PAGE);
    return to ? move(t, v, old, old_size, new_size, flags, to) : -ENOMEM;
}

int64_t mm_brk(struct thread *t, uint64_t addr)
{
    struct mm *mm = &process.mm;
    if (addr < mm->brk_start || addr >= mm->limit)
        return (int64_t)mm->brk;
    uint64_t old_end = round_up(mm->brk, MM_PAGE), new_end = round_up(addr, MM_PAGE);
    mm->brk_intent = addr;
    if (new_end > old_end) {
        // One page stays free before the next mapping.
        if (vma_any(&mm->vmas, old_end, new_end + MM_PAGE) ||
            !within_limits(
                mm,
                &(struct vma){.start = old_end, .end = new_end, .prot = PROT_READ | PROT_WRITE}) ||
            mm_map_at(mm, old_end, new_end - old_end, PROT_READ | PROT_WRITE, -1, 0, VMA_HEAP) < 0)
            return (int64_t)mm->brk;
    } else if (new_end < old_end && mm_munmap(t, new_end, old_end - new_end) < 0) {
        return (int64_t)mm->brk;
    }
    mm->brk = addr;
    return (int64_t)addr;
}

int64_t mm_mseal(struct thread *t, uint64_t addr, uint64_t size)
{
    (void)t;
    struct vma_table *vmas = &process.mm.vmas;
    if (addr & (MM_PAGE - 1) || size > UINT64_MAX - MM_PAGE ||
        addr + round_up(size, MM_PAGE) < addr)
        return -EINVAL;
    size = round_up(size, MM_PAGE);
    mm_see_growth(&process.mm);
    if (!mm_in_range(addr, size) || !vma_covers(vmas, addr, addr + size))
        return -ENOMEM;
    vma_seal(vmas, addr, addr + size);
    return 0;
}

void mm_about_to_map(uint64_t addr, uint64_t size, int prot, bool shared)
{
    size = round_up(size, MM_PAGE);
    int flags = shared ? MAP_SHARED : MAP_PRIVATE;
    mm_intend(
        &(struct mm_intent){.fresh = true, .becomes = mapping(addr, size, prot, flags, VMA_PLAIN)});
}

void mm_note_mapped(struct thread *t, uint64_t addr, uint64_t size, int prot, bool shared)
{
    (void)t;
    mm_forget_code(addr, addr + size);
    record(addr, round_up(size, MM_PAGE), prot, shared ? MAP_SHARED : MAP_PRIVATE, VMA_PLAIN);
}

void mm_about_to_unmap(uint64_t addr, uint64_t size)
{
    mm_intend(&(struct mm_intent){.gone_start = addr, .gone_end = addr + round_up(size, MM_PAGE)});
}

void mm_note_unmapped(struct thread *t, uint64_t addr, uint64_t size)
{
    (void)t;
    mm_forget_code(addr, addr + size);
    vma_clear(&process.mm.vmas, addr, addr + round_up(size, MM_PAGE));
    tags_map(addr, addr + round_up(size, MM_PAGE), false);
}
