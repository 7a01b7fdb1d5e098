// SPDX-License-Identifier: MIT
// Two threads wait for each other's turn on a condition variable.
#include <pthread.h>
#include <stddef.h>

enum { ROUNDS = 50000 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int turn;

static void *play(void *mine)
{
    int me = mine != NULL;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_mutex_lock(&lock);
        while (turn != me)
            pthread_cond_wait(&changed, &lock);
        turn = !me;
        pthread_cond_signal(&changed);
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

int main(void)
{
    pthread_t other;
    pthread_create(&other, NULL, play, &turn);
    play(NULL);
    pthread_join(other, NULL);
    return 0;
}
