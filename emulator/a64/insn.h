// SPDX-License-Identifier: MIT
// An instruction is one row with its body:
//
//   A64_INSN(clz, "z 1 0 11010110 00000 00010 0 nnnnn ddddd", "clz {Rd}, {Rn}", FEAT_BASE)
//   {
//       set_r(t, a->d, a->z, ir_clz(ir, a->z, get_r(t, a->n, a->z)));
//   }
//
// The pattern is 32 bits from 31 down to 0, blanks ignored: 0 and 1 are fixed, '-' is ignored, a
// lower-case letter is a bit of the field of that name (a->d ...); the pieces of a split field are
// joined in order. After the bits, exclusions: "z!=11" (binary, x is any) says that no instruction
// of this row has z equal to 11; several letters are joined ("zq!=110"). Decoder, disassembler,
// feature bits, tests and the random generator all read the row; the body is the meaning, as IR.
#ifndef EMU_A64_INSN_H
#define EMU_A64_INSN_H

#include "base/host.h"

#include <stdbool.h>
#include <stdint.h>

struct a64_tr;
struct ir_block;

enum a64_feature {
#define A64_FEATURE(id, ...) FEAT_##id,
#include "a64/feature.def"
#undef A64_FEATURE
    FEAT_COUNT
};

// The fields of one instruction word, by the letter of the row's pattern.
struct a64_args {
    union {
        struct {
            uint32_t a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z;
        };
        uint32_t field[26];
    };
};

typedef void a64_translate_fn(struct a64_tr *t, struct ir_block *ir, const struct a64_args *a);

struct a64_insn {
    const char *name;
    const char *bits;
    const char *text; // assembly syntax, see disasm.c for what stands in braces
    enum a64_feature feature;
    a64_translate_fn *translate;
};

#define A64_INSN(id, bits_, text_, feature_)                                                    \
    static a64_translate_fn translate_##id;                                                     \
    extern const struct a64_insn a64_insn_##id;                                                 \
    __attribute__((used, section("a64_insns"), aligned(8)))                                     \
    const struct a64_insn a64_insn_##id = {#id, bits_, text_, feature_, translate_##id};        \
    static void translate_##id(struct a64_tr *t MAYBE_UNUSED, struct ir_block *ir MAYBE_UNUSED, \
                               const struct a64_args *a MAYBE_UNUSED)

// A decoded instruction: the row and the word's fields.
struct a64_decoded {
    const struct a64_insn *insn;
    struct a64_args args;
};

// Finds the row of `word`; false if there is none (undefined, or unknown to the emulator).
bool a64_decode(uint32_t word, struct a64_decoded *out);

// Writes the assembly text of `word` at `pc` in objdump's notation without aliases (".inst 0x..."
// if it has no row). Returns out.
char *a64_disassemble(uint32_t word, uint64_t pc, char *out, unsigned size);

// All rows, in name order (for listings and tests).
extern const struct a64_insn *const a64_rows[];
extern const unsigned a64_row_count;

#endif
