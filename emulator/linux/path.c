// SPDX-License-Identifier: MIT
#include "linux/path.h"

#include "base/host.h"
#include "linux/thread.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char default_interpreter[] = "/lib/ld-linux-aarch64.so.1";

// Where a sysroot may be when none is named: beside the folder the emulator is in, then Debian's
// cross libraries.
static const char *const places_beside[] = {"/sysroot", "/share/a64kit/sysroot"};
static const char debian_cross[] = "/usr/aarch64-linux-gnu";

// The chosen sysroot: known is false until somebody asked.
static struct {
    bool known;
    char path[PATH_SIZE];
} sysroot;

static bool join(char *buf, const char *a, const char *b)
{
    return snprintf(buf, PATH_SIZE, "%s%s", a, b) < PATH_SIZE;
}

// A relative path means the folder it names now: the guest may go elsewhere.
static void choose(const char *path)
{
    if (!path[0] || path[0] == '/' || !realpath(path, sysroot.path))
        snprintf(sysroot.path, sizeof sysroot.path, "%s", path);
    size_t n = strlen(sysroot.path);
    while (n && sysroot.path[n - 1] == '/')
        sysroot.path[--n] = 0;
    sysroot.known = true;
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

// Candidate i: its path in buf; false after the last one.
static bool candidate(unsigned i, char *buf)
{
    if (i < ARRAY_LEN(places_beside)) {
        char self[PATH_SIZE];
        ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
        self[n > 0 ? n : 0] = 0;
        // Two levels up: the kernel gives a path without links or dots in it.
        for (int level = 0; level < 2; level++) {
            char *slash = strrchr(self, '/');
            if (slash)
                *slash = 0;
        }
        return join(buf, self, places_beside[i]);
    }
    snprintf(buf, PATH_SIZE, "%s", debian_cross);
    return i == ARRAY_LEN(places_beside);
}

// Puts what is behind an absolute link in buf: that means a place below `root` too. False if buf is
// no such link.
static bool follow_absolute(const char *root, const char *rest, char *buf)
{
    char target[PATH_SIZE];
    ssize_t n = readlink(buf, target, sizeof target - 1);
    if (n <= 0 || target[0] != '/')
        return false;
    target[n] = 0;
    return snprintf(buf, PATH_SIZE, "%s%s%s", root, target, rest) < PATH_SIZE;
}

// What is known of a name at the top of the sysroot ("lib"). One that is no absolute link is taken
// not to become one; one that was not there is looked at again, alone: while it is not there,
// nothing below it is.
struct top {
    char name[32];
    enum { TOP_UNKNOWN, TOP_ABSENT, TOP_PLAIN } is;
};

// The entry for the first `n` characters of `path`; one that knows nothing if it is not kept.
static struct top *top_of(const char *root, const char *path, size_t n)
{
    static __thread struct top known[16], unkept;
    unkept.is = TOP_UNKNOWN;
    if (root != sysroot.path || n >= sizeof known->name)
        return &unkept;
    unsigned hash = 0;
    for (size_t i = 0; i < n; i++)
        hash = hash * 31 + (unsigned char)path[i];
    struct top *t = &known[hash % ARRAY_LEN(known)];
    if (strncmp(t->name, path, n) || t->name[n]) {
        t->is = TOP_UNKNOWN;
        memcpy(t->name, path, n);
        t->name[n] = 0;
    }
    return t;
}

// Looks at what is at `path` below `root`, of which `buf` is the host path; false if nothing is.
// One look is enough where the top is known and no link is in the way.
static bool look_below(const char *root, const char *path, char *buf, struct stat *st)
{
    size_t first = 1 + strcspn(path + 1, "/"), end = strlen(root) + first;
    if (!path[first])
        return lstat(buf, st) == 0;
    struct top *top = top_of(root, path, first);
    if (top->is != TOP_ABSENT && lstat(buf, st) == 0)
        return true;
    if (top->is == TOP_PLAIN)
        return false;
    bool was_absent = top->is == TOP_ABSENT;
    buf[end] = 0;
    if (lstat(buf, st) < 0) {
        top->is = TOP_ABSENT;
        return false;
    }
    top->is = TOP_UNKNOWN;
    if (!S_ISLNK(st->st_mode) || !follow_absolute(root, path + first, buf)) {
        top->is = TOP_PLAIN;
        if (!was_absent)
            return false;
        join(buf, root, path);
    }
    return lstat(buf, st) == 0;
}

// The host path of `path` below `root`, and what is there. Links are followed if they are absolute
// and the path or its first folder ("/lib"): those are what a copied system has. *linked: it is a
// link, and st is what that leads to.
static bool find_below(const char *root, const char *path, char *buf, struct stat *st, bool *linked)
{
    if (!join(buf, root, path) || !look_below(root, path, buf, st))
        return false;
    *linked = S_ISLNK(st->st_mode);
    for (int hops = 0; S_ISLNK(st->st_mode) && hops < 8 && follow_absolute(root, "", buf); hops++)
        if (lstat(buf, st) < 0)
            return false;
    return !S_ISLNK(st->st_mode) || stat(buf, st) == 0;
}

// Whether `root` has the interpreter `wanted`; its host path goes to buf. A relative name is no
// business of a root.
static bool has_interpreter(const char *root, const char *wanted, char *buf)
{
    struct stat st;
    bool linked;
    return wanted[0] == '/' && find_below(root, wanted, buf, &st, &linked);
}

const char *path_sysroot(void)
{
    if (sysroot.known)
        return sysroot.path;
    if (process.options.sysroot) {
        choose(process.options.sysroot);
        return sysroot.path;
    }
    char root[PATH_SIZE], file[PATH_SIZE];
    for (unsigned i = 0; candidate(i, root); i++) {
        if (has_interpreter(root, default_interpreter, file)) {
            choose(root);
            return sysroot.path;
        }
    }
    choose("");
    return sysroot.path;
}

static void note(char *places, size_t size, const char *what)
{
    size_t n = strlen(places);
    if (n < size)
        snprintf(places + n, size - n, "%s%s", n ? ", " : "", what);
}

// That `wanted` was not found below `root`, unless that is no other place than as given.
static void note_root(char *places, size_t size, const char *root, const char *wanted)
{
    char path[PATH_SIZE], what[2 * PATH_SIZE];
    struct stat st;
    if (!*root || wanted[0] != '/' || !join(path, root, wanted))
        return;
    bool is_folder = stat(root, &st) == 0 && S_ISDIR(st.st_mode);
    if (process.options.sysroot && !is_folder)
        snprintf(what, sizeof what, "%s (%s is not a folder)", path, root);
    else
        snprintf(what, sizeof what, "%s", path);
    note(places, size, what);
}

const char *path_find_interpreter(const char *wanted, char *buf, char *places, size_t places_size)
{
    places[0] = 0;
    if (process.options.sysroot) {
        const char *root = path_sysroot();
        if (has_interpreter(root, wanted, buf))
            return path_in_sysroot(wanted, buf);
        note_root(places, places_size, root, wanted);
    } else {
        char root[PATH_SIZE];
        for (unsigned i = 0; candidate(i, root); i++) {
            if (has_interpreter(root, wanted, buf)) {
                choose(root);
                return path_in_sysroot(wanted, buf);
            }
            note_root(places, places_size, root, wanted);
        }
    }
    // As given: the program was linked for this very path.
    snprintf(buf, PATH_SIZE, "%s", wanted);
    if (exists(buf))
        return buf;
    note(places, places_size, wanted);
    return NULL;
}

// Files that steer the host's own loader and mean nothing for the guest.
static bool is_host_only(const char *path)
{
    return !strcmp(path, "/etc/ld.so.cache") || !strcmp(path, "/etc/ld.so.preload");
}

// What only the running kernel has.
static bool is_of_kernel(const char *path)
{
    return !strncmp(path, "/proc/", 6) || !strncmp(path, "/dev/", 5) || !strncmp(path, "/sys/", 5);
}

// On a machine with Debian's arm64 packages ld.so finds libraries in their folder, which the cross
// packages do not have: those that are there under their own names come first, or a libc would meet
// the ld.so of another release.
static bool find_flat(const char *root, const char *path, char *buf, struct stat *st, bool *linked)
{
    static const char folder[] = "/lib/aarch64-linux-gnu/";
    static enum { UNKNOWN, WITHOUT, WITH } host;
    const char *lib = strncmp(path, "/usr", 4) ? path : path + 4;
    if (strncmp(lib, folder, sizeof folder - 1))
        return false;
    if (host == UNKNOWN)
        host = exists(folder) ? WITH : WITHOUT;
    char flat[PATH_SIZE];
    return host == WITH && exists(path) && join(flat, "/lib/", lib + sizeof folder - 1) &&
           find_below(root, flat, buf, st, linked);
}

const char *path_look(const char *path, char *buf, struct stat *st, enum path_seen *seen)
{
    *seen = PATH_NOT_SEEN;
    if (path[0] != '/')
        return path;
    if (is_of_kernel(path))
        return path;
    const char *root = path_sysroot();
    if (!*root)
        return path;
    bool linked;
    if (!find_below(root, path, buf, st, &linked) && !find_flat(root, path, buf, st, &linked)) {
        join(buf, root, path);
        return is_host_only(path) ? buf : path;
    }
    *seen = linked ? PATH_SEEN_TARGET : PATH_SEEN;
    if (!S_ISDIR(st->st_mode))
        return buf;
    struct stat host;
    if (stat(path, &host))
        return buf;
    *st = host;
    *seen = PATH_SEEN_TARGET; // the host's may be a link
    return path;
}

const char *path_in_sysroot(const char *path, char *buf)
{
    struct stat st;
    enum path_seen seen;
    return path_look(path, buf, &st, &seen);
}
