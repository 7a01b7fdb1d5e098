// SPDX-License-Identifier: MIT
// variants: O2-dynamic:-march=armv8-a O2-dynamic:-march=armv8.2-a+lse O3-static:-march=armv8.2-a+lse+dotprod O2-static:-mno-outline-atomics
// libs: pthread
/* Vector arithmetic in many threads that meet in atomics: each takes pieces of the work with a fetch-add, computes them
 * with NEON and puts its part into shared cells with every kind of read-modify-write. All results are known from plain
 * loops on one thread. */
#include "guest.h"

#include <arm_neon.h>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <thread>
#include <vector>

static constexpr int THREADS = 6;
static constexpr int PIECES = 400;
static constexpr int LENGTH = 512;

static uint32_t words[PIECES][LENGTH];
static float floats[PIECES][LENGTH];

struct Sums {
    uint64_t add = 0;
    uint32_t exclusive = 0;
    uint32_t most = 0;
    uint8_t bits = 0;
    uint64_t bytes = 0;
    double dot = 0;
};

static void fill()
{
    uint32_t s = 1;
    for (auto &piece : words)
        for (auto &w : piece)
            w = s = s * 1664525 + 1013904223;
    for (int p = 0; p < PIECES; p++)
        for (int i = 0; i < LENGTH; i++)
            floats[p][i] = static_cast<float>(words[p][i] % 64) - 31;
}

static Sums plain()
{
    Sums sums;
    for (int p = 0; p < PIECES; p++)
        for (int i = 0; i < LENGTH; i++) {
            uint32_t w = words[p][i];
            sums.add += w;
            sums.exclusive ^= w << 7 | w >> 25;
            sums.most = w > sums.most ? w : sums.most;
            sums.bits |= static_cast<uint8_t>(1u << (p % 8));
            for (int b = 0; b < 32; b += 8)
                sums.bytes += w >> b & 0xff;
            sums.dot += floats[p][i] * floats[p][LENGTH - 1 - i];
        }
    return sums;
}

static Sums piece_neon(int p)
{
    Sums sums;
    uint64x2_t add = vdupq_n_u64(0);
    uint32x4_t exclusive = vdupq_n_u32(0), most = exclusive, bytes = exclusive;
    float32x4_t dot = vdupq_n_f32(0);
    for (int i = 0; i < LENGTH; i += 4) {
        uint32x4_t w = vld1q_u32(&words[p][i]);
        add = vpadalq_u32(add, w);
        exclusive = veorq_u32(exclusive, vsriq_n_u32(vshlq_n_u32(w, 7), w, 25));
        most = vmaxq_u32(most, w);
        bytes = vpadalq_u16(bytes, vpaddlq_u8(vreinterpretq_u8_u32(w)));
        float32x4_t back = vrev64q_f32(vld1q_f32(&floats[p][LENGTH - 4 - i]));
        dot = vfmaq_f32(dot, vld1q_f32(&floats[p][i]), vextq_f32(back, back, 2));
    }
    sums.add = vaddvq_u64(add);
    uint32x2_t half = veor_u32(vget_low_u32(exclusive), vget_high_u32(exclusive));
    sums.exclusive = vget_lane_u32(half, 0) ^ vget_lane_u32(half, 1);
    sums.most = vmaxvq_u32(most);
    sums.bits = static_cast<uint8_t>(1u << (p % 8));
    sums.bytes = vaddlvq_u32(bytes);
    sums.dot = vaddvq_f32(dot);
    return sums;
}

struct Shared {
    std::atomic<int> next{0};
    std::atomic<uint64_t> add{0};
    std::atomic<uint32_t> exclusive{0};
    std::atomic<uint32_t> most{0};
    std::atomic<uint8_t> bits{0};
    std::atomic<uint16_t> done{0};
    std::atomic<uint64_t> bytes{0};
    std::atomic<double> dot{0};
    std::atomic_flag busy = ATOMIC_FLAG_INIT;
    uint64_t guarded = 0;
};

static void work(Shared &shared)
{
    for (int p; (p = shared.next.fetch_add(1)) < PIECES;) {
        Sums s = piece_neon(p);
        shared.add.fetch_add(s.add, std::memory_order_relaxed);
        shared.exclusive.fetch_xor(s.exclusive, std::memory_order_acq_rel);
        for (uint32_t old = shared.most.load(); old < s.most;)
            if (shared.most.compare_exchange_weak(old, s.most))
                break;
        shared.bits.fetch_or(s.bits, std::memory_order_release);
        shared.done.fetch_sub(1);
        for (uint64_t old = shared.bytes; !shared.bytes.compare_exchange_strong(old, old + s.bytes);)
            ;
        for (double old = shared.dot; !shared.dot.compare_exchange_weak(old, old + s.dot);)
            ;
        while (shared.busy.test_and_set(std::memory_order_acquire))
            std::this_thread::yield();
        shared.guarded += s.add & 0xffff;
        shared.busy.clear(std::memory_order_release);
    }
}

int main()
{
    fill();
    const Sums want = plain();
    uint64_t guarded = 0;
    for (int p = 0; p < PIECES; p++)
        guarded += piece_neon(p).add & 0xffff;
    for (int round = 0; round < 5; round++) {
        Shared shared;
        std::vector<std::thread> threads;
        for (int i = 0; i < THREADS; i++)
            threads.emplace_back(work, std::ref(shared));
        for (auto &t : threads)
            t.join();
        CHECK(shared.add == want.add);
        CHECK(shared.exclusive == want.exclusive);
        CHECK(shared.most == want.most);
        CHECK(shared.bits == want.bits);
        CHECK(shared.bytes == want.bytes);
        CHECK(shared.dot == want.dot);
        CHECK(shared.done == static_cast<uint16_t>(-PIECES));
        CHECK(shared.guarded == guarded);
    }
    return guest_failures ? guest_done() : 0;
}
