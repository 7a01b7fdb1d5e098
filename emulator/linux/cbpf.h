// SPDX-License-Identifier: MIT
// Classic BPF as filters of system calls use it (Documentation/networking/filter.rst and
// userspace-api/seccomp_filter.rst of the kernel): a program reads words of one record, computes
// with an accumulator, an index register and sixteen words of scratch, and returns one word. Jumps
// go forward only, so every program ends.
#ifndef EMU_LINUX_CBPF_H
#define EMU_LINUX_CBPF_H

#include <linux/filter.h>
#include <stdbool.h>
#include <stdint.h>

// Whether the kernel would take this program of `count` instructions for records of `size` bytes:
// of known instructions only, within its bounds, with nothing read from scratch that was not
// written.
bool cbpf_is_valid(const struct sock_filter *code, unsigned count, unsigned size);

// How many instructions a valid program is in the form that the kernel gives it, which is what it
// counts.
unsigned cbpf_length(const struct sock_filter *code, unsigned count);

// Runs a valid program on a record of `size` bytes, the words of which are read as they lie there.
uint32_t cbpf_run(const struct sock_filter *code, const void *record, unsigned size);

#endif
