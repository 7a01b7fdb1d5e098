// SPDX-License-Identifier: MIT
// sanitizer: thread
// options: --va-bits=39
// options: --va-bits=42
// finds: ^WARNING: ThreadSanitizer: data race \(pid=[0-9]+\)
// finds: ^  (Write|Read) of size 4 at 0x[0-9a-f]+ by (main thread|thread T[12]):
// finds: #0 add .*/thread_race\.c:27
// finds: ^  Location is global 'sum' of size 4 at
// finds: Thread T1 \(tid=[0-9]+, (running|finished)\) created by main thread at:
// finds: #1 main .*/thread_race\.c:41
// finds: SUMMARY: ThreadSanitizer: data race .*/thread_race\.c:27 in add
// status: 66
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

static int sum;
static atomic_int turns;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int careless;

static void *add(void *unused)
{
    for (int i = 0; i < 1000; i++) {
        if (!careless)
            pthread_mutex_lock(&lock);
        sum++;
        if (!careless)
            pthread_mutex_unlock(&lock);
        atomic_fetch_add(&turns, 1);
    }
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t t[2];
    (void)argv;
    careless = argc > 1;
    for (int i = 0; i < 2; i++)
        pthread_create(&t[i], NULL, add, NULL);
    for (int i = 0; i < 2; i++)
        pthread_join(t[i], NULL);
    puts(turns == 2000 && (careless || sum == 2000) ? "right" : "turns are missing");
    return 0;
}
