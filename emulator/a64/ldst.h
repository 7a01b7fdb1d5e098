// SPDX-License-Identifier: MIT
// What the rows of loads and stores share: the transfer of one register, and the addressing modes
// that take an immediate. ORDER: a row makes every access that may fault before it writes a
// register, and writes the base register last. So a faulting instruction changes no register, and
// where Rt is also the base written back (CONSTRAINED UNPREDICTABLE) a load leaves the new base in
// it and a store stores the old one, as QEMU does.
#ifndef EMU_A64_LDST_H
#define EMU_A64_LDST_H

#include "a64/translate.h"

enum a64_access {
    A64_STORE,   // general register
    A64_LOAD,    // general register, zero-extended
    A64_LOAD_SW, // sign-extended to 32 bits
    A64_LOAD_SX, // sign-extended to 64 bits
    A64_STORE_V, // scalar SIMD&FP register
    A64_LOAD_V,
};

// Moves 1 << size bytes between memory at addr + offset and register rt.
void transfer(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt, ir_ref addr,
              int64_t offset);

// A loaded integer of 1 << size bytes (W, or X for 8) extended as `kind` says, and its write to
// register rt.
ir_ref extend_loaded(struct a64_tr *t, enum a64_access kind, unsigned size, ir_ref v);
void set_loaded(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt, ir_ref v);

// Writes base + offset to base register n.
void write_back(struct a64_tr *t, unsigned n, ir_ref base, int64_t offset);

// Ordered, exclusive and atomic accesses of 1 << size bytes must be aligned; with FEAT_LSE2 they
// only must not cross a multiple of 16 bytes.
void check_quad(struct a64_tr *t, unsigned size, ir_ref addr, int64_t offset);

// As transfer, for a load-acquire or store-release. The host's memory is total store order: a plain
// load acquires and a plain store releases, but it takes a fence for a later load-acquire not to
// pass the store (RCsc).
void ordered_transfer(struct a64_tr *t, enum a64_access kind, unsigned size, unsigned rt,
                      ir_ref addr, int64_t offset);
void release_fence(struct a64_tr *t); // goes behind such a store

// Loads and stores of registers t and u (W or X by field z). FEAT_LSE2 makes a pair one single-copy
// atomic access where it is aligned (16 bytes) or does not cross a multiple of 16 bytes (8 bytes),
// so it is made as one; only where nobody else looks (A64_MODE_SHARED, and the stack) as two, which
// cost less and suit the host's store-to-load forwarding. Rt and Rt2 the same (CONSTRAINED
// UNPREDICTABLE for loads) leaves the second value.
void load_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr, int64_t offset);
void store_pair(struct a64_tr *t, const struct a64_args *a, ir_ref addr, int64_t offset);

// W registers lo and hi as one 64-bit value, X registers as one of 128 bits; and the halves of such
// a value.
ir_ref get_pair(struct a64_tr *t, unsigned z, unsigned lo, unsigned hi);
void set_pair(struct a64_tr *t, unsigned z, unsigned lo, unsigned hi, ir_ref v);

// The rows of one instruction in the addressing modes with a 9-bit offset i (unscaled, post, pre)
// and with a 12-bit one that counts elements. `size`, `v` and `opc` are the encoding's bits, `reg`
// and `uimm` text; kind and log2 as for transfer (log2 may use the fields of a).
#define LDST_UNSCALED(id, mode, size, v, opc, text, feature, kind, log2)        \
    A64_INSN(id, size " 111 " v " 00 " opc " 0 iiiiiiiii " mode " nnnnn ttttt", \
             text ", [{Xn|sp}{,#i:9}]", feature)                                \
    {                                                                           \
        transfer(t, kind, log2, a->t, get_base(t, a->n), bits_sext(a->i, 9));   \
    }
#define LDST_POST(id, size, v, opc, text, feature, kind, log2)            \
    A64_INSN(id, size " 111 " v " 00 " opc " 0 iiiiiiiii 01 nnnnn ttttt", \
             text ", [{Xn|sp}], {#i:9}", feature)                         \
    {                                                                     \
        ir_ref base = get_base_wb(t, a->n);                               \
        transfer(t, kind, log2, a->t, base, 0);                           \
        write_back(t, a->n, base, bits_sext(a->i, 9));                    \
    }
#define LDST_PRE(id, size, v, opc, text, feature, kind, log2)             \
    A64_INSN(id, size " 111 " v " 00 " opc " 0 iiiiiiiii 11 nnnnn ttttt", \
             text ", [{Xn|sp}, {#i:9}]!", feature)                        \
    {                                                                     \
        ir_ref base = get_base_wb(t, a->n);                               \
        transfer(t, kind, log2, a->t, base, bits_sext(a->i, 9));          \
        write_back(t, a->n, base, bits_sext(a->i, 9));                    \
    }
#define LDST_UNSIGNED(id, size, v, opc, text, uimm, feature, kind, log2)           \
    A64_INSN(id, size " 111 " v " 01 " opc " iiiiiiiiiiii nnnnn ttttt",            \
             text ", [{Xn|sp}" uimm "]", feature)                                  \
    {                                                                              \
        transfer(t, kind, log2, a->t, get_base(t, a->n), (int64_t)a->i << (log2)); \
    }

// Base plus register m: option o extends it (those without bit 1 are reserved), s scales it by the
// size.
#define LDST_REGISTER(id, size, v, opc, text, index, feature, kind, log2)          \
    A64_INSN(id, size " 111 " v " 00 " opc " 1 mmmmm ooo s 10 nnnnn ttttt o!=x0x", \
             text ", [{Xn|sp}, {" index "}]", feature)                             \
    {                                                                              \
        transfer(t, kind, log2, a->t, indexed(t, a, a->s ? log2 : 0), 0);          \
    }
ir_ref indexed(struct a64_tr *t, const struct a64_args *a, unsigned shift);

#endif
