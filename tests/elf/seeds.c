// SPDX-License-Identifier: MIT
// Writes every case as a file into a folder (the fuzz target's seeds, bad_input's files): seeds
// FOLDER.
#include "image.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int write_case(const char *folder, const struct image_case *c)
{
    static struct image im;
    char path[4096];
    image_valid(&im, false);
    c->change(&im);
    snprintf(path, sizeof path, "%s/%s", folder, c->name);
    FILE *f = fopen(path, "wb");
    if (!f || fwrite(im.bytes, 1, im.size, f) != im.size || fclose(f) || chmod(path, 0755)) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: seeds FOLDER\n", stderr);
        return 2;
    }
    if (mkdir(argv[1], 0777) && errno != EEXIST) {
        perror(argv[1]);
        return 1;
    }
    int failed = 0;
    for (unsigned i = 0; i < image_case_count; i++)
        failed |= write_case(argv[1], &image_cases[i]);
    return failed;
}
