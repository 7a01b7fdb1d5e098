// SPDX-License-Identifier: MIT
/*
 * Integer work of the kind small-processor benchmarks do: linked lists sorted and searched, small
 * matrix products, a state machine over text, and a checksum that ties the results together so that
 * nothing can be left out.
 */
#include "bench.h"

#include <string.h>

static uint16_t crc16(uint16_t crc, uint32_t value, int bits)
{
    for (int i = 0; i < bits; i++) {
        int carry = (int)((value ^ crc) & 1);
        value >>= 1;
        crc >>= 1;
        if (carry)
            crc ^= 0xa001;
    }
    return crc;
}

/* --- lists --- */
struct node {
    struct node *next;
    int16_t key, index;
};
enum { NODES = 200 };
static struct node pool[NODES];

static struct node *make_list(uint32_t seed)
{
    for (int i = 0; i < NODES; i++) {
        seed = seed * 1664525 + 1013904223;
        pool[i].key = (int16_t)(seed >> 18);
        pool[i].index = (int16_t)i;
        pool[i].next = i + 1 < NODES ? &pool[i + 1] : NULL;
    }
    return pool;
}

static struct node *reverse(struct node *list)
{
    struct node *out = NULL;
    while (list) {
        struct node *next = list->next;
        list->next = out;
        out = list;
        list = next;
    }
    return out;
}

static struct node *merge_sort(struct node *list, int by_index)
{
    for (int width = 1;; width *= 2) {
        struct node *p = list, *tail = NULL;
        int merges = 0;
        list = NULL;
        while (p) {
            merges++;
            struct node *q = p;
            int left = 0, right = width;
            while (left < width && q) {
                left++;
                q = q->next;
            }
            while (left > 0 || (right > 0 && q)) {
                struct node *e;
                int take_left = right == 0 || !q ||
                                (left > 0 && (by_index ? p->index <= q->index : p->key <= q->key));
                if (left == 0)
                    take_left = 0;
                if (take_left) {
                    e = p;
                    p = p->next;
                    left--;
                } else {
                    e = q;
                    q = q->next;
                    right--;
                }
                if (tail)
                    tail->next = e;
                else
                    list = e;
                tail = e;
            }
            p = q;
        }
        tail->next = NULL;
        if (merges <= 1)
            return list;
    }
}

static uint16_t lists(uint16_t crc, uint32_t seed)
{
    struct node *list = make_list(seed);
    for (int find = 0; find < 40; find++) {
        struct node *n = list;
        while (n && (n->key & 63) != find)
            n = n->next;
        crc = crc16(crc, n ? (uint32_t)n->index : 0xffff, 16);
        list = reverse(list);
    }
    list = merge_sort(list, 0);
    for (struct node *n = list; n; n = n->next)
        crc = crc16(crc, (uint16_t)n->key, 16);
    list = merge_sort(list, 1);
    return crc16(crc, (uint32_t)list->key, 16);
}

/* --- matrices --- */
enum { N = 20 };

static uint16_t matrices(uint16_t crc, uint32_t seed)
{
    static int16_t a[N][N], b[N][N];
    static int32_t c[N][N];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            seed = seed * 1664525 + 1013904223;
            a[i][j] = (int16_t)(seed >> 20);
            b[i][j] = (int16_t)(seed >> 22);
        }
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            int32_t sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    int32_t total = 0, previous = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            int32_t v = c[i][j];
            total += v > previous ? 10 : v >> 5 & 0xff;
            previous = v;
            a[i][j] = (int16_t)(a[i][j] + (v >> 3));
        }
    return crc16(crc16(crc, (uint32_t)total, 32), (uint32_t)a[3][7], 16);
}

/* --- state machine --- */
enum state {
    START,
    SIGN,
    INTEGER,
    POINT,
    FRACTION,
    EXPONENT,
    EXPONENT_SIGN,
    SCIENTIFIC,
    INVALID,
    STATES
};

static enum state step(enum state s, char c)
{
    int digit = c >= '0' && c <= '9';
    switch (s) {
    case START: return digit ? INTEGER : c == '+' || c == '-' ? SIGN : c == '.' ? POINT : INVALID;
    case SIGN: return digit ? INTEGER : c == '.' ? POINT : INVALID;
    case INTEGER: return digit ? INTEGER : c == '.' ? POINT : c == 'e' ? EXPONENT : INVALID;
    case POINT:
    case FRACTION: return digit ? FRACTION : c == 'e' ? EXPONENT : INVALID;
    case EXPONENT: return digit ? SCIENTIFIC : c == '+' || c == '-' ? EXPONENT_SIGN : INVALID;
    case EXPONENT_SIGN:
    case SCIENTIFIC: return digit ? SCIENTIFIC : INVALID;
    default: return INVALID;
    }
}

static uint16_t machine(uint16_t crc, uint32_t seed)
{
    static const char *words[] = {"5012", "+122",     "-.123", "7.5e+3",
                                  "1e",   "T0.3e-1F", "12.",   "9e9x"};
    char text[1000];
    size_t n = 0;
    while (n < sizeof text - 10) {
        seed = seed * 1664525 + 1013904223;
        const char *w = words[seed >> 29];
        memcpy(text + n, w, strlen(w));
        n += strlen(w);
        text[n++] = ',';
    }
    uint32_t finals[STATES] = {0}, moves = 0;
    enum state s = START;
    for (size_t i = 0; i < n; i++) {
        if (text[i] == ',') {
            finals[s]++;
            s = START;
            continue;
        }
        enum state next = step(s, text[i]);
        moves += next != s;
        s = next;
    }
    for (int i = 0; i < STATES; i++)
        crc = crc16(crc, finals[i], 16);
    return crc16(crc, moves, 32);
}

int main(int argc, char **argv)
{
    unsigned iterations = bench_rounds(argc, argv, 8000);
    uint16_t crc = 0;
    for (unsigned i = 0; i < iterations; i++) {
        crc = lists(crc, i * 2654435761u);
        crc = matrices(crc, i * 2654435761u);
        crc = machine(crc, i * 2654435761u);
    }
    return bench_done(crc);
}
