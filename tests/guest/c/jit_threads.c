// SPDX-License-Identifier: MIT
// variants: O2-static O2-dynamic
// engines: t1-20
// beyond: IC IVAU of a second mapping of what was written
/* Programs that generate code, with threads: functions are rewritten in place, and through a second
 * mapping of the same memory, while other threads call them. Who was told of a change by ordinary
 * stores never gets an older function. */
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { PAGE = 4096, FUNCTIONS = 8, CALLERS = 2, CHANGES = 400 };

struct jit {
    char *written, *executed;
    atomic_uint published[FUNCTIONS];
    atomic_bool over;
    atomic_uint stale, calls;
};

/* Loops a little, so that it gets hot, and returns `value`. */
static void emit(struct jit *j, unsigned function, unsigned value)
{
    uint32_t *p = (uint32_t *)(j->written + function * PAGE);
    char *x = j->executed + function * PAGE;
    p[0] = 0x52800101;              /* mov w1, #8 */
    p[1] = 0x52800000 | value << 5; /* mov w0, #value */
    p[2] = 0x71000421;              /* subs w1, w1, #1 */
    p[3] = 0x54ffffc1;              /* b.ne 1 */
    p[4] = 0xd65f03c0;              /* ret */
    __asm__ volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %1\n\tdsb ish\n\tisb"
                     :
                     : "r"(p), "r"(x)
                     : "memory");
}

static void *caller(void *argument)
{
    struct jit *j = argument;
    for (unsigned i = 0; !j->over; i++) {
        unsigned f = i * 5 % FUNCTIONS, least = j->published[f];
        __asm__ volatile("isb" ::: "memory");
        unsigned got = ((unsigned (*)(void))(j->executed + f * PAGE))();
        j->stale += got < least;
        j->calls++;
    }
    return NULL;
}

static void rewrite(struct jit *j)
{
    pthread_t threads[CALLERS];
    for (unsigned f = 0; f < FUNCTIONS; f++)
        emit(j, f, 0);
    for (unsigned i = 0; i < CALLERS; i++)
        pthread_create(&threads[i], NULL, caller, j);
    while (!j->calls)
        sched_yield();
    for (unsigned n = 1; n <= CHANGES; n++)
        for (unsigned f = n % 3; f < FUNCTIONS; f += 3) {
            emit(j, f, n);
            j->published[f] = n;
            CHECK(((unsigned (*)(void))(j->executed + f * PAGE))() == n);
        }
    j->over = 1;
    for (unsigned i = 0; i < CALLERS; i++)
        pthread_join(threads[i], NULL);
    CHECK(j->stale == 0);
}

int main(void)
{
    static struct jit in_place, twice;
    const size_t size = FUNCTIONS * PAGE;
    in_place.written = in_place.executed = mmap(NULL, size, PROT_READ | PROT_WRITE | PROT_EXEC,
                                                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    rewrite(&in_place);
    int fd = memfd_create("code", 0);
    CHECK(ftruncate(fd, size) == 0);
    twice.written = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    twice.executed = mmap(NULL, size, PROT_READ | PROT_EXEC, MAP_SHARED, fd, 0);
    rewrite(&twice);
    return guest_done();
}
