// SPDX-License-Identifier: MIT
// A tracer sees and changes the tags of the tracee's memory (PTRACE_PEEKMTETAGS,
// PTRACE_POKEMTETAGS).
#include "ir/tags.h"
#include "linux/guest.h"
#include "linux/host_call.h"
#include "linux/ptracer.h"
#include "linux/tags.h"

#include <errno.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

enum { GRANULES_A_BYTE = 2, TAG_BITS = 4, TAG_MASK = 15 };

// Whether memory of the tracee is there and has tags: 0 or -errno. `theirs` is its ir_tag_memory.
static int64_t has_tags(const struct tracee *e, const struct ir_tag_memory *theirs, uint64_t addr)
{
    uint64_t word, page = addr / IR_TAG_PAGE;
    uint8_t bits;
    if (addr >= MM_LIMIT ||
        host_call(SYS_ptrace, PTRACE_PEEKDATA, e->tid, page * IR_TAG_PAGE, &word) < 0)
        return -EIO;
    if (addr >= theirs->size || !tracee_read(e, (uint64_t)(theirs->pages + page / 8), &bits, 1))
        return -EOPNOTSUPP;
    return bits >> page % 8 & 1 ? 0 : -EOPNOTSUPP;
}

// One tag, from or to the guest's byte at `at`. False: either is not to be had.
static bool copy_tag(const struct tracee *e, const struct ir_tag_memory *theirs, bool set,
                     uint64_t addr, uint64_t at)
{
    uint64_t granule = addr / IR_TAG_GRANULE,
             there = (uint64_t)(theirs->tags + granule / GRANULES_A_BYTE);
    unsigned shift = granule % GRANULES_A_BYTE * TAG_BITS;
    uint8_t pair, tag;
    if (!tracee_read(e, there, &pair, 1))
        return false;
    if (!set) {
        tag = pair >> shift & TAG_MASK;
        return guest_write(at, &tag, 1);
    }
    if (!guest_read(&tag, at, 1))
        return false;
    pair = (uint8_t)((pair & ~(TAG_MASK << shift)) | (tag & TAG_MASK) << shift);
    return tracee_write(e, there, &pair, 1);
}

int64_t tracee_tags(const struct tracee *e, bool set, uint64_t addr, uint64_t vector)
{
    struct ir_tag_memory theirs;
    struct iovec v;
    if (!tags_supported())
        return -EIO;
    if (!guest_read(&v, vector, sizeof v))
        return -EFAULT;
    if (!tracee_read(e, (uint64_t)&ir_tag_memory, &theirs, sizeof theirs))
        return -ESRCH;
    uint64_t from = ir_untag(addr), n = 0;
    int64_t err = 0;
    for (; n < v.iov_len && !err; n++) {
        uint64_t at = from + n * IR_TAG_GRANULE;
        if (n == 0 || at % IR_TAG_PAGE < IR_TAG_GRANULE) // a page begins
            err = has_tags(e, &theirs, at);
        if (!err && !copy_tag(e, &theirs, set, at, (uint64_t)v.iov_base + n))
            err = -EFAULT;
        if (err)
            break;
    }
    if (!n)
        return err ? err : -EFAULT;
    return guest_write64(vector + offsetof(struct iovec, iov_len), n) ? 0 : -EFAULT;
}
