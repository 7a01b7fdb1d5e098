// SPDX-License-Identifier: MIT
#include "linux/symbols.h"

#include "linux/elf.h"
#include "linux/lock.h"
#include "linux/thread.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Files are few, and asked for again and again.
enum { IMAGES = 64 };

static struct image {
    char file[4096];
    uint64_t start, end, bias; // of the mapping found last; end is 0: look again
    struct elf_functions functions;
} * images[IMAGES];
static unsigned count;

void symbols_forget(void)
{
    process_lock();
    for (unsigned i = 0; i < count; i++)
        images[i]->end = 0;
    process_unlock();
}

static struct image *image_of_file(const char *file)
{
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(images[i]->file, file))
            return images[i];
    struct image *new = count < IMAGES ? calloc(1, sizeof *new) : NULL;
    if (!new)
        return NULL;
    snprintf(new->file, sizeof new->file, "%s", file);
    elf_functions_load(file, &new->functions);
    images[count++] = new;
    return new;
}

static struct image *image_at(uint64_t pc)
{
    struct mm_image where;
    for (unsigned i = 0; i < count; i++)
        if (pc >= images[i]->start && pc < images[i]->end)
            return images[i];
    struct image *found = mm_image_at(pc, &where) ? image_of_file(where.file) : NULL;
    if (found) {
        found->start = where.start;
        found->end = where.end;
        found->bias = where.bias;
    }
    return found;
}

static bool name_in_image(uint64_t pc, char *name, size_t size, char *file, size_t file_size)
{
    const struct image *image = image_at(pc);
    uint64_t distance;
    if (!image)
        return false;
    if (file)
        snprintf(file, file_size, "%s", image->file);
    const char *function = elf_functions_find(&image->functions, pc - image->bias, &distance);
    const char *slash = strrchr(image->file, '/');
    if (function && !distance)
        snprintf(name, size, "%s", function);
    else if (function)
        snprintf(name, size, "%s+%#" PRIx64, function, distance);
    else
        snprintf(name, size, "%s+%#" PRIx64, slash ? slash + 1 : image->file, pc - image->bias);
    return true;
}

bool symbols_name(uint64_t pc, char *name, size_t size, char *file, size_t file_size)
{
    process_lock();
    return process_unlocked(name_in_image(pc, name, size, file, file_size));
}
