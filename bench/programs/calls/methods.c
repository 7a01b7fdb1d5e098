// SPDX-License-Identifier: MIT
// Objects in C: methods called through tables of pointers, eight classes in random order.
#include "bench.h"

struct object;
struct methods {
    uint32_t (*get)(const struct object *);
    void (*put)(struct object *, uint32_t);
};
struct object {
    const struct methods *methods;
    uint32_t a, b;
};

#define CLASS(n, read, write)                                                                      \
    static uint32_t get##n(const struct object *o)                                                 \
    {                                                                                              \
        return read;                                                                               \
    }                                                                                              \
    static void put##n(struct object *o, uint32_t v)                                               \
    {                                                                                              \
        write;                                                                                     \
    }                                                                                              \
    static const struct methods class##n = {get##n, put##n};
CLASS(0, o->a, o->a = v)
CLASS(1, o->a + o->b, o->b = v)
CLASS(2, o->a ^ o->b, o->a += v)
CLASS(3, o->b, o->b ^= v)
CLASS(4, o->a - o->b, o->b -= v)
CLASS(5, o->a * 3, o->a = v >> 1)
CLASS(6, o->b * 5, o->b = v << 1)
CLASS(7, ~o->a, o->a = ~v)

enum { OBJECTS = 1024 };
static struct object objects[OBJECTS];

int main(int argc, char **argv)
{
    static const struct methods *const classes[] = {&class0, &class1, &class2, &class3,
                                                    &class4, &class5, &class6, &class7};
    unsigned rounds = bench_rounds(argc, argv, 40000);
    uint32_t seed = 5, x = 1;
    for (int i = 0; i < OBJECTS; i++)
        objects[i] = (struct object){classes[bench_random(&seed) % 8], (uint32_t)i, seed};
    uint64_t sum = 0;
    for (unsigned r = 0; r < rounds; r++) {
        for (int i = 0; i < OBJECTS; i++) {
            struct object *o = &objects[i];
            x += o->methods->get(o);
            o->methods->put(o, x);
        }
        sum = bench_mix(sum, x);
    }
    return bench_done(sum);
}
