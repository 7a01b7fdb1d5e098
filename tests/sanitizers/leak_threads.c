// SPDX-License-Identifier: MIT
// sanitizer: leak
// engines: t2
// finds: ERROR: LeakSanitizer: detected memory leaks
// finds: ^Direct leak of 77 byte\(s\) in 1 object\(s\) allocated from:
// finds: SUMMARY: LeakSanitizer: 77 byte\(s\) leaked in 1 allocation\(s\)\.
// status: 23
//
// Eight threads have the only pointers to their memory: in a register while they compute, on their stack while they
// sleep, in their own variables. All of them have to be stopped and looked at.
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS = 8 };
static sem_t ready;
static __thread char *own;

static void *computes(void *unused)
{
    register char *p __asm__("x25") = malloc(100);
    sem_post(&ready);
    __asm__ volatile("1: add x9, x9, #1\n\tldrb w10, [%0]\n\tb 1b" : "+r"(p)::"x9", "x10", "memory");
    return unused;
}

static void *sleeps(void *unused)
{
    char *volatile p = malloc(100);
    sem_post(&ready);
    for (;;)
        pause();
    free(p);
    return unused;
}

static void *owns(void *unused)
{
    own = malloc(100);
    sem_post(&ready);
    for (;;)
        usleep(1000);
    return unused;
}

int main(int argc, char **argv)
{
    static void *(*const bodies[])(void *) = {computes, sleeps, owns, sleeps};
    pthread_t t;
    (void)argv;
    sem_init(&ready, 0, 0);
    for (int i = 0; i < THREADS; i++)
        pthread_create(&t, NULL, bodies[i % 4], NULL);
    for (int i = 0; i < THREADS; i++)
        sem_wait(&ready);
    char *volatile p = argc > 1 ? malloc(77) : NULL;
    p = NULL;
    puts(p ? "wrong" : "right");
    return 0;
}
