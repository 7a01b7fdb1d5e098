// SPDX-License-Identifier: MIT
#include "debug/gdb_listen.h"

#include "base/die.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int listen_at_port(const char *where, unsigned port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int yes = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 1) < 0)
        die("-g %s: cannot listen on port %u of the loopback address: %s; choose another port or a socket's path",
            where, port, strerror(errno));
    return fd;
}

// A socket that an earlier process has left.
static void remove_stale(const struct sockaddr_un *address)
{
    struct stat st;
    if (lstat(address->sun_path, &st) != 0 || !S_ISSOCK(st.st_mode))
        return;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    if (connect(fd, (const struct sockaddr *)address, sizeof *address) < 0 && errno == ECONNREFUSED)
        unlink(address->sun_path);
    close(fd);
}

static int listen_at_path(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcpy(address.sun_path, path);
    remove_stale(&address);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    mode_t mask = umask(0177);
    bool good =
        fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0;
    int error = errno;
    umask(mask);
    if (!good && fd >= 0)
        close(fd);
    errno = error;
    return good ? fd : -1;
}

int listen_at(const char *where)
{
    char *end;
    unsigned long port = strtoul(where, &end, 10);
    if (!*where)
        die("-g: give a port, or the path of a socket");
    if (!*end) {
        if (port < 1 || port > 65535)
            die("-g %s: a port is a number from 1 to 65535", where);
        return listen_at_port(where, (unsigned)port);
    }
    int fd = listen_at_path(where);
    if (fd < 0)
        die("-g %s: cannot listen there: %s; give a port, or the path of a socket that is not there yet",
            where, strerror(errno));
    return fd;
}

int listen_accept(int listener)
{
    int yes = 1, fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes); // of a unix socket: refused
    return fd;
}

// The folders in which sockets may be, in order. False: there is no such one.
static bool folder(unsigned i, char path[GDB_ADDRESS])
{
    const char *run = getenv("XDG_RUNTIME_DIR");
    int n = -1;
    if (i == 0 && run && run[0] == '/')
        n = snprintf(path, GDB_ADDRESS, "%s/a64run", run);
    else if (i == 1)
        n = snprintf(path, GDB_ADDRESS, "/tmp/a64run-%u", (unsigned)geteuid());
    return n > 0 && n < GDB_ADDRESS - 24;
}
enum { FOLDERS = 2 };

// Whether the folder is the user's, and nobody else may look into it.
static bool is_own(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           !(st.st_mode & 077);
}

int listen_privately(char path[GDB_ADDRESS], int pid)
{
    for (unsigned i = 0; i < FOLDERS; i++) {
        if (!folder(i, path) || (mkdir(path, 0700) < 0 && errno != EEXIST) || !is_own(path))
            continue;
        size_t n = strlen(path);
        snprintf(path + n, GDB_ADDRESS - n, "/%d.gdb", pid);
        int fd = listen_at_path(path);
        if (fd >= 0)
            return fd;
    }
    return -1;
}

bool listen_find(char path[GDB_ADDRESS], int pid)
{
    for (unsigned i = 0; i < FOLDERS; i++) {
        struct stat st;
        if (!folder(i, path) || !is_own(path))
            continue;
        size_t n = strlen(path);
        snprintf(path + n, GDB_ADDRESS - n, "/%d.gdb", pid);
        if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
            return true;
    }
    return false;
}
