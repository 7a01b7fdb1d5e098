// SPDX-License-Identifier: MIT
// variants: O1-static O2-dynamic
// One place that calls, and one that jumps, to targets that change, are written anew, and go away.
#include "guest.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

typedef long function(long);

static uint32_t *code;

// add x0, x0, #n; ret
static function *make(unsigned at, unsigned n)
{
    uint32_t words[2] = {0x91000000 | n << 10, 0xd65f03c0};
    memcpy(code + at, words, sizeof words);
    __builtin___clear_cache((char *)(code + at), (char *)(code + at + 2));
    return (function *)(uintptr_t)(code + at);
}

static long __attribute__((noinline)) call(function *volatile *f, long v)
{
    return (*f)(v) + 1;
}

long jump(function *f, long v);
__asm__(".pushsection .text\n"
        ".global jump\n"
        "jump:\n"
        "    hint #34\n"
        "    mov x17, x0\n"
        "    mov x0, x1\n"
        "    br x17\n"
        ".popsection\n");

static void check(function *f, long n)
{
    function *volatile g = f;
    for (int i = 0; i < 300; i++) {
        CHECK(call(&g, i) == i + n + 1);
        CHECK(jump(f, i) == i + n);
    }
}

int main(void)
{
    code = mmap(NULL, 8192, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED)
        return 2;
    function *f = make(0, 1), *g = make(1024, 2);
    check(f, 1);
    check(g, 2);
    for (int i = 3; i < 20; i++) { // the first target, written anew
        check(make(0, (unsigned)i), i);
        check(i & 1 ? f : g, i & 1 ? i : 2);
    }
    for (int i = 0; i < 400; i++) { // in turn
        function *volatile h = i & 1 ? f : g;
        CHECK(call(&h, 0) == (i & 1 ? 19 : 2) + 1);
    }
    munmap(code, 4096);
    if (mmap(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
        return 2;
    check(make(0, 50), 50);
    return guest_done();
}
