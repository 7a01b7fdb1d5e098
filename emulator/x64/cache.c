// SPDX-License-Identifier: MIT
// The region that holds compiled code: constants and the ways in and out at its beginning, blocks
// behind them.
#include "base/bits.h"
#include "x64/emit.h"
#include "x64/int.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define VMOVDQA_LOAD  (X64_P66 | X64_0F | 0x6f)
#define VMOVDQA_STORE (X64_P66 | X64_0F | 0x7f)

static union ir_val lanes32(uint32_t v)
{
    return (union ir_val){.l32 = {v, v, v, v}};
}

static union ir_val lanes64(uint64_t v)
{
    return (union ir_val){.l64 = {v, v}};
}

static union ir_val lanes(unsigned bits, uint64_t v)
{
    return lanes64(bits_replicate(v, bits));
}

static void make_lane_constants(struct x64_constants *c)
{
    for (unsigned k = 0; k < 4; k++) {
        unsigned bits = 8u << k;
        c->sign[k] = lanes(bits, UINT64_C(1) << (bits - 1));
        c->max[k] = lanes(bits, bits_mask(bits - 1));
        c->one[k] = lanes(bits, 1);
    }
    for (unsigned k = 0; k < 3; k++) {
        unsigned bits = 8u << k;
        c->first[k].l64[0] = bits_mask(bits);
        c->low_sign[k].l64[0] = UINT64_C(1) << (2 * bits - 1);
        c->low_abs[k].l64[0] = bits_mask(2 * bits - 1);
        c->low_half[k] = lanes(2 * bits, bits_mask(bits));
        c->high_half[k] = lanes(2 * bits, bits_mask(bits) << bits);
    }
    for (unsigned w = 0; w < 2; w++) {
        c->narrow[w] = lanes64(~UINT64_C(0));
        for (unsigned i = 0; i < 8; i++)
            c->narrow[w].l8[i] = (uint8_t)(w ? i / 2 * 4 + i % 2 : i * 2);
    }
    for (unsigned n = 0; n < 8; n++) {
        c->bytes_shl[n] = lanes(8, 0xffu << n);
        c->bytes_sar[n] = lanes(8, 0x80u >> n);
    }
    for (unsigned n = 0; n < 9; n++)
        c->bytes_shr[n] = lanes(8, 0xffu >> n);
    // The smaller of the two is the byte's: a high nibble of 0 counts for 8.
    for (unsigned i = 0; i < 16; i++) {
        unsigned n = i ? (unsigned)__builtin_clz(i) - 28 : 4;
        c->clz_low.l8[i] = (uint8_t)(4 + n);
        c->clz_high.l8[i] = (uint8_t)(i ? n : 8);
    }
    c->clz_full[0] = lanes(16, 8);
    c->clz_full[1] = lanes(32, 16);
    c->count32 = lanes(32, 0xff);
    c->count64 = lanes(64, 0xff);
    for (unsigned k = 0; k < 3; k++)
        c->count_sign[k] = lanes(16u << k, 0x80);
    c->half_word = lanes(32, 1 << 15);
    c->half_byte = lanes(32, 1 << 23);
    c->sixteens = lanes(8, 16);
    c->index_limit = lanes(8, 0x70);
    c->round15 = lanes(32, 1 << 14);
    c->round31 = lanes(64, 1 << 30);
    c->half_dword = lanes(64, UINT64_C(1) << 31);
    c->dword_bit30 = lanes(32, 1 << 30);
    c->sha1_key[0] = lanes(32, 0x5a827999);
    c->sha1_key[1] = lanes(32, 0x6ed9eba1);
    c->sha1_key[2] = lanes(32, 0x8f1bbcdc);
}

// The matrix by which bit i of the result is bit from[i] of a byte, none if from[i] is 8 or more.
static union ir_val matrix(const int from[8])
{
    uint64_t m = 0;
    for (unsigned i = 0; i < 8; i++) // row 7 - i
        m |= from[i] >= 0 && from[i] < 8 ? UINT64_C(1) << (8 * (7 - i) + (unsigned)from[i]) : 0;
    return lanes64(m);
}

static void make_matrices(struct x64_constants *c)
{
    int reversed[8], left[8], right[8], arithmetic[8];
    for (int i = 0; i < 8; i++)
        reversed[i] = 7 - i;
    c->matrix_reverse = matrix(reversed);
    for (int n = 0; n < 8; n++) {
        for (int i = 0; i < 8; i++) {
            left[i] = i - n;
            right[i] = i + n;
            arithmetic[i] = i + n < 8 ? i + n : 7;
        }
        c->matrix_shl[n] = matrix(left);
        c->matrix_shr[n] = matrix(right);
        c->matrix_sar[n] = matrix(arithmetic);
    }
}

#define CRC32_POLY UINT64_C(0x1db710641) // the lowest bit is the highest power

// The polynomial whose carryless product with p is 1 in the low 64 bits.
static uint64_t carryless_inverse(uint64_t p)
{
    uint64_t inverse = 0, rest = 1;
    for (unsigned i = 0; i < 64; i++)
        if (rest >> i & 1) {
            inverse |= UINT64_C(1) << i;
            rest ^= p << i;
        }
    return inverse;
}

static void make_constants(struct x64_constants *c)
{
    *c = (struct x64_constants){
        .flag_bits = 0xc101, // after lahf and seto al: S 15, Z 14, C 8, O 0
        .sign32 = lanes32(0x80000000),
        .sign64 = lanes64(UINT64_C(1) << 63),
        .abs32 = lanes32(0x7fffffff),
        .abs64 = lanes64(~(UINT64_C(1) << 63)),
        .three_halves32 = lanes32(0x3fc00000),
        .three_halves64 = lanes64(UINT64_C(0x3ff8000000000000)),
        .two32 = lanes32(0x40000000),
        .two64 = lanes64(UINT64_C(0x4000000000000000)),
        .one32 = lanes32(0x3f800000),
        .one64 = lanes64(UINT64_C(0x3ff0000000000000)),
        .half32 = lanes32(0x3f000000),
        .half64 = lanes64(UINT64_C(0x3fe0000000000000)),
        .two_to_32 = {lanes32(0x4f800000), lanes64(UINT64_C(0x41f0000000000000))},
        .fp_nibbles = {UINT64_C(0x30060082), UINT64_C(0x30060028)}, // by > < = ?, 0 1 4 7
        .compare_bits = 0x4500,
        .low_nibble = 15,
        .least_normal = {UINT64_C(0x01000000), UINT64_C(0x0020000000000000)},
        .least_normals = {lanes32(0x01000000), lanes64(UINT64_C(0x0020000000000000))},
        .least_normals_16 = lanes32(0x08000800),
        .two_to_16 = lanes32(0x47800000),
        .two_to_63 = {UINT64_C(0xbe000000), UINT64_C(0x87c0000000000000)},
        .ones = lanes64(~UINT64_C(0)),
        .low_nibbles = lanes32(0x0f0f0f0f),
        .bytes_1 = lanes32(0x01010101),
        .words_1 = lanes32(0x00010001),
        .odd_bits = lanes32(0x55555555),
        .odd_pairs = lanes32(0x33333333),
        .odd_bytes = lanes32(0x00ff00ff),
        .crc32_inverse = carryless_inverse(CRC32_POLY),
        .crc32_poly = CRC32_POLY,
        .address_mask = UINT64_MAX >> 8,
    };
    for (unsigned i = 0; i < 16; i++) {
        unsigned reversed = (i & 1) << 3 | (i & 2) << 1 | (i & 4) >> 1 | (i & 8) >> 3;
        c->popcount.l8[i] = (uint8_t)__builtin_popcount(i);
        c->bit_reverse_low.l8[i] = (uint8_t)(reversed << 4);
        c->bit_reverse_high.l8[i] = (uint8_t)reversed;
        c->halves32.l8[i] = (uint8_t)(i ^ 2);
        c->halves64.l8[i] = (uint8_t)(i ^ 6);
        c->swap16.l8[i] = (uint8_t)(i ^ 1);
        c->swap32.l8[i] = (uint8_t)(i ^ 3);
        c->swap64.l8[i] = (uint8_t)(i ^ 7);
    }
    make_lane_constants(c);
    make_matrices(c);
}

static struct x64_mem slot(const struct x64_guest *g, unsigned place)
{
    return mem(X64_STATE, (int32_t)place - g->bias);
}

static const uint8_t callee_saved[6] = {X64_RBX, X64_RBP, X64_R12, X64_R13, X64_R14, X64_R15};

static void move_pins(const struct x64_cache *cache, struct x64_asm *a, bool load)
{
    const struct x64_guest *g = cache->guest;
    for (unsigned i = 0; i < X64_GPR_PINS; i++)
        x64_rm(a, load ? 0x8b : 0x89, true, g->gpr[i].reg, slot(g, g->gpr[i].slot));
    for (unsigned i = 0; i < cache->n_xmm; i++)
        x64_vrm(a, load ? VMOVDQA_LOAD : VMOVDQA_STORE, false, cache->xmm[i].reg, 0,
                slot(g, cache->xmm[i].slot));
}

#define FIELD(f) slot(g, offsetof(struct ir_state, f))

// void enter(struct ir_state *s, const uint8_t *code). Below its frame is the stack of calls
// (lower_call.c), at first empty.
static void make_enter(const struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    for (unsigned i = 0; i < 6; i++)
        x64_push(a, callee_saved[i]);
    x64_lea(a, true, X64_STATE, mem(X64_RDI, g->bias));
    x64_lea(a, true, X64_RAX, mem_rip(cache->stack_empty));
    x64_push(a, X64_RAX);
    x64_store(a, true, FIELD(native_stack), X64_RSP);
    x64_lea(a, true, X64_RAX, mem(X64_RSP, -X64_CALL_STACK));
    // Only the address, not what stands above it.
    x64_store(a, false, FIELD(native_stack_limit), X64_RAX);
    x64_shift_ri(a, X64_SHR, true, X64_RAX, 32);
    x64_byte(a, 0x66); // 16 bits
    x64_store(a, false, FIELD(native_stack_address[4]), X64_RAX);
    x64_mov_rr(a, true, X64_RAX, X64_RSI);
    move_pins(cache, a, true);
    x64_jmp_r(a, X64_RAX);
}

// The condition flags into their place.
static void settle(struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    x64_cmp_mi8(a, FIELD(native_flags_kind), 0);
    uint8_t *settled = x64_jcc(a, X64_E, NULL, false);
    x64_mov_ri(a, X64_RAX, (uint64_t)(cache->settle_flags + cache->exec));
    x64_call_r(a, X64_RAX);
    x64_patch(settled, a->p);
}

static void make_leave(struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    cache->leave_hot = a->p;
    x64_store(a, true, FIELD(native_hot), X64_RAX);
    x64_load(a, true, X64_RCX,
             (struct x64_mem){X64_RAX, X64_NONE, 0, offsetof(struct x64_rounds, pc), NULL});
    x64_store(a, true, FIELD(pc), X64_RCX);
    x64_store_i32(a, false, FIELD(exit), IR_EXIT_LOOKUP);
    cache->leave = a->p;
    move_pins(cache, a, false);
    cache->leave_stored = a->p;
    x64_load(a, true, X64_RSP, FIELD(native_stack));
    settle(cache, a);
    x64_alu_ri(a, X64_ADD, true, X64_RSP, 8);
    for (unsigned i = 6; i-- > 0;)
        x64_pop(a, callee_saved[i]);
    x64_ret(a);
}

static unsigned pin_of(const struct x64_guest *g, unsigned place)
{
    for (unsigned i = 0; i < X64_GPR_PINS; i++)
        if (g->gpr[i].slot == place)
            return g->gpr[i].reg;
    return X64_NONE;
}

// A system call of those in struct ir_direct, if the thread is not to be interrupted before it. The
// host's kernel changes rcx and r11, which are free, and rax; with the thread's state nothing
// happens but the result. What comes meanwhile waits for the next check, as if it came behind it.
static void make_direct(const struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    uint8_t *service[3];
    x64_load(a, false, X64_RCX, slot(g, g->call_number));
    x64_mov_ri(a, X64_RDX, (uint64_t)g->direct->numbers);
    x64_alu_rm(a, X64_CMP, false, X64_RCX, mem(X64_RDX, 0));
    service[0] = x64_jcc(a, X64_AE, NULL, false);
    x64_mov_ri(a, X64_RDX, (uint64_t)g->direct->host);
    x64_rm(a, MOVZX16, false, X64_RCX, (struct x64_mem){X64_RDX, X64_RCX, 1, 0, NULL});
    x64_test_rr(a, false, X64_RCX, X64_RCX);
    service[1] = x64_jcc(a, X64_E, NULL, false);
    test_interrupt(a, FIELD(interrupt));
    service[2] = x64_jcc(a, X64_NE, NULL, false);
    x64_mov_rr(a, true, X64_RDX, X64_RAX);
    x64_mov_rr(a, false, X64_RAX, X64_RCX);
    x64_byte(a, 0x0f);
    x64_byte(a, 0x05); // syscall
    x64_mov_rr(a, true, pin_of(g, g->call_result), X64_RAX);
    x64_jmp_r(a, X64_RDX);
    for (unsigned i = 0; i < 3; i++)
        x64_patch(service[i], a->p);
}

static void make_service(struct x64_cache *cache, struct x64_asm *a)
{
    const struct x64_guest *g = cache->guest;
    cache->service = NULL;
    if (!g->service)
        return;
    cache->service = a->p;
    if (g->direct)
        make_direct(cache, a);
    x64_store(a, true, FIELD(native_back), X64_RAX);
    move_pins(cache, a, false);
    settle(cache, a);
    x64_store(a, true, FIELD(native_stack_now), X64_RSP);
    x64_alu_ri(a, X64_AND, true, X64_RSP, -16); // aligned to 16, as C wants it
    x64_lea(a, true, X64_RDI, mem(X64_STATE, -g->bias));
    x64_mov_ri(a, X64_RAX, (uint64_t)g->service);
    x64_call_r(a, X64_RAX); // it does not return, but its frame is to look like a call's
    memcpy(&cache->serviced, &(uint8_t *){a->p + cache->exec}, sizeof cache->serviced);
    x64_lea(a, true, X64_STATE, mem(X64_RDI, g->bias));
    x64_alu_ri(a, X64_AND, false, X64_RSI, 1);
    x64_jcc(a, X64_E, cache->leave_stored, false);
    x64_load(a, true, X64_RSP, FIELD(native_stack_now));
    move_pins(cache, a, true);
    x64_jmp_m(a, FIELD(native_back));
}

static void make_shared(struct x64_cache *cache)
{
    struct x64_asm a = {cache->base, cache->limit, cache->base, cache->exec};
    make_constants((struct x64_constants *)a.p);
    cache->constants = (const struct x64_constants *)a.p;
    a.p += (sizeof(struct x64_constants) + 63) / 64 * 64;
    cache->watched = (struct x64_watched *)a.p;
    a.p += 3 * sizeof *cache->watched;
    if (ir_watches.count)
        x64_watches_changed(cache);
    make_settlers(cache, &a);
    make_leave(cache, &a);
    make_service(cache, &a);
    make_dispatch(cache, &a);
    memcpy(&cache->enter, &(uint8_t *){a.p + cache->exec}, sizeof cache->enter);
    make_enter(cache, &a);
    cache->first = a.p;
}

// Two views of the same memory: one to write code, one, `exec` behind it, to run it.
static bool map_twice(struct x64_cache *cache, size_t size)
{
    int fd = memfd_create("a64run code", MFD_CLOEXEC);
    if (fd < 0)
        return false;
    void *written = MAP_FAILED, *executed = MAP_FAILED;
    if (ftruncate(fd, (off_t)size) == 0) {
        written = mmap(cache->base, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0);
        executed = mmap(cache->base + cache->exec, size, PROT_READ | PROT_EXEC,
                        MAP_SHARED | MAP_FIXED, fd, 0);
    }
    close(fd);
    return written != MAP_FAILED && executed != MAP_FAILED;
}

bool x64_cache_init(struct x64_cache *cache, void *at, size_t size, const struct x64_guest *guest)
{
    uint8_t *p = arena_pages_at(at, 2 * size);
    if (!p)
        return false;
    *cache = (struct x64_cache){.base = p, .limit = p + size, .guest = guest};
    cache->wide = x64_host_has(X64_HAS_AVX512);
    cache->xmm = cache->wide ? guest->xmm_of_32 : guest->xmm_of_16;
    cache->n_xmm = cache->wide ? X64_XMM_PINS_OF_32 : X64_XMM_PINS_OF_16;
    if (mprotect(p, size, PROT_READ | PROT_WRITE | PROT_EXEC) == 0) {
        munmap(p + size, size);
        arena_large_pages(p, size);
    } else {
        cache->exec = (ptrdiff_t)size;
        if (!map_twice(cache, size)) {
            munmap(p, 2 * size);
            return false;
        }
    }
    x64_lower_init();
    make_shared(cache);
    return true;
}

// Of the code of Debian's programs 30 to 40 % is hot.
uint8_t *x64_cold(uint8_t *from, uint8_t *to)
{
    return from + (size_t)(to - from) / 5 * 2 / 64 * 64;
}

void x64_cache_fill(struct x64_cache *cache, uint8_t *from, uint8_t *to, struct arena *data)
{
    cache->next = from;
    cache->end = cache->cold = x64_cold(from, to);
    cache->cold_end = to;
    cache->data = data;
}

bool x64_cache_renew(struct x64_cache *cache)
{
    if (!map_twice(cache, (size_t)(cache->limit - cache->base)))
        return false;
    make_shared(cache);
    return true;
}
