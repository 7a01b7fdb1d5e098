// SPDX-License-Identifier: MIT
#include "debug/core.h"
#include "linux/thread.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

struct name {
    char *at, *end;
};

static void put(struct name *n, const char *text, bool slashes)
{
    for (; *text && n->at < n->end; text++)
        *n->at++ = *text == '/' && !slashes ? '!' : *text;
}

static void put_number(struct name *n, unsigned long long v)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%llu", v);
    put(n, digits, false);
}

static void expand(struct name *n, char what, int sig)
{
    char comm[17] = "";
    const char *slash = strrchr(process.exe, '/');
    struct rlimit limit = {0};
    struct utsname host;
    switch (what) {
    case '%': put(n, "%", false); break;
    case 'p':
    case 'P': put_number(n, (unsigned)process.pid); break;
    case 'i':
    case 'I': put_number(n, (unsigned)gettid()); break;
    case 'u': put_number(n, getuid()); break;
    case 'g': put_number(n, getgid()); break;
    case 'd': put_number(n, 1); break;
    case 's': put_number(n, (unsigned)sig); break;
    case 't': put_number(n, (unsigned long long)time(NULL)); break;
    case 'h':
        if (!uname(&host))
            put(n, host.nodename, false);
        break;
    case 'e':
        prctl(PR_GET_NAME, comm);
        put(n, comm, false);
        break;
    case 'f': put(n, slash ? slash + 1 : process.exe, false); break;
    case 'E': put(n, process.exe, false); break;
    case 'c':
        getrlimit(RLIMIT_CORE, &limit);
        put_number(n, limit.rlim_cur);
        break;
    default: break;
    }
}

static bool read_line(const char *path, char *line, size_t size)
{
    FILE *f = fopen(path, "re");
    bool some = f && fgets(line, (int)size, f);
    if (some)
        line[strcspn(line, "\n")] = 0;
    if (f)
        fclose(f);
    return some;
}

void core_name(int sig, char name[CORE_NAME_SIZE])
{
    char pattern[256] = "core", with_pid[8] = "0";
    struct name n = {name, name + CORE_NAME_SIZE - 1};
    read_line("/proc/sys/kernel/core_pattern", pattern, sizeof pattern);
    read_line("/proc/sys/kernel/core_uses_pid", with_pid, sizeof with_pid);
    if (pattern[0] == '|' || pattern[0] == '@' || !pattern[0])
        strcpy(pattern, "core.%p");
    bool has_pid = false;
    for (const char *p = pattern; *p; p++) {
        if (*p != '%') {
            put(&n, (const char[]){*p, 0}, true);
        } else if (p[1]) {
            has_pid |= *++p == 'p';
            expand(&n, *p, sig);
        }
    }
    if (with_pid[0] != '0' && !has_pid) {
        put(&n, ".", false);
        put_number(&n, (unsigned)process.pid);
    }
    *n.at = 0;
}
