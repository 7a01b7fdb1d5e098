// SPDX-License-Identifier: MIT
// A tokenizer: a switch on the character, a keyword search, short loops.
#include "bench.h"

#include <string.h>

enum { SIZE = 1 << 16 };
static char text[SIZE + 1];
static const char *const words[] = {"if",    "while", "return", "for",   "x",    "count", "0x7f", "12345", "3",
                                    "+",     "-",     "==",     "(",     ")",    "{",     "}",    ";",     "\"str\"",
                                    "/*c*/", "&&",    "value",  "index", "else", "=",     "<",    ">=",    "'a'"};

static uint64_t lex(const char *p)
{
    uint64_t sum = 0;
    for (;;) {
        const char *start = p;
        unsigned kind;
        switch (*p) {
        case 0: return sum;
        case ' ': p++; continue;
        case '0': case '1': case '2': case '3': case '4':
        case '5': case '6': case '7': case '8': case '9':
            while ((*p >= '0' && *p <= '9') || *p == 'x' || (*p >= 'a' && *p <= 'f'))
                p++;
            kind = 1;
            break;
        case '"': case '\'':
            p++;
            while (*p != *start)
                p++;
            p++;
            kind = 2;
            break;
        case '+': case '-': case ';': case '(': case ')': case '{': case '}':
            kind = (unsigned)*p++;
            break;
        case '=': case '<': case '>': case '&':
            kind = (unsigned)*p++;
            if (*p == '=' || *p == '&')
                kind += (unsigned)*p++ << 8;
            break;
        case '/':
            while (p[0] != '*' || p[1] != '/' || p == start + 1)
                p++;
            p += 2;
            continue;
        default:
            while ((*p >= 'a' && *p <= 'z') || *p == '_')
                p++;
            kind = 3;
            for (unsigned k = 0; k < 4; k++)
                if (!strncmp(words[k], start, (size_t)(p - start)) && !words[k][p - start])
                    kind = 16 + k;
        }
        sum = bench_mix(sum, kind + (uint64_t)(p - start));
    }
}

int main(int argc, char **argv)
{
    unsigned rounds = bench_rounds(argc, argv, 1000);
    uint32_t seed = 3;
    size_t at = 0;
    while (at < SIZE - 16) {
        const char *word = words[bench_random(&seed) % (sizeof words / sizeof *words)];
        at += (size_t)sprintf(text + at, "%s ", word);
    }
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++)
        sum = bench_mix(sum, lex(text));
    return bench_done(sum);
}
