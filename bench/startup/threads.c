// SPDX-License-Identifier: MIT
/*
 * The same work on as many threads as the first argument says: integer, memory and floating point,
 * with a lock taken now and then.
 */
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 64, WORDS = 4096, ROUNDS = 600 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned next;
static uint64_t sum;

static uint64_t part(uint64_t seed)
{
    static __thread uint64_t words[WORDS];
    double d = 1;
    memset(words, 0, sizeof words);
    for (unsigned i = 0; i < ROUNDS; i++)
        for (unsigned k = 0; k < WORDS; k++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            words[k] += seed >> (k & 31);
            d += (double)(words[k] & 7) * 0.125;
        }
    return words[seed % WORDS] ^ (uint64_t)d;
}

static void *work(void *unused)
{
    (void)unused;
    for (;;) {
        pthread_mutex_lock(&lock);
        unsigned mine = next < PARTS ? next++ : PARTS;
        pthread_mutex_unlock(&lock);
        if (mine == PARTS)
            return NULL;
        uint64_t result = part(mine);
        pthread_mutex_lock(&lock);
        sum += result;
        pthread_mutex_unlock(&lock);
    }
}

int main(int argc, char **argv)
{
    pthread_t t[64];
    int threads = argc > 1 ? atoi(argv[1]) : 1;
    for (int i = 0; i < threads; i++)
        pthread_create(&t[i], NULL, work, NULL);
    for (int i = 0; i < threads; i++)
        pthread_join(t[i], NULL);
    printf("%016llx\n", (unsigned long long)sum);
    return 0;
}
