// SPDX-License-Identifier: MIT
#include "debug/gdb_peers.h"

#include "debug/gdb.h"
#include "linux/host_call.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MESSAGE = 2 * GDB_PACKET + 8, END = 40 };

struct peer {
    int fd, pid; // fd -1: it has ended, and gdb is to be told `end`
    bool known;  // gdb was told of the fork that made it
    bool runs;   // it was resumed, and has not stopped
    bool leaves; // gdb lets it go, and knows that it ends
    bool silent; // it cannot say itself, in non-stop mode, that it has ended
    char end[END];
};
static struct peer peers[PEERS];
static unsigned count;
static int chosen;    // the process that Hg chose, or a stop, if it is a peer
static int announcer; // the one whose notification gdb has not answered, or 0

static struct {
    char bytes[MESSAGE + 1]; // a NUL behind it
    size_t length;
} heard;

static struct peer *of(uint64_t pid)
{
    for (unsigned i = 0; i < count; i++)
        if (pid && (uint64_t)peers[i].pid == pid)
            return &peers[i];
    return NULL;
}

// ORDER: those behind it move up, so that a child always stands behind its parent.
static void forget(struct peer *p)
{
    if (p->fd >= 0)
        close(p->fd);
    if (announcer == p->pid)
        announcer = 0;
    count--;
    memmove(p, p + 1, (size_t)(peers + count - p) * sizeof *p);
}

bool peers_have_room(void)
{
    return count < PEERS;
}

bool peers_exist(void)
{
    return count;
}

void peer_add(int fd, int pid)
{
    if (peers_have_room())
        peers[count++] = (struct peer){.fd = fd, .pid = pid};
    else
        close(fd); // it goes on by itself
}

void peer_goes_on(int fd, int pid)
{
    if (!peers_have_room()) {
        close(fd);
        return;
    }
    peers[count++] = (struct peer){.fd = fd, .pid = pid, .known = true, .runs = !gdb.non_stop};
    if (gdb.current == pid)
        chosen = pid;
}

void peer_has_ended(int pid, char how, unsigned with)
{
    if (!peers_have_room())
        return;
    struct peer *p = &peers[count++];
    *p = (struct peer){.fd = -1, .pid = pid, .known = true, .silent = true};
    snprintf(p->end, END, "%c%02x;process:%x", how, with, (unsigned)pid);
}

void peers_forget(void)
{
    while (count)
        forget(&peers[count - 1]);
    chosen = 0;
}

void peers_choose(uint64_t pid)
{
    chosen = of(pid) ? (int)pid : 0;
}

void peer_known(uint64_t pid)
{
    struct peer *p = of(pid);
    if (p)
        p->known = true;
}

bool peers_have_ends(void)
{
    for (unsigned i = 0; i < count; i++)
        if (peers[i].fd < 0)
            return true;
    return false;
}

// ---- Messages

static void send_to(int fd, const void *data, size_t length)
{
    while (host_call(SYS_sendto, fd, data, length, MSG_NOSIGNAL, NULL, 0) == -EINTR)
        ;
}

static void send_packet(const struct peer *p, const char *text, size_t length)
{
    static struct gdb_output out;
    gdb_begin(&out, '$');
    gdb_binary(&out, text, length);
    gdb_end(&out);
    send_to(p->fd, out.data, out.length);
}

// Descriptors go along: as many as there can be peers, and the connection.
union control {
    struct cmsghdr head;
    char bytes[CMSG_SPACE((PEERS + 1) * sizeof(int))];
};

static bool send_with(int to, const char *text, const int *fds, unsigned n)
{
    union control control = {0};
    struct iovec v = {(void *)(uintptr_t)text, strlen(text)};
    struct msghdr m = {.msg_iov = &v,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = CMSG_SPACE(n * sizeof(int))};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(n * sizeof(int));
    memcpy(CMSG_DATA(c), fds, n * sizeof(int));
    return host_call(SYS_sendmsg, to, &m, MSG_NOSIGNAL) > 0;
}

// The message's size; *n is how many descriptors came along. Who ends with a message unread, the
// one to hold, say, resets the connection: that is said once, before what it has sent itself.
static int64_t receive(int from, void *bytes, size_t size, unsigned flags, int *fds, unsigned *n)
{
    union control control = {0};
    struct iovec v = {bytes, size};
    struct msghdr m = {.msg_iov = &v,
                       .msg_iovlen = 1,
                       .msg_control = control.bytes,
                       .msg_controllen = sizeof control.bytes};
    int64_t length;
    do
        length = host_call(SYS_recvmsg, from, &m, flags | MSG_CMSG_CLOEXEC);
    while (length == -ECONNRESET);
    struct cmsghdr *c = length > 0 ? CMSG_FIRSTHDR(&m) : NULL;
    *n = 0;
    if (c && c->cmsg_type == SCM_RIGHTS) {
        *n = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
        memcpy(fds, CMSG_DATA(c), *n * sizeof(int));
    }
    return length;
}

// ---- What peers have to say

// `how` as gdb is told; NULL: without a word, so that it was killed.
static void has_ended(struct peer *p, const char *how)
{
    if (p->leaves) {
        forget(p);
        return;
    }
    if (how)
        snprintf(p->end, END, "%.*s", END - 1, how);
    else
        snprintf(p->end, END, "X09;process:%x", (unsigned)p->pid);
    close(p->fd);
    p->fd = -1;
    p->runs = false;
}

enum hearing { HEARD_NOTHING, HEARD_ANSWER, HEARD_STOP, HEARD_END };

// Takes one message; flags: MSG_DONTWAIT if there may be none. After HEARD_END p may be another.
static enum hearing hear(struct peer *p, unsigned flags)
{
    int fds[PEERS + 1];
    unsigned n;
    int64_t length = receive(p->fd, heard.bytes, MESSAGE, flags, fds, &n);
    if (length == -EINTR || length == -EAGAIN)
        return HEARD_NOTHING;
    if (length <= 0) {
        has_ended(p, NULL);
        return HEARD_END;
    }
    heard.length = (size_t)length;
    heard.bytes[length] = 0;
    if (n) { // what peer_introduce sends
        peer_add(fds[0], atoi(heard.bytes));
        return HEARD_NOTHING;
    }
    if (!p->runs || heard.bytes[0] != '$' || !strchr("TWXN", heard.bytes[1]))
        return HEARD_ANSWER;
    p->runs = false;
    if (heard.bytes[1] == 'T' || heard.bytes[1] == 'N')
        return HEARD_STOP;
    heard.bytes[length - 3] = 0; // without the checksum
    has_ended(p, heard.bytes + 1);
    return HEARD_END;
}

// Has the answer to a packet in `heard`. False: the peer has ended.
static bool ask(struct peer *p, const char *text, size_t length)
{
    enum hearing h;
    send_packet(p, text, length);
    do
        h = hear(p, 0);
    while (h != HEARD_ANSWER && h != HEARD_END);
    return h == HEARD_ANSWER;
}

static bool ask_word(struct peer *p, const char *word)
{
    return ask(p, word, strlen(word));
}

static void hold(struct peer *p)
{
    send_packet(p, "vHold", 5);
    for (;;) {
        switch (hear(p, 0)) {
        case HEARD_NOTHING: break;
        case HEARD_END: return;
        case HEARD_ANSWER: p->runs = false; return;
        case HEARD_STOP: // just now, and gdb hears of another's: that is told again
            while (hear(p, 0) == HEARD_NOTHING)
                ;
            ask_word(p, "vHold;again");
            return;
        }
    }
}

void peers_hold(void)
{
    for (unsigned i = count; i-- > 0;)
        if (peers[i].runs)
            hold(&peers[i]);
}

bool peers_run(void)
{
    for (unsigned i = 0; i < count; i++)
        if (peers[i].runs)
            return true;
    return false;
}

// Of several the child's end first: its parent's came when it had waited for it.
bool peers_tell_end(void)
{
    for (unsigned i = count; i-- > 0;) {
        if (peers[i].fd >= 0)
            continue;
        gdb_begin(&gdb.out, '$');
        gdb_text(&gdb.out, peers[i].end);
        forget(&peers[i]);
        gdb_send();
        return true;
    }
    return false;
}

bool peers_announce_end(void)
{
    for (unsigned i = 0; i < count; i++) {
        if (peers[i].fd >= 0 || !peers[i].silent)
            continue;
        gdb_begin(&gdb.out, '%');
        gdb_text(&gdb.out, "Stop:");
        gdb_text(&gdb.out, peers[i].end);
        forget(&peers[i]);
        gdb_send();
        return true;
    }
    return false;
}

unsigned peers_wait(struct pollfd *p)
{
    for (unsigned i = 0; i < count; i++)
        p[i] = (struct pollfd){.fd = peers[i].fd, .events = POLLIN};
    return count;
}

// gdb is given that stop.
static void learn(const char *stop)
{
    const char *fork = strstr(stop, "fork:p");
    uint64_t pid;
    if (fork && (fork += 6, gdb_number(&fork, &pid)))
        peer_known(pid);
}

// The stop in `heard` is what gdb is told, unless another has ended: then that is, first.
static void tell_stop(int pid)
{
    static char stop[MESSAGE + 1];
    size_t length = heard.length;
    memcpy(stop, heard.bytes, length + 1);
    gdb_hold();
    struct peer *p = of((uint64_t)pid);
    if (p && peers_have_ends() && ask_word(p, "vHold;again")) {
        peers_tell_end();
        return;
    }
    learn(stop);
    peers_choose((uint64_t)pid);
    send_to(gdb.fd, stop, length);
}

// What was to be heard when it was polled may have been heard since, by who held it for another's
// stop: who waited for more here would never answer gdb again.
static void hear_one(struct peer *p)
{
    int pid = p->pid;
    switch (hear(p, MSG_DONTWAIT)) {
    case HEARD_NOTHING: break;
    case HEARD_END:
        if (gdb.running && peers_have_ends()) {
            gdb_hold();
            peers_tell_end();
        }
        break;
    case HEARD_STOP: tell_stop(pid); break;
    case HEARD_ANSWER:
        if (heard.bytes[0] == '%' || announcer == pid)
            learn(heard.bytes);
        if (heard.bytes[0] == '%')
            announcer = pid;
        else if (announcer == pid && !strncmp(heard.bytes, "$OK", 3))
            announcer = 0;
        send_to(gdb.fd, heard.bytes, heard.length);
        break;
    }
}

void peers_hear(const struct pollfd *polled, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; polled[i].revents && k < count; k++)
            if (peers[k].fd == polled[i].fd) {
                hear_one(&peers[k]);
                break;
            }
}

// ---- What gdb says

// Which process the packet in gdb.in names, or 0.
static uint64_t named(void)
{
    static const char *const words[] = {
        "Hgp",          "Hcp", "Tp", "D;", "vKill;", "qXfer:exec-file:read:", "qThreadExtraInfo,p",
        "qGetTLSAddr:p"};
    uint64_t pid = 0;
    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        const char *text = gdb.in.data;
        if (gdb_skip(&text, words[i]))
            return gdb_number(&text, &pid) ? pid : 0;
    }
    return 0;
}

static bool begins_with(const char *const *words, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!strncmp(gdb.in.data, words[i], strlen(words[i])))
            return true;
    return false;
}

// Whether it is about whom Hg chose.
static bool is_about_chosen(void)
{
    static const char *const words[] = {"qXfer:auxv", "qXfer:siginfo", "qXfer:features",
                                        "qMemTags",   "QMemTags",      "qRcmd,"};
    char first = gdb.in.data[0];
    return (first && strchr("gGpPmMXzZ", first)) || begins_with(words, ARRAY_LEN(words));
}

// Settings are everybody's.
static void share_settings(void)
{
    static const char *const words[] = {"QPassSignals", "QCatchSyscalls", "QNonStop"};
    if (!begins_with(words, ARRAY_LEN(words)))
        return;
    for (unsigned i = count; i-- > 0;)
        if (peers[i].fd >= 0)
            ask(&peers[i], gdb.in.data, gdb.in.length);
}

bool peers_relay(void)
{
    if (!count)
        return false;
    share_settings();
    uint64_t pid = named();
    char kind = gdb.in.data[0];
    if (pid && kind == 'H')
        peers_choose(pid);
    struct peer *p = pid                                ? of(pid)
                     : !strcmp(gdb.in.data, "vStopped") ? of((uint64_t)announcer)
                     : chosen && is_about_chosen()      ? of((uint64_t)chosen)
                                                        : NULL;
    if (!p)
        return false;
    if (p->fd < 0) { // it has ended, and gdb does not know yet
        gdb_begin(&gdb.out, '$');
        gdb_put_error(ESRCH);
        gdb_send();
        return true;
    }
    p->leaves |= kind == 'D' || kind == 'v';
    if (!strcmp(gdb.in.data, "vStopped"))
        p->leaves = false;
    send_packet(p, gdb.in.data, gdb.in.length);
    return true;
}

bool peers_resume(bool (*concerns)(const void *actions, int pid), const void *actions)
{
    if (!gdb.non_stop && peers_have_ends()) {
        gdb.running = false;
        peers_tell_end();
        return false;
    }
    for (unsigned i = count; i-- > 0;) {
        if (peers[i].fd < 0 || !peers[i].known || !concerns(actions, peers[i].pid))
            continue;
        if (gdb.non_stop) {
            ask(&peers[i], gdb.in.data, gdb.in.length);
        } else {
            send_packet(&peers[i], gdb.in.data, gdb.in.length);
            peers[i].runs = true;
        }
    }
    return true;
}

void peers_interrupt(void)
{
    for (unsigned i = 0; i < count; i++)
        if (peers[i].runs) {
            send_to(peers[i].fd, "\003", 1);
            return;
        }
}

void peers_put_threads(struct gdb_output *out)
{
    for (unsigned i = count; i-- > 0;) {
        if (peers[i].fd < 0 || !peers[i].known || peers[i].leaves ||
            !ask_word(&peers[i], "qfThreadInfo") || heard.bytes[1] != 'm')
            continue;
        heard.bytes[heard.length - 3] = 0;
        gdb_char(out, ',');
        gdb_text(out, heard.bytes + 2);
    }
}

// ---- Who leads

bool peers_take_over(bool answered)
{
    char text[PEERS * (END + 12) + 64];
    int fds[PEERS + 1] = {gdb.fd};
    unsigned n = 1;
    struct peer *next = NULL;
    for (unsigned i = 0; i < count; i++)
        if (peers[i].fd >= 0 && !peers[i].leaves)
            next = &peers[i];
    if (!next || gdb.fd < 0)
        return false;
    size_t at = (size_t)snprintf(text, sizeof text, "%d %d %d", answered, gdb.quiet, chosen);
    for (unsigned i = 0; i < count; i++) {
        const struct peer *p = &peers[i];
        if (p == next || p->leaves)
            continue;
        at += (size_t)snprintf(text + at, sizeof text - at, " %d%s%s", p->pid, p->fd < 0 ? "!" : "",
                               p->fd < 0 ? p->end : "");
        if (p->fd >= 0)
            fds[n++] = p->fd;
    }
    if (!send_with(next->fd, text, fds, n))
        return false;
    close(gdb.fd); // what gdb sends from now on is for the other, however long this one still lives
    gdb.fd = -1;
    peers_forget();
    return true;
}

// Takes over what peers_take_over has sent.
static void lead(char *text, const int *fds, unsigned n)
{
    char *rest;
    unsigned used = 1;
    close(gdb.fd);
    gdb.fd = fds[0];
    gdb.in.at = GDB_OUTSIDE;
    bool answered = strtol(text, &rest, 10);
    gdb.quiet = strtol(rest, &rest, 10);
    chosen = (int)strtol(rest, &rest, 10);
    if (chosen == process.pid)
        chosen = 0;
    while (*rest == ' ' && peers_have_room()) {
        struct peer *p = &peers[count++];
        *p = (struct peer){.fd = -1, .pid = (int)strtol(rest, &rest, 10)};
        p->known = *rest != '?';
        rest += !p->known;
        if (*rest == '!') {
            size_t length = strcspn(++rest, " ");
            snprintf(p->end, END, "%.*s", (int)length, rest);
            rest += length;
        } else if (used < n) {
            p->fd = fds[used++];
        }
    }
    if (answered)
        return;
    gdb_begin(&gdb.out, '$');
    gdb_text(&gdb.out, "OK"); // to the detach of the one before
    gdb_send();
}

void peer_introduce(int fd, int pid)
{
    char text[16];
    snprintf(text, sizeof text, "%d", pid);
    send_with(gdb.fd, text, &fd, 1);
}

int64_t peer_receive(void *bytes, size_t size, bool *leads)
{
    int fds[PEERS + 1];
    unsigned n;
    int64_t length = receive(gdb.fd, bytes, size - 1, 0, fds, &n);
    *leads = length > 0 && n;
    if (!*leads)
        return length;
    ((char *)bytes)[length] = 0;
    lead(bytes, fds, n);
    return -EINTR;
}

// ---- Programs that are executed

void peers_inherit(bool on)
{
    for (unsigned i = 0; i < count; i++)
        if (peers[i].fd >= 0)
            fcntl(peers[i].fd, F_SETFD, on ? 0 : FD_CLOEXEC);
}

void peers_put(char *text, size_t size, bool them)
{
    unsigned n = them ? count : 0;
    int at = snprintf(text, size, ",%x", n);
    for (unsigned i = 0; i < n; i++)
        at += snprintf(text + at, size - (size_t)at, ",%x,%x,%x", (unsigned)peers[i].fd + 1,
                       (unsigned)peers[i].pid, peers[i].runs + 2u * peers[i].known);
}

bool peers_read(const char **text)
{
    uint64_t n, fd, pid, state;
    if (!gdb_number(text, &n) || n > PEERS)
        return false;
    while (n--) {
        if (!gdb_skip(text, ",") || !gdb_number(text, &fd) || !gdb_skip(text, ",") ||
            !gdb_number(text, &pid) || !gdb_skip(text, ",") || !gdb_number(text, &state))
            return false;
        peers[count] = (struct peer){
            .fd = (int)fd - 1, .pid = (int)pid, .runs = state & 1, .known = state >> 1};
        if (!fd) // it ended just then
            snprintf(peers[count].end, END, "X09;process:%x", (unsigned)pid);
        else
            fcntl((int)fd - 1, F_SETFD, FD_CLOEXEC);
        count++;
    }
    return gdb_skip(text, ",");
}
