// SPDX-License-Identifier: MIT
#include "linux/host_maps.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

// The number at *p, behind which `then` must stand; false if it does not. (sscanf took most of the
// time of a file of many mappings.)
static bool number(const char **p, int base, char then, uint64_t *value)
{
    char *end;
    *value = strtoull(*p, &end, base);
    if (end == *p || *end != then)
        return false;
    *p = end + 1;
    return true;
}

// "start-end rwxp offset major:minor inode   name"
bool host_mapping_parse(const char *line, struct host_mapping *h)
{
    const char *p = line;
    uint64_t major, minor;
    if (!number(&p, 16, '-', &h->start) || !number(&p, 16, ' ', &h->end) || strnlen(p, 5) < 5)
        return false;
    h->prot = (p[0] == 'r' ? PROT_READ : 0) | (p[1] == 'w' ? PROT_WRITE : 0) |
              (p[2] == 'x' ? PROT_EXEC : 0);
    h->shared = p[3] == 's';
    p += 5;
    if (!number(&p, 16, ' ', &h->offset) || !number(&p, 16, ':', &major) ||
        !number(&p, 16, ' ', &minor))
        return false;
    h->major = (unsigned)major;
    h->minor = (unsigned)minor;
    char *end;
    h->inode = strtoull(p, &end, 10);
    end += strspn(end, " ");
    size_t n = strcspn(end, "\n");
    n = n < sizeof h->name ? n : sizeof h->name - 1;
    memcpy(h->name, end, n);
    h->name[n] = 0;
    return true;
}
