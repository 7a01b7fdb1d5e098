// SPDX-License-Identifier: MIT
// Named directives of the assembly syntax in instruction rows: one row with its body each, in
// disasm.c or beside the instructions that use it.
#ifndef EMU_A64_DISASM_H
#define EMU_A64_DISASM_H

#include "a64/insn.h"

// Text being written.
struct out {
    char *at, *end;
};
void out_printf(struct out *o, const char *fmt, ...) PRINTF_LIKE(2, 3);

struct a64_directive {
    const char *name;
    void (*print)(struct out *o, const struct a64_args *a, uint64_t pc);
};
extern const struct a64_directive __start_a64_directives[], __stop_a64_directives[];

#define A64_DIRECTIVE(id)                                                                        \
    static void print_##id(struct out *o, const struct a64_args *a, uint64_t pc);                \
    __attribute__((used, section("a64_directives"),                                              \
                   aligned(8))) static const struct a64_directive directive_##id = {#id,         \
                                                                                    print_##id}; \
    static void print_##id(struct out *o MAYBE_UNUSED, const struct a64_args *a MAYBE_UNUSED,    \
                           uint64_t pc MAYBE_UNUSED)

#endif
