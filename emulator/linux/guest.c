// SPDX-License-Identifier: MIT
// Accesses with a known address range: a fault inside it continues at their failure exit.
#include "linux/guest.h"

#include "base/host.h"
#include "linux/host_call.h"
#include "linux/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/prctl.h>
#include <string.h>

// Copies rdx bytes from rsi to rdi; returns in rax the bytes left over (0: all copied). One or two
// words by themselves: `rep movsb` takes longer to begin than that takes.
//
// guest_swap puts edx to rdi if esi is there; returns what was there, or -1 if nothing is.
__asm__(".pushsection .text\n"
        ".hidden guest_copy, guest_swap, guest_copy_start, guest_copy_end\n"
        ".globl guest_copy, guest_swap, guest_copy_start, guest_copy_end\n"
        ".type guest_copy, @function\n"
        ".type guest_swap, @function\n"
        "guest_copy:\n"
        "    mov %rdx, %rcx\n"
        "guest_copy_start:\n"
        "    cmp $8, %rdx\n"
        "    je 0f\n"
        "    cmp $4, %rdx\n"
        "    je 1f\n"
        "    rep movsb\n"
        "    jmp guest_copy_end\n"
        "0:  mov (%rsi), %rax\n"
        "    mov %rax, (%rdi)\n"
        "    jmp 2f\n"
        "1:  mov (%rsi), %eax\n"
        "    mov %eax, (%rdi)\n"
        "2:  xor %ecx, %ecx\n"
        "    jmp guest_copy_end\n"
        "guest_swap:\n"
        "    mov $-1, %rcx\n"
        "    mov %esi, %eax\n"
        "    lock cmpxchg %edx, (%rdi)\n"
        "    mov %eax, %ecx\n"
        "guest_copy_end:\n"
        "    mov %rcx, %rax\n"
        "    ret\n"
        ".size guest_copy, . - guest_copy\n"
        ".popsection");
uint64_t guest_copy(void *to, const void *from, size_t size);
int64_t guest_swap(uint32_t *at, uint32_t was, uint32_t to);
extern const char guest_copy_start[], guest_copy_end[];

bool guest_recover(uint64_t *ip)
{
    if (*ip < (uint64_t)guest_copy_start || *ip >= (uint64_t)guest_copy_end)
        return false;
    *ip = (uint64_t)guest_copy_end;
    return true;
}

// Guest addresses end at MM_LIMIT; what lies above is the emulator's.
static bool in_range(uint64_t addr, size_t size)
{
    return addr <= MM_LIMIT && size <= MM_LIMIT - addr;
}

// The address as the kernel takes it from a thread that may give it tags.
static uint64_t plain(uint64_t addr)
{
    const struct thread *t = thread_self;
    return t && t->tagged_addr_ctrl & PR_TAGGED_ADDR_ENABLE ? ir_untag(addr) : addr;
}

uint64_t host_pointer(uint64_t guest)
{
    guest = plain(guest);
    return guest - MM_LIMIT < MM_HOST_LIMIT - MM_LIMIT ? GUEST_NOWHERE : guest;
}

bool guest_read(void *to, uint64_t from, size_t size)
{
    from = plain(from);
    return in_range(from, size) && guest_copy(to, (const void *)from, size) == 0;
}

bool guest_write(uint64_t to, const void *from, size_t size)
{
    to = plain(to);
    return in_range(to, size) && guest_copy((void *)to, from, size) == 0;
}

bool guest_swap32(uint64_t at, uint32_t *was, uint32_t to)
{
    at = plain(at);
    int64_t found = in_range(at, sizeof to) ? guest_swap((uint32_t *)at, *was, to) : -1;
    *was = (uint32_t)found;
    return found >= 0;
}

static bool pages_are_brought;

void guest_pages_are_brought(void)
{
    __atomic_store_n(&pages_are_brought, true, __ATOMIC_RELEASE);
}

// Reading a process's memory as a file, the kernel brings pages by itself or gives up.
bool guest_read_at_once(void *to, uint64_t from, size_t size)
{
    if (likely(!__atomic_load_n(&pages_are_brought, __ATOMIC_ACQUIRE)))
        return guest_read(to, from, size);
    from = plain(from);
    int64_t fd = host_call(SYS_openat, AT_FDCWD, "/proc/self/mem", O_RDONLY | O_CLOEXEC, 0);
    bool read = fd >= 0 && in_range(from, size) &&
                host_call(SYS_pread64, fd, to, size, from) == (int64_t)size;
    if (fd >= 0)
        host_call(SYS_close, fd);
    return read;
}

int64_t guest_read_string(char *to, uint64_t from, size_t size)
{
    // By pieces that do not cross a page: the string may end just before an unmapped one.
    size_t done = 0;
    while (done < size) {
        size_t piece = MM_PAGE - ((from + done) & (MM_PAGE - 1));
        if (piece > size - done)
            piece = size - done;
        if (piece > 64)
            piece = 64;
        if (!guest_read(to + done, from + done, piece))
            return -EFAULT;
        for (size_t i = 0; i < piece; i++)
            if (!to[done + i])
                return (int64_t)(done + i);
        done += piece;
    }
    return -ENAMETOOLONG;
}

int64_t guest_read_longer(void *to, size_t known, uint64_t from, uint64_t size)
{
    uint8_t more[MM_PAGE];
    size_t have = size < known ? size : known;
    if (size > MM_PAGE)
        return -E2BIG;
    if (!guest_read(more, from + have, size - have) || !guest_read(to, from, have))
        return -EFAULT;
    memset((char *)to + have, 0, known - have);
    for (size_t i = 0; i < size - have; i++)
        if (more[i])
            return -E2BIG;
    return 0;
}
