// SPDX-License-Identifier: MIT
// What a new program finds on its stack.
#ifndef EMU_LINUX_STACK_H
#define EMU_LINUX_STACK_H

#include "linux/elf.h"
#include "linux/thread.h"

// Where the program and its interpreter ended up.
struct stack_layout {
    const struct elf_image *image;
    uint64_t bias;
    uint64_t interp_base; // 0: none
    uint64_t interp_size;
};

// Maps the stack, fills it, and sets process.auxv, the argument and environment addresses and t's
// stack pointer.
bool stack_build(struct thread *t, const struct stack_layout *layout, const char *execfn,
                 struct elf_error *error);

#endif
