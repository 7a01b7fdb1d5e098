// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic
#define _GNU_SOURCE
#include "guest.h"

#include <argz.h>
#include <arpa/inet.h>
#include <byteswap.h>
#include <ctype.h>
#include <envz.h>
#include <fnmatch.h>
#include <getopt.h>
#include <inttypes.h>
#include <locale.h>
#include <math.h>
#include <obstack.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <wordexp.h>

static void randoms(void)
{
    srand(1);
    printf("%d %d", rand(), rand());
    srandom(42);
    printf(" %ld %ld", random(), random());
    srand48(7);
    printf(" %ld %.10f %ld\n", lrand48(), drand48(), mrand48());
    unsigned seed = 5;
    printf("%d\n", rand_r(&seed));
}

static void expressions(void)
{
    regex_t re;
    regmatch_t m[4];
    CHECK(regcomp(&re, "([a-z]+)-([0-9]{2,4})(x?)", REG_EXTENDED) == 0);
    const char *subject = "## alpha-12345 beta-99x";
    while (regexec(&re, subject, 4, m, 0) == 0) {
        printf("<%.*s|%.*s|%.*s>", (int)(m[1].rm_eo - m[1].rm_so), subject + m[1].rm_so,
               (int)(m[2].rm_eo - m[2].rm_so), subject + m[2].rm_so, (int)(m[3].rm_eo - m[3].rm_so),
               subject + m[3].rm_so);
        subject += m[0].rm_eo;
    }
    puts("");
    regfree(&re);
    char message[100];
    int code = regcomp(&re, "a[", REG_EXTENDED);
    regerror(code, &re, message, sizeof message);
    printf("%s\n", message);
    CHECK(fnmatch("*.[ch]", "file.c", 0) == 0 && fnmatch("*.[!ch]", "file.c", 0) == FNM_NOMATCH);
    CHECK(fnmatch("a/*", "a/b/c", FNM_PATHNAME) == FNM_NOMATCH);
}

static void options(void)
{
    char *argv[] = {"prog", "-a", "-bvalue", "--long=7", "--flag", "operand", "-c", NULL};
    static const struct option longs[] = {
        {"long", required_argument, NULL, 'L'}, {"flag", no_argument, NULL, 'F'}, {0}};
    int c;
    while ((c = getopt_long(7, argv, "ab:c", longs, NULL)) != -1)
        printf("%c%s%s ", c, optarg ? "=" : "", optarg ? optarg : "");
    printf("| %s\n", argv[optind]);
}

static ucontext_t main_context, coroutine;
static int steps;

static void cobody(void)
{
    for (int i = 0; i < 3; i++) {
        steps = steps * 10 + i + 1;
        swapcontext(&coroutine, &main_context);
    }
}

static void contexts(void)
{
    static char stack[32768] __attribute__((aligned(16)));
    getcontext(&coroutine);
    coroutine.uc_stack.ss_sp = stack;
    coroutine.uc_stack.ss_size = sizeof stack;
    coroutine.uc_link = &main_context;
    makecontext(&coroutine, cobody, 0);
    for (int i = 0; i < 4; i++)
        swapcontext(&main_context, &coroutine);
    CHECK(steps == 123);
}

#define obstack_chunk_alloc malloc
#define obstack_chunk_free  free

int main(void)
{
    randoms();
    expressions();
    options();
    contexts();
    unsigned sum = 0;
    for (int c = 0; c < 256; c++)
        sum = sum * 3 +
              (unsigned)(!!isalpha(c) + 2 * !!isdigit(c) + 4 * !!isspace(c) + 8 * !!ispunct(c) +
                         16 * !!iscntrl(c) + 32 * !!isxdigit(c) + 64 * !!isgraph(c)) +
              (unsigned)toupper(c) - (unsigned)tolower(c);
    printf("ctype %u\n", sum);
    CHECK(strcmp(setlocale(LC_ALL, NULL), "C") == 0 &&
          strcmp(localeconv()->decimal_point, ".") == 0);
    CHECK(setlocale(LC_ALL, "xx_YY.nonsense") == NULL);
    struct in_addr addr;
    CHECK(inet_aton("192.0.2.33", &addr) && strcmp(inet_ntoa(addr), "192.0.2.33") == 0 &&
          ntohl(addr.s_addr) == 0xc0000221);
    struct in6_addr six;
    char text[64];
    CHECK(inet_pton(AF_INET6, "2001:db8::1:0:0:7", &six) == 1);
    printf("%s\n", inet_ntop(AF_INET6, &six, text, sizeof text));
    CHECK(bswap_16(0x1234) == 0x3412 && bswap_32(0x12345678) == 0x78563412 &&
          bswap_64(1) == 1ul << 56);
    struct obstack o;
    obstack_init(&o);
    for (int i = 0; i < 1000; i++)
        obstack_int_grow(&o, i);
    CHECK(obstack_object_size(&o) == 4000 && ((int *)obstack_finish(&o))[999] == 999);
    obstack_free(&o, NULL);
    wordexp_t w;
    setenv("WORD", "expanded", 1);
    CHECK(wordexp("a $WORD 'c d'", &w, WRDE_NOCMD) == 0 && w.we_wordc == 3 &&
          strcmp(w.we_wordv[1], "expanded") == 0);
    wordfree(&w);
    lldiv_t d = lldiv(-7, 2);
    imaxdiv_t m = imaxdiv(100, 7);
    printf("%lld %lld %jd %jd %s %s\n", d.quot, d.rem, m.quot, m.rem, l64a(123456),
           ecvt(3.14159, 4, &(int){0}, &(int){0}));
    printf("%d %d %d %d %d\n", __builtin_clz(0x1000), __builtin_ctzl(0x1000),
           __builtin_popcountl(0xf0f0f0f0f0ul), __builtin_parity(7), ffsl(0x80000000000));
    return guest_done();
}
