// SPDX-License-Identifier: MIT
#include "linux/sys/exec_host.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

// From the emulator's folder: where it is built and copied to, and where it is installed.
static const char *const places[] = {EXEC_HOST_LIBRARY, "../lib/a64kit/" EXEC_HOST_LIBRARY};

static bool named(struct exec_host *h, const char *place)
{
    size_t folder = (size_t)(strrchr(h->emulator, '/') + 1 - h->emulator);
    if (folder + strlen(place) >= sizeof h->library)
        return false;
    memcpy(h->library, h->emulator, folder);
    strcpy(h->library + folder, place);
    // A blank or colon would separate two libraries, an end of line two words.
    return access(h->library, R_OK) == 0 && !strpbrk(h->library, " :\t\n");
}

bool exec_host_find(struct exec_host *h)
{
    ssize_t n = readlink("/proc/self/exe", h->emulator, sizeof h->emulator - 1);
    if (n <= 0 || h->emulator[0] != '/')
        return false;
    h->emulator[n] = 0;
    return access(h->emulator, X_OK) == 0 && (named(h, places[0]) || named(h, places[1]));
}

bool exec_host_words(struct exec_host *h, const char *const options[], size_t count)
{
    size_t n = (size_t)snprintf(h->words, sizeof h->words, EXEC_HOST_VARIABLE "%s", h->emulator);
    for (size_t i = 0; i < count && n < sizeof h->words; i++) {
        if (strchr(options[i], '\n'))
            return false;
        n += (size_t)snprintf(h->words + n, sizeof h->words - n, "\n%s", options[i]);
    }
    return n < sizeof h->words;
}

bool exec_host_preload(struct exec_host *h, const char *others)
{
    return (size_t)snprintf(h->preload, sizeof h->preload, "LD_PRELOAD=%s%s%s", h->library,
                            others && *others ? ":" : "", others ? others : "") < sizeof h->preload;
}
