// SPDX-License-Identifier: MIT
#include "linux/host_maps.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

bool host_mapping_parse(const char *line, struct host_mapping *h)
{
    int name = 0;
    char may[5];
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %x:%x %" SCNu64 " %n", &h->start,
               &h->end, may, &h->offset, &h->major, &h->minor, &h->inode, &name) < 7)
        return false;
    h->prot = (may[0] == 'r' ? PROT_READ : 0) | (may[1] == 'w' ? PROT_WRITE : 0) |
              (may[2] == 'x' ? PROT_EXEC : 0);
    h->shared = may[3] == 's';
    snprintf(h->name, sizeof h->name, "%s", line + name);
    h->name[strcspn(h->name, "\n")] = 0;
    return true;
}
