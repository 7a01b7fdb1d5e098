// SPDX-License-Identifier: MIT
// variants: O0-static O2-dynamic O3-static
#define _GNU_SOURCE
#include "guest.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>
#include <wchar.h>

/* Every function at every alignment with its data ending exactly at an unmapped page: the vector
 * loops of the C library may read beyond the end, but never across that edge. */
static char *page_end(size_t pages)
{
    size_t size = pages * 4096;
    char *p = mmap(NULL, size + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(p + size, 4096, PROT_NONE);
    return p + size;
}

static void at_edge(char *edge, char *edge2, size_t n)
{
    char *s = edge - n - 1, *t = edge2 - n - 1;
    memset(s, 'a', n);
    s[n] = 0;
    CHECK(strlen(s) == n);
    CHECK(strnlen(s, n + 1) == n && strnlen(s, n) == n && strnlen(s, n / 2) == n / 2);
    CHECK(strchr(s, 0) == s + n && rawmemchr(s, 0) == s + n && strchrnul(s, 'z') == s + n);
    CHECK(strchr(s, 'z') == NULL && strrchr(s, 'z') == NULL && memchr(s, 'z', n + 1) == NULL);
    CHECK(strcpy(t, s) == t && strcmp(s, t) == 0 && memcmp(s, t, n + 1) == 0);
    CHECK(stpcpy(t, s) == t + n);
    CHECK(strncmp(s, t, n + 1) == 0 && strcasecmp(s, t) == 0);
    CHECK(strcoll(s, t) == 0);
    if (n == 0)
        return;
    s[n / 2] = 'm';
    CHECK(strchr(s, 'm') == s + n / 2 && memchr(s, 'm', n) == s + n / 2 &&
          strrchr(s, 'm') == s + n / 2);
    CHECK(memrchr(s, 'm', n) == s + n / 2 && index(s, 'm') == s + n / 2 &&
          strchrnul(s, 'm') == s + n / 2);
    CHECK(strcmp(s, t) > 0 && strcmp(t, s) < 0 && memcmp(s, t, n) > 0 && strncmp(t, s, n) < 0);
    CHECK(strcspn(s, "mz") == n / 2 && strspn(s, "am") == n && strpbrk(s, "qm") == s + n / 2);
    CHECK(strncasecmp(s, t, n / 2) == 0);
    s[n - 1] = 'k';
    CHECK(strrchr(s, 'k') == s + n - 1 && memchr(s, 'k', n) == s + n - 1);
    char *found = strstr(s, "k");
    CHECK(found == s + n - 1);
    CHECK(memmem(s, n, "k", 1) == s + n - 1);
    char *copy = strdup(s);
    CHECK(strcmp(copy, s) == 0);
    memccpy(t, s, 'k', n);
    CHECK(memcmp(s, t, n) == 0);
    free(copy);
}

static void every_alignment(void)
{
    static char a[512], b[512];
    static volatile int zero;
    for (int i = 0; i < 33; i++)
        for (int j = 0; j < 33; j += 1 + i % 3)
            for (int n = zero; n < 140; n += 1 + n / 16) {
                memset(a, 'x', sizeof a);
                memset(b, 'y', sizeof b);
                for (int k = 0; k < n; k++)
                    a[i + k] = (char)('a' + k % 26);
                a[i + n] = 0;
                CHECK(memcpy(b + j, a + i, (size_t)n) == b + j);
                CHECK(memcmp(a + i, b + j, (size_t)n) == 0 && b[j + n] == 'y' &&
                      (j == 0 || b[j - 1] == 'y'));
                strcpy(b + j, a + i);
                CHECK(strcmp(a + i, b + j) == 0 && strlen(b + j) == (size_t)n &&
                      b[j + n + 1] == 'y');
                if (n > 0) {
                    b[j + n - 1] ^= 1;
                    CHECK(strcmp(a + i, b + j) != 0 && memcmp(a + i, b + j, (size_t)n) != 0);
                    CHECK((strcmp(a + i, b + j) < 0) == (memcmp(a + i, b + j, (size_t)n) < 0));
                }
                memset(b + j, 0x5a, (size_t)n);
                for (int k = 0; k < n; k++)
                    if (b[j + k] != 0x5a)
                        CHECK(0);
            }
}

static void words(void)
{
    char text[] = "the quick  brown,fox jumps", *save, *p = text;
    for (char *w = strtok_r(text, " ,", &save); w; w = strtok_r(NULL, " ,", &save))
        printf("<%s>", w);
    char fields[] = "a::b:c";
    p = fields;
    for (char *w; (w = strsep(&p, ":"));)
        printf("{%s}", w);
    char buf[32] = "start";
    strcat(buf, "-mid");
    strncat(buf, "-endless", 4);
    printf(" %s", buf);
    strncpy(buf, "ab", 6);
    printf(" %d %s %s\n", memcmp(buf, "ab\0\0\0\0", 6), strstr("haystack with needle", "needle"),
           strcasestr("HAYSTACK", "stack"));
    printf("%s|%s|%s\n", strerror(2), strsignal(11), basename("/usr/lib/x.so"));
    printf("%d %d\n", strverscmp("file9", "file10") < 0, ffs(0x80));
    char frob[] = "swab";
    swab(frob, buf, 4);
    buf[4] = 0;
    printf("%s %s\n", buf, (char *)memfrob(memcpy(frob, "abcd", 4), 4));
    char big[400], small[] = "abababababababac";
    memset(big, 'a', 399);
    big[399] = 0;
    for (int i = 1; i < 399; i += 2)
        big[i] = 'b';
    printf("%d ", strstr(big, small) == NULL);
    strcpy(big + 300, small);
    printf("%d\n", (int)(strstr(big, small) - big));
}

int main(void)
{
    char *edge = page_end(2), *edge2 = page_end(2);
    for (size_t n = 0; n < 300; n += 1 + n / 40)
        at_edge(edge, edge2, n);
    at_edge(edge, edge2, 4095);
    at_edge(edge, edge2, 8000);
    every_alignment();
    words();
    return guest_done();
}
