// SPDX-License-Identifier: MIT
#include "linux/tags.h"

#include "a64/feature.h"
#include "base/arena.h"
#include "base/bits.h"
#include "base/die.h"
#include "linux/signal.h"
#include "linux/sys.h"
#include "linux/thread.h"

#include <errno.h>
#include <linux/prctl.h>
#include <string.h>
#include <sys/mman.h>

enum {
    BYTES_A_TAG_BYTE = 2 * IR_TAG_GRANULE,
    TAG_BYTES_A_PAGE = IR_TAG_PAGE / BYTES_A_TAG_BYTE,
    BYTES_A_PAGE_BYTE = 8 * IR_TAG_PAGE,
    GIVE_BACK = 1 << 16, // so much is not zeroed but given back to the host
    ALL_TAGS = 0xffff,
};
_Static_assert(MM_PAGE == IR_TAG_PAGE, "pages are tagged or not");

bool tags_supported(void)
{
    static const unsigned hwcap2_mte = 18;
    return a64_hwcap(2) >> hwcap2_mte & 1;
}

int64_t tags_reserve(void)
{
    if (ir_tag_memory.size)
        return 0;
    uint64_t tags = MM_LIMIT / BYTES_A_TAG_BYTE, pages = MM_LIMIT / BYTES_A_PAGE_BYTE;
    uint8_t *p = arena_pages(tags + pages);
    if (!p) {
        static bool said;
        if (!said)
            complain("no memory tagging (PROT_MTE): its tags need %llu GiB of address space: %s; "
                     "raise ulimit -v",
                     (unsigned long long)(tags + pages) >> 30, error_text(errno));
        said = true;
        return -ENOMEM;
    }
    madvise(p, tags + pages, MADV_NOHUGEPAGE);
    madvise(p, tags + pages, MADV_DONTDUMP);
    ir_tag_memory = (struct ir_tag_memory){.size = MM_LIMIT, .tags = p, .pages = p + tags};
    return 0;
}

static void zero(uint8_t *start, uint8_t *end)
{
    uint8_t *first = (uint8_t *)round_up((uint64_t)start, MM_PAGE);
    uint8_t *last = (uint8_t *)round_down((uint64_t)end, MM_PAGE);
    if (end - start < GIVE_BACK || madvise(first, (size_t)(last - first), MADV_DONTNEED) < 0) {
        memset(start, 0, (size_t)(end - start));
        return;
    }
    memset(start, 0, (size_t)(first - start));
    memset(last, 0, (size_t)(end - last));
}

void tags_clear(uint64_t start, uint64_t end)
{
    uint8_t *tags = ir_tag_memory.tags;
    if (ir_tag_memory.size)
        zero(tags + start / BYTES_A_TAG_BYTE, tags + end / BYTES_A_TAG_BYTE);
}

static void mark_page(uint64_t page, bool tagged)
{
    uint8_t *byte = &ir_tag_memory.pages[page / 8], bit = (uint8_t)(1u << page % 8);
    *byte = (uint8_t)(tagged ? *byte | bit : *byte & ~bit);
}

// Notes whether the pages from number `first` to before `end` have tags: those at the ends that
// share a byte with others, and between them whole bytes.
static void mark_pages(uint64_t first, uint64_t end, bool tagged)
{
    for (; first < end && first % 8; first++)
        mark_page(first, tagged);
    for (; first < end && end % 8; end--)
        mark_page(end - 1, tagged);
    uint8_t *from = ir_tag_memory.pages + first / 8, *to = ir_tag_memory.pages + end / 8;
    if (tagged)
        memset(from, 0xff, (size_t)(to - from));
    else
        zero(from, to);
}

void tags_map(uint64_t start, uint64_t end, bool tagged)
{
    if (!ir_tag_memory.size)
        return;
    tags_clear(start, end);
    mark_pages(start / MM_PAGE, end / MM_PAGE, tagged);
}

void tags_copy(uint64_t from, uint64_t to, uint64_t size)
{
    static const uint8_t none[TAG_BYTES_A_PAGE];
    uint8_t *tags = ir_tag_memory.tags;
    for (uint64_t at = 0; ir_tag_memory.size && at < size; at += MM_PAGE) {
        const uint8_t *page = tags + (from + at) / BYTES_A_TAG_BYTE;
        if (memcmp(page, none, sizeof none) != 0)
            memcpy(tags + (to + at) / BYTES_A_TAG_BYTE, page, sizeof none);
    }
}

size_t tags_accessible(const struct thread *t, uint64_t pointer, size_t size)
{
    unsigned checks = t->cpu.s.tagging.checks;
    if (checks != IR_TAGS_SYNC || !ir_tag_memory.size || !size)
        return size;
    uint64_t bad = ir_tag_mismatch(pointer, size);
    return bad ? bad - pointer : size;
}

uint64_t tags_control_bits(void)
{
    return PR_TAGGED_ADDR_ENABLE | (tags_supported() ? PR_MTE_TCF_MASK | PR_MTE_TAG_MASK : 0);
}

// Where a program leaves the choice to the system, arm64 Linux prefers asynchronous checks.
static enum ir_tag_checks checks_of(uint64_t control)
{
    if (control & PR_MTE_TCF_ASYNC)
        return IR_TAGS_ASYNC;
    return control & PR_MTE_TCF_SYNC ? IR_TAGS_SYNC : IR_TAGS_IGNORED;
}

void tags_control(struct thread *t, uint64_t control)
{
    t->tagged_addr_ctrl = control;
    t->cpu.s.tagging.checks = checks_of(control);
    if (t->cpu.s.tagging.checks)
        sys_look_at_all(); // those that have failed are told at a call
    t->cpu.s.tagging.exclude = ~(control >> PR_MTE_TAG_SHIFT) & ALL_TAGS;
}

void tags_report(struct thread *t)
{
    if (likely(!t->cpu.s.tagging.fault))
        return;
    t->cpu.s.tagging.fault = 0;
    signal_send(t, &(siginfo_t){.si_signo = SIGSEGV, .si_code = SEGV_MTEAERR});
}
