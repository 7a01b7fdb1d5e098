// SPDX-License-Identifier: MIT
// The guest's address space. Guest addresses are host addresses: every guest mapping is a host
// mapping at the same place, below MM_LIMIT, where the emulator itself has nothing. The host never
// gets PROT_EXEC; what the guest may execute stands only in the table of mappings kept here.
// Functions that are system calls return -errno.
#ifndef EMU_LINUX_MM_H
#define EMU_LINUX_MM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct thread;

#define MM_PAGE       UINT64_C(4096)
// The guest's addresses end here at most. Behind it 64 KiB are left empty, so that no buffer
// reaches over the end; then come the emulator's, up to where those of any host program end.
#define MM_LIMIT      UINT64_C(0x600000000000)
#define MM_NEAR       (MM_LIMIT - (768 << 20)) // compiled code reaches it (arena_address_near)
#define MM_NEAR_SIZE  (UINT64_C(128) << 20)    // of which it is a multiple
#define MM_HOST_LIMIT (UINT64_C(1) << 47)

// Guest protection bits beyond the common three.
enum { GUEST_PROT_BTI = 0x10, GUEST_PROT_MTE = 0x20 };

enum vma_kind { VMA_PLAIN, VMA_HEAP, VMA_STACK, VMA_VDSO };

// One guest mapping [start, end). Neighbours with equal attributes are one.
struct vma {
    uint64_t start, end;
    uint8_t prot; // PROT_READ | PROT_WRITE | PROT_EXEC | PROT_MTE as the guest sees it
    uint8_t kind; // enum vma_kind
    bool shared;
    bool anonymous;
    bool grows;    // MAP_GROWSDOWN; the host makes it larger
    bool unforked; // MADV_DONTFORK: a child does not have it
    bool sealed;   // mseal: stays as it is
};

// The table: sorted by address, no overlaps. Other processes look into it (linux/sys/procfs.h).
struct vma_table {
    struct vma *at;
    unsigned count, capacity;
    unsigned changes;     // odd while it is being changed
    uint64_t bytes, peak; // what is mapped, and the most there ever was
    bool lent; // `at` is not the table's own: a place that costs nothing while it suffices
    // What it was before the change that is being made, while other processes change it as well.
    struct vma *before; // as many as `at` has room for, behind them
    unsigned count_before, sharers;
    uint64_t bytes_before;
    bool changing; // `before` is complete, `at` is not
};

// A change of the address space that has begun: noted before the host is asked, so that it can be
// completed when the process that makes it is killed in between (mm_settle.c).
struct mm_intent {
    bool noted;
    bool fresh;                    // what is mapped is new, else it is only protected otherwise
    bool moves;                    // the host does all of it or nothing
    uint64_t gone_start, gone_end; // what goes away
    struct vma becomes;            // what is there afterwards; start == end: nothing
};

struct mm {
    struct vma_table vmas;
    uint64_t limit;          // where this program's addresses end
    uint64_t stack_top;      // the first thread's stack grows down from here
    uint64_t pie_base;       // where a program goes that may lie anywhere
    uint64_t pie_near;       // where it goes if MM_NEAR_SIZE is enough; 0: nowhere
    uint64_t top;            // mmap without an address searches downwards from here
    uint64_t brk_start, brk; // the heap
    unsigned last;           // where the last lookup hit
    uint64_t vdso;           // its address, 0 if there is none
    bool lock_future;        // mlockall(MCL_FUTURE)
    bool growing;            // there has been a mapping that grows
    bool read_is_exec;       // personality(READ_IMPLIES_EXEC)
    struct mm_intent intent;
    uint64_t brk_intent; // what brk is about to become, or 0
};

// An address space of `bits` bits, or 0: all there are. `stack_size` is how large the stack may
// grow.
void mm_init(struct mm *mm, unsigned bits, uint64_t stack_size);

// Maps without the rules of mmap(2), for the loader: at `addr` exactly, failing (-EEXIST) if
// something is there. PROT_GROWSDOWN in `prot`: it grows, as far as RLIMIT_STACK allows.
int64_t mm_map_at(struct mm *mm, uint64_t addr, uint64_t size, int prot, int fd, uint64_t offset,
                  enum vma_kind kind);

// Where a mapping of `size` bytes would go; 0 if there is no room.
uint64_t mm_find_room(const struct mm *mm, uint64_t size);

// engine_os.fetch / engine_os.mapping_end.
size_t mm_fetch(uint64_t pc, bool *guarded);
uint64_t mm_mapping_end(uint64_t pc);

// The mapping that holds addr; false if there is none.
bool mm_find(uint64_t addr, struct vma *found);

// Where the highest mapping ends.
uint64_t mm_highest(void);

// System calls. But for those of mm_advice.c the caller has the process's lock.
int64_t mm_mmap(struct thread *t, uint64_t addr, uint64_t size, int prot, int flags, int fd,
                uint64_t offset);
int64_t mm_munmap(struct thread *t, uint64_t addr, uint64_t size);
int64_t mm_mprotect(struct thread *t, uint64_t addr, uint64_t size, int prot);
int64_t mm_mremap(struct thread *t, uint64_t old, uint64_t old_size, uint64_t new_size, int flags,
                  uint64_t to);
int64_t mm_brk(struct thread *t, uint64_t addr);
int64_t mm_mseal(struct thread *t, uint64_t addr, uint64_t size);
int64_t mm_madvise(struct thread *t, uint64_t addr, uint64_t size, int advice);
// Advice that takes pages away from the host's machine, which is not the guest's.
bool mm_takes_from_host(int advice);
// After the host has followed it: code whose bytes are gone is translated again.
void mm_after_advice(uint64_t addr, uint64_t size, int advice);
int64_t mm_mincore(struct thread *t, uint64_t addr, uint64_t size, uint64_t vec);
int64_t mm_msync(struct thread *t, uint64_t addr, uint64_t size, int flags);
int64_t mm_mlock(struct thread *t, uint64_t addr, uint64_t size, int flags); // mlock2
int64_t mm_munlock(struct thread *t, uint64_t addr, uint64_t size);
int64_t mm_mlockall(struct thread *t, int flags);
int64_t mm_munlockall(struct thread *t);
int64_t mm_remap_file_pages(uint64_t addr, uint64_t size, uint64_t prot, uint64_t page,
                            uint64_t flags);

// Completes, or takes back, the change that a process which is no more had begun. The caller has
// the lock that it had.
void mm_settle(void);

// In the child of a fork: without what it has not got.
void mm_after_fork(void);

// A SysV shared memory segment attached at addr by the caller (shmat), or detached (shmdt); before
// each, what is about to be done.
void mm_about_to_map(uint64_t addr, uint64_t size, int prot, bool shared);
void mm_about_to_unmap(uint64_t addr, uint64_t size);
void mm_note_mapped(struct thread *t, uint64_t addr, uint64_t size, int prot, bool shared);
void mm_note_unmapped(struct thread *t, uint64_t addr, uint64_t size);

// A mapped file: where, and the difference between addresses there and those of the ELF file.
struct mm_image {
    char file[4096];
    uint64_t start, end, bias;
};

// The file mapped at addr, for messages.
bool mm_image_at(uint64_t addr, struct mm_image *image);

#endif
