// SPDX-License-Identifier: MIT
// Drives the fuzz target where libFuzzer is not at hand: mutates the seeds at random for the given
// time. Takes libFuzzer's command line as far as the tests use it: fuzz -max_total_time=SECONDS
// [-seed=N] FOLDER On a failure the sanitizer or abort() ends the process; the input is in
// crash-input then.
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MAX_SEEDS = 256, MAX_SIZE = 16384 };

struct seed {
    uint8_t *bytes;
    size_t size;
};

static uint64_t state;

static uint64_t next_random(void)
{
    // splitmix64
    uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

static size_t below(size_t n)
{
    return (size_t)(next_random() % n);
}

static unsigned load_seeds(const char *folder, struct seed *seeds)
{
    unsigned n = 0;
    DIR *dir = opendir(folder);
    for (struct dirent *e; dir && n < MAX_SEEDS && (e = readdir(dir));) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        FILE *f = e->d_name[0] == '.' ? NULL : fopen(path, "rb");
        if (!f)
            continue;
        if (!seeds[n].bytes)
            seeds[n].bytes = malloc(MAX_SIZE);
        seeds[n].size = fread(seeds[n].bytes, 1, MAX_SIZE, f);
        n += seeds[n].size > 0;
        fclose(f);
    }
    if (dir)
        closedir(dir);
    return n;
}

// Most fields that matter stand in the first few hundred bytes, in units of 2, 4 and 8.
static void mutate(uint8_t *bytes, size_t *size)
{
    static const uint64_t interesting[] = {0,
                                           1,
                                           0x7f,
                                           0xff,
                                           0x1000,
                                           0xffff,
                                           0x10000,
                                           0x7fffffff,
                                           0xffffffff,
                                           UINT64_C(1) << 47,
                                           INT64_MAX,
                                           UINT64_MAX,
                                           UINT64_MAX - 0xfff};
    size_t range = next_random() % 8 ? (*size < 512 ? *size : 512) : *size, at = below(range);
    uint64_t v = next_random() % 2 ? interesting[below(sizeof interesting / sizeof *interesting)]
                                   : next_random();
    size_t width = (size_t)1 << below(4);
    switch (below(4)) {
    case 0: bytes[at] ^= (uint8_t)(1 << below(8)); break;
    case 1: *size = 1 + below(*size); break;
    default:
        at &= ~(width - 1);
        if (at + width <= *size)
            memcpy(bytes + at, &v, width);
    }
}

int main(int argc, char **argv)
{
    // One more than is ever used: the last buffer may stay empty.
    static struct seed seeds[MAX_SEEDS + 1];
    long seconds = 60;
    const char *folder = NULL;
    state = (uint64_t)time(NULL);
    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-max_total_time=", 16))
            seconds = strtol(argv[i] + 16, NULL, 10);
        else if (!strncmp(argv[i], "-seed=", 6))
            state = strtoull(argv[i] + 6, NULL, 10);
        else if (argv[i][0] != '-')
            folder = argv[i];
    }
    unsigned n = folder ? load_seeds(folder, seeds) : 0;
    if (!n) {
        fputs("usage: fuzz -max_total_time=SECONDS [-seed=N] FOLDER (with seeds in it)\n", stderr);
        return 2;
    }
    printf("seed %llu, %u files\n", (unsigned long long)state, n);
    time_t end = time(NULL) + seconds;
    uint64_t runs = 0;
    for (; runs % 4096 || time(NULL) < end; runs++) {
        const struct seed *s = &seeds[below(n)];
        size_t size = s->size;
        uint8_t *bytes =
            malloc(size); // exactly as large as its contents: reads past the end are seen
        memcpy(bytes, s->bytes, size);
        for (size_t k = 1 + below(6); k--;)
            mutate(bytes, &size);
        uint8_t *exact = realloc(bytes, size);
        LLVMFuzzerTestOneInput(exact, size);
        free(exact);
    }
    printf("%llu runs, nothing found\n", (unsigned long long)runs);
    return 0;
}
