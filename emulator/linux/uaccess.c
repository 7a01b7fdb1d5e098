// SPDX-License-Identifier: MIT
#include "linux/uaccess.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>

// Both copy and fill are one string instruction at a known place. It keeps in rcx what is left to do, also when it
// faults; the handler then continues after it and the function returns rcx. rdi, rsi, rdx: to, from, n.
size_t uaccess_move(void *to, const void *from, size_t n);
size_t uaccess_fill(void *to, int byte, size_t n);
extern const char uaccess_move_at[], uaccess_fill_at[], uaccess_move_end[], uaccess_fill_end[];

__asm__(".pushsection .text\n"
        ".hidden uaccess_move, uaccess_fill\n"
        ".hidden uaccess_move_at, uaccess_move_end, uaccess_fill_at, uaccess_fill_end\n"
        ".globl uaccess_move, uaccess_fill\n"
        ".globl uaccess_move_at, uaccess_move_end, uaccess_fill_at, uaccess_fill_end\n"
        ".type uaccess_move, @function\n"
        "uaccess_move:\n"
        "    mov %rdx, %rcx\n"
        "uaccess_move_at:\n"
        "    rep movsb\n"
        "uaccess_move_end:\n"
        "    mov %rcx, %rax\n"
        "    ret\n"
        ".size uaccess_move, . - uaccess_move\n"
        ".type uaccess_fill, @function\n"
        "uaccess_fill:\n"
        "    mov %rdx, %rcx\n"
        "    mov %esi, %eax\n"
        "uaccess_fill_at:\n"
        "    rep stosb\n"
        "uaccess_fill_end:\n"
        "    mov %rcx, %rax\n"
        "    ret\n"
        ".size uaccess_fill, . - uaccess_fill\n"
        ".popsection\n");

bool uaccess_fault(void *ucontext)
{
    ucontext_t *uc = ucontext;
    greg_t *rip = &uc->uc_mcontext.gregs[REG_RIP];
    if (*rip == (greg_t)uaccess_move_at)
        *rip = (greg_t)uaccess_move_end;
    else if (*rip == (greg_t)uaccess_fill_at)
        *rip = (greg_t)uaccess_fill_end;
    else
        return false;
    return true;
}

int copy_from_guest(void *to, const void *guest, size_t n)
{
    return uaccess_move(to, guest, n) ? -EFAULT : 0;
}

int copy_to_guest(void *guest, const void *from, size_t n)
{
    return uaccess_move(guest, from, n) ? -EFAULT : 0;
}

int clear_guest(void *guest, size_t n)
{
    return uaccess_fill(guest, 0, n) ? -EFAULT : 0;
}

int64_t strncpy_from_guest(char *to, const char *guest, size_t size)
{
    // In pieces that do not cross a page, so that a string may end right before an unmapped one.
    size_t done = 0;
    while (done < size) {
        size_t piece = 256 - ((uintptr_t)(guest + done) & 255);
        if (piece > size - done)
            piece = size - done;
        if (uaccess_move(to + done, guest + done, piece))
            return -EFAULT;
        const char *nul = memchr(to + done, 0, piece);
        if (nul)
            return nul - to;
        done += piece;
    }
    return -ENAMETOOLONG;
}
