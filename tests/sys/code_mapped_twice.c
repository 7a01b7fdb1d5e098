// SPDX-License-Identifier: MIT
// native: arm64 code
// A file of memory mapped twice, to be written at one address and executed at another: new code is executed after the maintenance that the
// architecture asks for (DC CVAU on what was written, IC IVAU on what is executed), also by other threads; and code written by a system
// call, by another process, and moved below running code.
#define _GNU_SOURCE
#include "guest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, SIZE = 4 * PAGE };

typedef int function(void);

static int file;
static char *writable, *executable;

// movz w0, #n; ret
static void put(void *at, unsigned n)
{
    uint32_t code[2] = {0x52800000 | n << 5, 0xd65f03c0};
    memcpy(at, code, sizeof code);
}

static int call(size_t offset)
{
    return ((function *)(executable + offset))();
}

// The data is cleaned where it was written, the instructions dropped where they are executed.
static void tell(size_t offset)
{
    __asm__ volatile("dc cvau, %0\n dsb ish\n ic ivau, %1\n dsb ish\n isb" ::"r"(writable + offset), "r"(executable + offset)
                     : "memory");
}

static void rewritten(void)
{
    for (unsigned i = 0; i < 300; i++)
        for (size_t offset = 0; offset < SIZE; offset += PAGE) {
            put(writable + offset, i);
            tell(offset);
            for (int n = 0; n < (i % 50 ? 1 : 60); n++) // also compiled code
                CHECK(call(offset) == (int)i);
        }
}

// Across the border of two pages, one of them changed.
static void across(void)
{
    size_t offset = PAGE - 4;
    put(writable + offset, 1);
    tell(offset);
    tell(offset + 4);
    CHECK(call(offset) == 1);
    *(uint32_t *)(writable + PAGE) = 0x11000400; // add w0, w0, #1
    *(uint32_t *)(writable + PAGE + 4) = 0xd65f03c0;
    tell(PAGE);
    CHECK(call(offset) == 2);
}

// Compilers of programs clear the cache at the writable address, the executable one, or both.
static void by_library(void)
{
    for (unsigned i = 0; i < 100; i++) {
        put(writable, 500 + i);
        __builtin___clear_cache(writable, writable + 8);
        __builtin___clear_cache(executable, executable + 8);
        CHECK(call(0) == 500 + (int)i);
    }
}

static void by_system_calls(void)
{
    uint32_t code[2];
    for (unsigned i = 0; i < 50; i++) {
        put(code, i);
        CHECK(pwrite(file, code, sizeof code, PAGE) == sizeof code);
        tell(PAGE);
        CHECK(call(PAGE) == (int)i);
    }
    for (unsigned i = 0; i < 10; i++) {
        pid_t pid = fork();
        if (!pid) {
            put(writable + PAGE, 1000 + i);
            _exit(0);
        }
        CHECK(waitpid(pid, NULL, 0) == pid);
        tell(PAGE);
        CHECK(call(PAGE) == 1000 + (int)i);
    }
}

// The executable view goes and comes, and shows another part of the file.
static void moved_below(void)
{
    for (unsigned i = 0; i < 4; i++)
        put(writable + i * PAGE, 200 + i);
    for (unsigned i = 0; i < 200; i++) {
        CHECK(mmap(executable, PAGE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, (i % 4) * PAGE) == executable);
        CHECK(call(0) == 200 + (int)(i % 4));
    }
    CHECK(mmap(executable, SIZE, PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED, file, 0) == executable);
    // Its contents are thrown away through the other view: what is executed then is zeros, and then new.
    put(writable, 9);
    tell(0);
    CHECK(call(0) == 9);
    CHECK(madvise(writable, PAGE, MADV_REMOVE) == 0 && *(uint32_t *)executable == 0);
    put(writable, 10);
    tell(0);
    CHECK(call(0) == 10);
}

// Another thread executes what this one has written, told by a flag; its pipeline is emptied by an ISB of its own.
static atomic_int turn;
static int wrong;

static void *executes(void *argument)
{
    for (int i = 1; i <= 2000; i++) {
        while (atomic_load(&turn) != i)
            ;
        __asm__ volatile("isb" ::: "memory");
        wrong += call(2 * PAGE) != i;
        atomic_store(&turn, -i);
        while (atomic_load(&turn) == -i)
            ;
    }
    return argument;
}

static void by_another_thread(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, executes, NULL) == 0);
    for (int i = 1; i <= 2000; i++) {
        put(writable + 2 * PAGE, (unsigned)i);
        tell(2 * PAGE);
        atomic_store(&turn, i);
        while (atomic_load(&turn) != -i)
            ;
        atomic_store(&turn, 0);
    }
    pthread_join(thread, NULL);
    CHECK(wrong == 0);
}

int main(void)
{
    file = memfd_create("code", MFD_CLOEXEC);
    CHECK(file >= 0 && ftruncate(file, SIZE) == 0);
    writable = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    executable = mmap(NULL, SIZE, PROT_READ | PROT_EXEC, MAP_SHARED, file, 0);
    CHECK(writable != MAP_FAILED && executable != MAP_FAILED);
    rewritten();
    across();
    by_library();
    by_system_calls();
    moved_below();
    by_another_thread();
    return guest_done();
}
