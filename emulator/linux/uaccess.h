// SPDX-License-Identifier: MIT
// Reading and writing guest memory from the emulator's own code. Guest addresses are host addresses, but what a guest
// passes need not be mapped, so every access goes through a copy that a fault ends early instead of killing the
// process. Cost: that of the copy.
#ifndef EMU_LINUX_UACCESS_H
#define EMU_LINUX_UACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Called first by the handler of SIGSEGV and SIGBUS. If the fault happened inside a copy below, makes the copy
// return with what is left and returns true.
bool uaccess_fault(void *ucontext);

// Copy n bytes; 0, or -EFAULT (some bytes may have been copied).
int copy_from_guest(void *to, const void *guest, size_t n);
int copy_to_guest(void *guest, const void *from, size_t n);
int clear_guest(void *guest, size_t n);

// Copies a string with its NUL, at most `size` bytes. Its length; -EFAULT; or -ENAMETOOLONG without a NUL in `size` bytes.
int64_t strncpy_from_guest(char *to, const char *guest, size_t size);

// One object, through its host copy: get_guest(&ts, ptr), put_guest(ptr, &ts). 0 or -EFAULT.
#define get_guest(to, guest)   copy_from_guest((to), (guest), sizeof *(to))
#define put_guest(guest, from) copy_to_guest((guest), (from), sizeof *(from))

#endif
