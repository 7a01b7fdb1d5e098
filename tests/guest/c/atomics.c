// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O2-static:-mno-outline-atomics O2-static:-march=armv8.1-a
/* C11 and __sync atomics of every width, by outline helpers, exclusives and LSE instructions. */
#include "guest.h"

#include <stdatomic.h>
#include <stdint.h>
#include <string.h>

#define TEST(T)                                                                                   \
    static void test_##T(void)                                                                    \
    {                                                                                             \
        static _Atomic T v;                                                                       \
        T seed = (T)0xf1e2d3c4b5a69788ul, k = (T)0x0102030405060708ul, want = seed, seen, expect; \
        atomic_init(&v, seed);                                                                    \
        CHECK(atomic_load(&v) == seed && atomic_load_explicit(&v, memory_order_acquire) == seed); \
        CHECK(atomic_fetch_add(&v, k) == want);                                                   \
        want = (T)(want + k);                                                                     \
        CHECK(atomic_fetch_sub_explicit(&v, 3, memory_order_relaxed) == want);                    \
        want = (T)(want - 3);                                                                     \
        CHECK(atomic_fetch_and_explicit(&v, (T)0x3c3c3c3c3c3c3c3cul, memory_order_acquire) ==     \
              want);                                                                              \
        want &= (T)0x3c3c3c3c3c3c3c3cul;                                                          \
        CHECK(atomic_fetch_or_explicit(&v, (T)0x8001800180018001ul, memory_order_release) ==      \
              want);                                                                              \
        want |= (T)0x8001800180018001ul;                                                          \
        CHECK(atomic_fetch_xor(&v, (T) ~(T)0) == want);                                           \
        want = (T)~want;                                                                          \
        CHECK(atomic_exchange(&v, 77) == want && atomic_load(&v) == 77);                          \
        expect = 76;                                                                              \
        CHECK(!atomic_compare_exchange_strong(&v, &expect, 1) && expect == 77);                   \
        CHECK(atomic_compare_exchange_strong(&v, &expect, 78));                                   \
        seen = 78;                                                                                \
        while (!atomic_compare_exchange_weak_explicit(&v, &seen, 79, memory_order_acq_rel,        \
                                                      memory_order_relaxed))                      \
            ;                                                                                     \
        CHECK(atomic_load(&v) == 79);                                                             \
        atomic_store(&v, 5);                                                                      \
        atomic_store_explicit(&v, 6, memory_order_release);                                       \
        T plain = 10;                                                                             \
        CHECK(__sync_fetch_and_add(&plain, 5) == 10 && __sync_add_and_fetch(&plain, 5) == 20);    \
        CHECK(__sync_sub_and_fetch(&plain, 1) == 19 && __sync_fetch_and_nand(&plain, 3) == 19);   \
        CHECK(plain == (T) ~(19 & 3));                                                            \
        CHECK(__sync_bool_compare_and_swap(&plain, (T)~3, 4) &&                                   \
              __sync_val_compare_and_swap(&plain, 4, 9) == 4);                                    \
        CHECK(__sync_lock_test_and_set(&plain, 1) == 9);                                          \
        __sync_lock_release(&plain);                                                              \
        CHECK(plain == 0);                                                                        \
        CHECK(__atomic_add_fetch(&plain, 7, __ATOMIC_SEQ_CST) == 7 &&                             \
              __atomic_or_fetch(&plain, 8, __ATOMIC_RELAXED) == 15);                              \
    }

TEST(uint8_t)
TEST(uint16_t)
TEST(uint32_t)
TEST(uint64_t)
TEST(int8_t)
TEST(int16_t)
TEST(int32_t)
TEST(int64_t)

/* The 16-byte pair forms. */
static void pair(void)
{
    static struct __attribute__((aligned(16))) {
        uint64_t lo, hi;
    } p = {1, 2};
    uint64_t lo, hi, status;
    __asm__ volatile("1: ldaxp %0, %1, %3\n stlxp %w2, %1, %0, %3\n cbnz %w2, 1b"
                     : "=&r"(lo), "=&r"(hi), "=&r"(status), "+Q"(p)::"memory");
    CHECK(lo == 1 && hi == 2 && p.lo == 2 && p.hi == 1);
    uint32_t w0, w1;
    __asm__ volatile("1: ldxp %w0, %w1, %3\n stxp %w2, %w0, %w1, %3\n cbnz %w2, 1b"
                     : "=&r"(w0), "=&r"(w1), "=&r"(status), "+Q"(p)::"memory");
    CHECK(w0 == 2 && w1 == 0);
    /* A store exclusive without its load fails and writes nothing. */
    __asm__ volatile("clrex\n stxr %w0, %2, %1" : "=&r"(status), "+Q"(p.lo) : "r"(99ul) : "memory");
    CHECK(status == 1 && p.lo == 2);
}

int main(void)
{
    test_uint8_t();
    test_uint16_t();
    test_uint32_t();
    test_uint64_t();
    test_int8_t();
    test_int16_t();
    test_int32_t();
    test_int64_t();
    pair();
    atomic_flag flag = ATOMIC_FLAG_INIT;
    CHECK(!atomic_flag_test_and_set(&flag) && atomic_flag_test_and_set(&flag));
    atomic_flag_clear(&flag);
    CHECK(!atomic_flag_test_and_set(&flag));
    atomic_thread_fence(memory_order_seq_cst);
    atomic_signal_fence(memory_order_acquire);
    return guest_done();
}
