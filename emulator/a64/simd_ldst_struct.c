// SPDX-License-Identifier: MIT
// Loads and stores of structures: LD1 to LD4 and ST1 to ST4, of whole registers, of one lane, and
// replicated to all lanes. Whole registers move as vectors, and the elements are sorted out by zips
// and unzips.
#include "a64/disasm.h"
#include "a64/ldst.h"
#include "base/bits.h"

// ---- text: "{v0.4s-v2.4s}", and what follows the address ----

static void print_list(struct out *o, unsigned first, unsigned count, const char *arrangement)
{
    unsigned last = (first + count - 1) & 31;
    if (count > 2 && last > first) {
        out_printf(o, "{v%u.%s-v%u.%s}", first, arrangement, last, arrangement);
        return;
    }
    for (unsigned i = 0; i < count; i++)
        out_printf(o, "%sv%u.%s", i ? ", " : "{", (first + i) & 31, arrangement);
    out_printf(o, "}");
}

static void print_whole(struct out *o, const struct a64_args *a, unsigned count)
{
    static const char *const arrangements[] = {"8b", "16b", "4h", "8h", "2s", "4s", "1d", "2d"};
    print_list(o, a->t, count, arrangements[a->z << 1 | a->q]);
}

// The lane's number is kept in the bits that its size leaves free: of q:s:z all for bytes ... q
// alone for doublewords.
static unsigned lane(const struct a64_args *a, unsigned size)
{
    return (a->q << 3 | a->s << 2 | a->z) >> size;
}

// Field e gives the lane's size: 00 B, 01 H, 10 S or, with z odd, D.
static unsigned lane_size(const struct a64_args *a)
{
    return a->e == 2 && a->z & 1 ? 3 : a->e;
}

static void print_lane(struct out *o, const struct a64_args *a, unsigned count)
{
    unsigned size = lane_size(a);
    const char element[] = {"bhsd"[size], 0};
    print_list(o, a->t, count, element);
    out_printf(o, "[%u]", lane(a, size));
}

// Register 31 as post-index means the number of bytes transferred.
static void print_step(struct out *o, const struct a64_args *a, unsigned bytes)
{
    if (a->m == 31)
        out_printf(o, "#%u", bytes);
    else
        out_printf(o, "x%u", a->m);
}

#define LIST_DIRECTIVES(count)                   \
    A64_DIRECTIVE(v##count)                      \
    {                                            \
        print_whole(o, a, count);                \
    }                                            \
    A64_DIRECTIVE(lane##count)                   \
    {                                            \
        print_lane(o, a, count);                 \
    }                                            \
    A64_DIRECTIVE(v##count##_step)               \
    {                                            \
        print_step(o, a, count * 8 << a->q);     \
    }                                            \
    A64_DIRECTIVE(lane##count##_step)            \
    {                                            \
        print_step(o, a, count << lane_size(a)); \
    }                                            \
    A64_DIRECTIVE(rep##count##_step)             \
    {                                            \
        print_step(o, a, count << a->z);         \
    }

LIST_DIRECTIVES(1)
LIST_DIRECTIVES(2)
LIST_DIRECTIVES(3)
LIST_DIRECTIVES(4)

// ---- meaning ----

static void post_index(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned bytes)
{
    if (a->m == 31)
        write_back(t, a->n, base, bytes);
    else
        set_base(t, a->n, ir_add(&t->ir, 1, base, get_x(t, a->m)), ANY_OFFSET);
}

// `count` registers' worth of consecutive bytes as full vectors v[0], v[1] ...; those that would
// begin past the end (64-bit registers) repeat v[0], whatever they hold.
static void load_bytes(struct a64_tr *t, ir_ref base, unsigned count, unsigned q, ir_ref *v)
{
    unsigned bytes = count * (8u << q);
    for (unsigned i = 0; i < count; i++)
        v[i] = i * 16 >= bytes ? v[0] : load_v(t, bytes - i * 16 == 8 ? 3 : 4, base, i * 16);
}

static void store_bytes(struct a64_tr *t, ir_ref base, unsigned count, unsigned q, const ir_ref *v)
{
    unsigned bytes = count * (8u << q);
    for (unsigned i = 0; i * 16 < bytes; i++)
        store_v(t, bytes - i * 16 == 8 ? 3 : 4, base, i * 16, v[i]);
}

static void unzip(struct ir_block *ir, unsigned size, ir_ref *a, ir_ref *b)
{
    ir_ref even = ir_vuzp1(ir, size, *a, *b);
    *b = ir_vuzp2(ir, size, *a, *b);
    *a = even;
}

static void zip(struct ir_block *ir, unsigned size, ir_ref *a, ir_ref *b)
{
    ir_ref low = ir_vzip1(ir, size, *a, *b);
    *b = ir_vzip2(ir, size, *a, *b);
    *a = low;
}

// Three vectors of N lanes: element 3j+k of the whole goes to lane j of v[k]. That is multiplying
// the element's position by N modulo 3N-1 (3N being 1), done as log2(N) multiplications by 2: the
// first half of the elements moves to the even positions, the second half to the odd ones.
static void deinterleave3(struct ir_block *ir, unsigned size, ir_ref *v)
{
    for (unsigned lanes = 16 >> size; lanes > 1; lanes /= 2) {
        ir_ref a = v[0], b = v[1], c = v[2];
        v[0] = ir_vzip1(ir, size, a, ir_vhigh(ir, b));
        v[1] = ir_vzip1(ir, size, ir_vhigh(ir, a), c);
        v[2] = ir_vzip1(ir, size, b, ir_vhigh(ir, c));
    }
}

// The inverse: as many divisions by 2.
static void interleave3(struct ir_block *ir, unsigned size, ir_ref *v)
{
    for (unsigned lanes = 16 >> size; lanes > 1; lanes /= 2) {
        ir_ref a = v[0], b = v[1], c = v[2];
        v[0] = ir_vuzp1(ir, size, a, b);
        v[1] = ir_vcombine(ir, ir_vuzp1(ir, size, c, c), ir_vuzp2(ir, size, a, a));
        v[2] = ir_vuzp2(ir, size, b, c);
    }
}

static void deinterleave(struct ir_block *ir, unsigned count, unsigned size, ir_ref *v)
{
    if (count == 2) {
        unzip(ir, size, &v[0], &v[1]);
    } else if (count == 3) {
        deinterleave3(ir, size, v);
    } else if (count == 4) {
        unzip(ir, size, &v[0], &v[1]);
        unzip(ir, size, &v[2], &v[3]);
        unzip(ir, size, &v[0], &v[2]);
        unzip(ir, size, &v[1], &v[3]);
    }
}

static void interleave(struct ir_block *ir, unsigned count, unsigned size, ir_ref *v)
{
    if (count == 2) {
        zip(ir, size, &v[0], &v[1]);
    } else if (count == 3) {
        interleave3(ir, size, v);
    } else if (count == 4) {
        zip(ir, size, &v[0], &v[2]);
        zip(ir, size, &v[1], &v[3]);
        zip(ir, size, &v[0], &v[1]);
        zip(ir, size, &v[2], &v[3]);
    }
}

// LD1 and ST1 of n registers: one after the other.
static void load_each(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    ir_ref v[4];
    for (unsigned i = 0; i < n; i++)
        v[i] = load_v(t, 3 + a->q, base, i * 8 << a->q);
    for (unsigned i = 0; i < n; i++)
        set_v(t, (a->t + i) & 31, v[i]);
}

static void store_each(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        store_v(t, 3 + a->q, base, i * 8 << a->q, get_v(t, (a->t + i) & 31));
}

// The others: element j of structure k is lane k of register j.
static void load_sorted(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    ir_ref v[4];
    load_bytes(t, base, n, a->q, v);
    deinterleave(&t->ir, n, a->z, v);
    for (unsigned i = 0; i < n; i++)
        set_vq(t, (a->t + i) & 31, a->q, v[i]);
}

static void store_sorted(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    ir_ref v[4];
    for (unsigned i = 0; i < n; i++)
        v[i] = get_v(t, (a->t + i) & 31);
    interleave(&t->ir, n, a->z, v);
    store_bytes(t, base, n, a->q, v);
}

// An instruction without and with post-index. head and tail: the bits before and after the register
// of the post-index; list, step: directives; access moves `count` registers, `bytes` in all.
#define ROWS(id, form, head, op, tail, list, step, access, count, bytes)                           \
    A64_INSN(id##_##form, "0 q 00110 " head " 0 " op " 00000 " tail, #id " {" list "}, [{Xn|sp}]", \
             FEAT_ASIMD)                                                                           \
    {                                                                                              \
        access(t, a, get_base(t, a->n), count);                                                    \
    }                                                                                              \
    A64_INSN(id##_##form##_post, "0 q 00110 " head " 1 " op " mmmmm " tail,                        \
             #id " {" list "}, [{Xn|sp}], {" step "}", FEAT_ASIMD)                                 \
    {                                                                                              \
        ir_ref base = get_base_wb(t, a->n);                                                        \
        access(t, a, base, count);                                                                 \
        post_index(t, a, base, bytes);                                                             \
    }
#define WHOLE(id, load, opcode, except, access, count)                              \
    ROWS(id, v##count, "0", load " 0", opcode " zz nnnnn ttttt" except, "v" #count, \
         "v" #count "_step", access, count, count * 8 << a->q)

// clang-format off
WHOLE(st1, "0", "0111", "",         store_each,   1)
WHOLE(st1, "0", "1010", "",         store_each,   2)
WHOLE(st1, "0", "0110", "",         store_each,   3)
WHOLE(st1, "0", "0010", "",         store_each,   4)
WHOLE(st2, "0", "1000", " zq!=110", store_sorted, 2)
WHOLE(st3, "0", "0100", " zq!=110", store_sorted, 3)
WHOLE(st4, "0", "0000", " zq!=110", store_sorted, 4)
WHOLE(ld1, "1", "0111", "",         load_each,    1)
WHOLE(ld1, "1", "1010", "",         load_each,    2)
WHOLE(ld1, "1", "0110", "",         load_each,    3)
WHOLE(ld1, "1", "0010", "",         load_each,    4)
WHOLE(ld2, "1", "1000", " zq!=110", load_sorted,  2)
WHOLE(ld3, "1", "0100", " zq!=110", load_sorted,  3)
WHOLE(ld4, "1", "0000", " zq!=110", load_sorted,  4)
// clang-format on

// ---- one lane of each of n registers ----

static void load_lane(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    unsigned size = lane_size(a);
    ir_ref v[4];
    for (unsigned i = 0; i < n; i++)
        v[i] = load(t, size, base, i << size);
    for (unsigned i = 0; i < n; i++) {
        unsigned r = (a->t + i) & 31;
        set_v(t, r,
              ir_emit(&t->ir, (enum ir_op)(IR_vset8 + size), get_v(t, r), v[i], 0, lane(a, size)));
    }
}

static void store_lane(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    unsigned size = lane_size(a);
    for (unsigned i = 0; i < n; i++) {
        ir_ref v = get_v(t, (a->t + i) & 31);
        v = ir_emit(&t->ir, (enum ir_op)(IR_vget8 + size), v, 0, 0, lane(a, size));
        store(t, size, base, i << size, v);
    }
}

static void load_replicated(struct a64_tr *t, const struct a64_args *a, ir_ref base, unsigned n)
{
    ir_ref v[4];
    for (unsigned i = 0; i < n; i++)
        v[i] = load(t, a->z, base, i << a->z);
    for (unsigned i = 0; i < n; i++)
        set_vq(t, (a->t + i) & 31, a->q,
               ir_emit(&t->ir, (enum ir_op)(IR_dup8 + a->z), v[i], 0, 0, 0));
}

// n - 1 is opcode bit `o` and bit 21, `r`. Field e is the lane's size, 11 for replication;
// half-words leave the lowest bit of z unused and words all of it, and only a doubleword's z is 01,
// without s.
#define LANE(id, load, o, r, access, count)                                                        \
    ROWS(id, lane, "1", load " " r, "ee" o " s zz nnnnn ttttt e!=11 ez!=01x1 ez!=101x ezs!=10011", \
         "lane" #count, "lane" #count "_step", access, count, count << lane_size(a))
#define REPLICATED(id, o, r, count)                                                          \
    ROWS(id, rep, "1", "1 " r, "11" o " 0 zz nnnnn ttttt", "v" #count, "rep" #count "_step", \
         load_replicated, count, count << a->z)

// clang-format off
LANE(st1, "0", "0", "0", store_lane, 1)
LANE(st2, "0", "0", "1", store_lane, 2)
LANE(st3, "0", "1", "0", store_lane, 3)
LANE(st4, "0", "1", "1", store_lane, 4)
LANE(ld1, "1", "0", "0", load_lane,  1)
LANE(ld2, "1", "0", "1", load_lane,  2)
LANE(ld3, "1", "1", "0", load_lane,  3)
LANE(ld4, "1", "1", "1", load_lane,  4)
REPLICATED(ld1r, "0", "0", 1)
REPLICATED(ld2r, "0", "1", 2)
REPLICATED(ld3r, "1", "0", 3)
REPLICATED(ld4r, "1", "1", 4)
// clang-format on

// ---- FEAT_LRCPC3: one doubleword lane, ordered ----

A64_DIRECTIVE(lane_d)
{
    out_printf(o, "{v%u.d}[%u]", a->t, a->q);
}

A64_INSN(stl1, "0 q 001101 0 0 0 00001 100 0 01 nnnnn ttttt", "stl1 {lane_d}, [{Xn|sp}]",
         FEAT_LRCPC3)
{
    ir_ref base = get_base(t, a->n);
    check_quad(t, 3, base, 0);
    store(t, 3, base, 0, ir_vget64(ir, get_v(t, a->t), a->q));
    release_fence(t);
}

A64_INSN(ldap1, "0 q 001101 0 1 0 00001 100 0 01 nnnnn ttttt", "ldap1 {lane_d}, [{Xn|sp}]",
         FEAT_LRCPC3)
{
    ir_ref base = get_base(t, a->n);
    check_quad(t, 3, base, 0);
    ir_ref v = load(t, 3, base, 0);
    set_v(t, a->t, ir_vset64(ir, get_v(t, a->t), v, a->q));
}
