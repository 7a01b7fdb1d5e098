// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O2-static:-mno-outline-atomics O2-static:-march=armv8.4-a
// libs: pthread atomic
/* Read-modify-write of every width by four threads at once: an update that is lost shows in the
 * sum. */
#include "guest.h"

#include <pthread.h>
#include <stdatomic.h>

enum { THREADS = 4, ROUNDS = 20000 };

static _Atomic unsigned char sum8;
static _Atomic unsigned short sum16;
static _Atomic unsigned bits32;
static _Atomic unsigned long sum64, all_bits;
static _Atomic __int128 pair;
static _Atomic float count;
static pthread_spinlock_t lock;
static pthread_barrier_t start; // without it the first thread is done before the last is there
static unsigned long locked;

static void *worker(void *unused)
{
    (void)unused;
    pthread_barrier_wait(&start);
    for (unsigned long i = 0; i < ROUNDS; i++) {
        sum8++;
        sum16 += 3;
        bits32 ^= 1u << i % 32;
        sum64 += i;
        all_bits |= 1ul << i % 64;
        __int128 old = pair;
        while (!atomic_compare_exchange_weak(&pair, &old, old + ((__int128)1 << 64 | 1)))
            ;
        float seen = count;
        while (!atomic_compare_exchange_strong(&count, &seen, seen + 1))
            ;
        if (i % 16 == 0) {
            pthread_spin_lock(&lock);
            locked++;
            pthread_spin_unlock(&lock);
        }
    }
    return NULL;
}

int main(void)
{
    const unsigned long total = (unsigned long)THREADS * ROUNDS;
    pthread_t threads[THREADS];
    CHECK(pthread_spin_init(&lock, PTHREAD_PROCESS_PRIVATE) == 0);
    CHECK(pthread_barrier_init(&start, NULL, THREADS) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, worker, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(sum8 == (unsigned char)total && sum16 == (unsigned short)(3 * total));
    CHECK(bits32 == 0 && all_bits == ~0ul);
    CHECK(sum64 == THREADS * ((unsigned long)ROUNDS * (ROUNDS - 1) / 2));
    CHECK((unsigned long)pair == total && (unsigned long)(pair >> 64) == total);
    CHECK(count == (float)total && locked == total / 16);
    return guest_done();
}
