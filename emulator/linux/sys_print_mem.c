// SPDX-License-Identifier: MIT
// How the trace shows what arguments point to.
#include "linux/guest.h"
#include "linux/signal.h"
#include "linux/sys_abi.h"
#include "linux/sys_internal.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#define PRINTER(id) \
    void print_##id(struct sys_line *l, uint64_t v, MAYBE_UNUSED const struct sys_seen *s)

enum { SHOWN_BYTES = 32, SHOWN_ITEMS = 16 };

// NULL, what an unsuccessful call was to fill, and unreadable memory are shown as addresses.
bool line_no_memory(struct sys_line *l, uint64_t v, const struct sys_seen *s)
{
    if (v && !(s->after && s->ret < 0))
        return false;
    print_addr(l, v, s);
    return true;
}

#define READ_OR_ADDR(object)                             \
    do {                                                 \
        if (line_no_memory(l, v, s))                     \
            return;                                      \
        if (!guest_read(&(object), v, sizeof(object))) { \
            print_addr(l, v, s);                         \
            return;                                      \
        }                                                \
    } while (0)

void line_quote(struct sys_line *l, const char *bytes, size_t n, bool more)
{
    line_printf(l, "\"");
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool digit_next = i + 1 < n && bytes[i + 1] >= '0' && bytes[i + 1] <= '7';
        switch (c) {
        case '\n': line_printf(l, "\\n"); break;
        case '\t': line_printf(l, "\\t"); break;
        case '\r': line_printf(l, "\\r"); break;
        case '"': line_printf(l, "\\\""); break;
        case '\\': line_printf(l, "\\\\"); break;
        default:
            if (c >= 32 && c < 127)
                line_printf(l, "%c", c);
            else
                line_printf(l, digit_next ? "\\%03o" : "\\%o", c);
        }
    }
    line_printf(l, "\"%s", more ? "..." : "");
}

static void quote_guest(struct sys_line *l, uint64_t addr, uint64_t n)
{
    char bytes[SHOWN_BYTES];
    size_t shown = n < sizeof bytes ? n : sizeof bytes;
    if (guest_read(bytes, addr, shown))
        line_quote(l, bytes, shown, n > shown);
    else
        line_printf(l, "%#llx", (unsigned long long)addr);
}

PRINTER(buf)
{
    uint64_t n = s->index + 1 < SYS_ARGS ? s->args[s->index + 1] : 0;
    if (line_no_memory(l, v, s))
        return;
    if (s->after && (uint64_t)s->ret < n)
        n = (uint64_t)s->ret;
    quote_guest(l, v, n);
}

PRINTER(str)
{
    char text[1024];
    if (line_no_memory(l, v, s))
        return;
    int64_t n = guest_read_string(text, v, sizeof text);
    if (n >= 0)
        line_quote(l, text, (size_t)n, false);
    else if (n == -ENAMETOOLONG)
        line_quote(l, text, sizeof text - 1, true);
    else
        print_addr(l, v, s);
}

PRINTER(strv)
{
    uint64_t p;
    line_printf(l, "[");
    for (unsigned i = 0; guest_read64(&p, v + 8 * i) && p; i++) {
        if (i == SHOWN_ITEMS) {
            line_printf(l, ",...");
            break;
        }
        line_printf(l, "%s", i ? "," : "");
        print_str(l, p, s);
    }
    line_printf(l, "]");
}

PRINTER(envv)
{
    uint64_t p;
    unsigned n = 0;
    while (guest_read64(&p, v + 8 * n) && p)
        n++;
    print_addr(l, v, s);
    line_printf(l, " /* %u vars */", n);
}

PRINTER(iovec)
{
    uint64_t count = s->index + 1 < SYS_ARGS ? s->args[s->index + 1] : 0;
    uint64_t left = s->after ? (uint64_t)s->ret : UINT64_MAX;
    if (line_no_memory(l, v, s))
        return;
    line_printf(l, "[");
    for (unsigned i = 0; i < count; i++) {
        struct iovec io;
        if (i == SHOWN_ITEMS || !guest_read(&io, v + i * sizeof io, sizeof io)) {
            line_printf(l, ",...");
            break;
        }
        uint64_t n = io.iov_len < left ? io.iov_len : left;
        line_printf(l, "%s{iov_base=", i ? "," : "");
        quote_guest(l, (uint64_t)io.iov_base, n);
        line_printf(l, ",iov_len=%zu}", io.iov_len);
        left -= n;
    }
    line_printf(l, "]");
}

static void put_pair(struct sys_line *l, const int64_t pair[2], const char *fraction)
{
    line_printf(l, "{tv_sec=%lld,tv_%s=%lld}", (long long)pair[0], fraction, (long long)pair[1]);
}

PRINTER(timespec)
{
    int64_t ts[2];
    READ_OR_ADDR(ts);
    put_pair(l, ts, "nsec");
}

PRINTER(timeval)
{
    int64_t tv[2];
    READ_OR_ADDR(tv);
    put_pair(l, tv, "usec");
}

PRINTER(timespec2)
{
    int64_t ts[2][2];
    READ_OR_ADDR(ts);
    line_printf(l, "[");
    for (unsigned i = 0; i < 2; i++) {
        if (ts[i][1] == UTIME_NOW || ts[i][1] == UTIME_OMIT)
            line_printf(l, "%s", ts[i][1] == UTIME_NOW ? "UTIME_NOW" : "UTIME_OMIT");
        else
            put_pair(l, ts[i], "nsec");
        line_printf(l, "%s", i ? "]" : ",");
    }
}

static void put_timer(struct sys_line *l, const int64_t t[4], const char *fraction)
{
    line_printf(l, "{it_interval=");
    put_pair(l, t, fraction);
    line_printf(l, ",it_value=");
    put_pair(l, t + 2, fraction);
    line_printf(l, "}");
}

PRINTER(itimerspec)
{
    int64_t t[4];
    READ_OR_ADDR(t);
    put_timer(l, t, "nsec");
}

PRINTER(itimerval)
{
    int64_t t[4];
    READ_OR_ADDR(t);
    put_timer(l, t, "usec");
}

static void put_sigset(struct sys_line *l, uint64_t set, const struct sys_seen *s)
{
    const char *space = "";
    bool inverted = __builtin_popcountll(set) > 32;
    line_printf(l, inverted ? "~[" : "[");
    set = inverted ? ~set : set;
    for (unsigned i = 0; i < 64; i++)
        if (set >> i & 1) {
            line_printf(l, "%s", space);
            print_signal(l, i + 1, s);
            space = " ";
        }
    line_printf(l, "]");
}

PRINTER(sigset)
{
    uint64_t set;
    READ_OR_ADDR(set);
    put_sigset(l, set, s);
}

PRINTER(sigaction)
{
    static const struct sys_const bits[] = {
        {SA_NOCLDSTOP, "SA_NOCLDSTOP"}, {SA_NOCLDWAIT, "SA_NOCLDWAIT"},
        {SA_SIGINFO, "SA_SIGINFO"},     {0x04000000, "SA_RESTORER"},
        {SA_ONSTACK, "SA_ONSTACK"},     {SA_RESTART, "SA_RESTART"},
        {SA_NODEFER, "SA_NODEFER"},     {SA_RESETHAND, "SA_RESETHAND"},
        {0x800, "SA_EXPOSE_TAGBITS"},
    };
    struct guest_sigaction a;
    READ_OR_ADDR(a);
    line_printf(l, "{sa_handler=");
    if (a.handler < 2)
        line_printf(l, "%s", a.handler ? "SIG_IGN" : "SIG_DFL");
    else
        print_addr(l, a.handler, s);
    line_printf(l, ",sa_mask=");
    put_sigset(l, a.mask, s);
    line_printf(l, ",sa_flags=");
    line_flags(l, bits, ARRAY_LEN(bits), (uint32_t)a.flags, "0");
    line_printf(l, "}");
}

PRINTER(stack)
{
    struct guest_stack st;
    READ_OR_ADDR(st);
    line_printf(l, "{ss_sp=%#llx,ss_flags=%#x,ss_size=%llu}", (unsigned long long)st.sp,
                (unsigned)st.flags, (unsigned long long)st.size);
}

PRINTER(siginfo)
{
    siginfo_t info;
    READ_OR_ADDR(info);
    line_printf(l, "{si_signo=");
    print_signal(l, (uint64_t)info.si_signo, s);
    line_printf(l, ",si_code=%d,si_pid=%d,si_uid=%u}", info.si_code, info.si_pid, info.si_uid);
}

static void put_sockaddr(struct sys_line *l, uint64_t addr, uint64_t size)
{
    union {
        struct sockaddr sa;
        struct sockaddr_un un;
        struct sockaddr_in in;
        struct sockaddr_in6 in6;
        char room[128];
    } a;
    char text[INET6_ADDRSTRLEN];
    memset(&a, 0, sizeof a);
    if (size > sizeof a)
        size = sizeof a;
    if (!addr || size < sizeof a.sa.sa_family || !guest_read(&a, addr, size)) {
        print_addr(l, addr, NULL);
        return;
    }
    line_printf(l, "{sa_family=");
    print_sockdomain(l, a.sa.sa_family, NULL);
    if (a.sa.sa_family == AF_UNIX) {
        size_t n = size - sizeof a.sa.sa_family;
        line_printf(l, ",sun_path=%s", n && !a.un.sun_path[0] ? "@" : "");
        if (n && !a.un.sun_path[0])
            line_quote(l, a.un.sun_path + 1, n - 1, false);
        else
            line_quote(l, a.un.sun_path, strnlen(a.un.sun_path, n), false);
    } else if (a.sa.sa_family == AF_INET) {
        inet_ntop(AF_INET, &a.in.sin_addr, text, sizeof text);
        line_printf(l, ",sin_port=htons(%u),sin_addr=inet_addr(\"%s\")", ntohs(a.in.sin_port),
                    text);
    } else if (a.sa.sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &a.in6.sin6_addr, text, sizeof text);
        line_printf(l, ",sin6_port=htons(%u),sin6_addr=\"%s\"", ntohs(a.in6.sin6_port), text);
    }
    line_printf(l, "}");
}

PRINTER(sockaddr)
{
    put_sockaddr(l, v, s->index + 1 < SYS_ARGS ? s->args[s->index + 1] : 0);
}

PRINTER(sockaddrp)
{
    uint32_t size = 0;
    if (line_no_memory(l, v, s))
        return;
    guest_read(&size, s->index + 1 < SYS_ARGS ? s->args[s->index + 1] : 0, sizeof size);
    put_sockaddr(l, v, size);
}

PRINTER(msghdr)
{
    struct msghdr m;
    READ_OR_ADDR(m);
    line_printf(l, "{msg_name=");
    put_sockaddr(l, (uint64_t)m.msg_name, m.msg_namelen);
    line_printf(l, ",msg_iov=");
    const uint64_t args[SYS_ARGS] = {(uint64_t)m.msg_iov, m.msg_iovlen};
    print_iovec(l, args[0], &(struct sys_seen){.args = args, .ret = s->ret, .after = s->after});
    line_printf(l, ",msg_controllen=%zu,msg_flags=", m.msg_controllen);
    print_msgflags(l, (uint64_t)m.msg_flags, s);
    line_printf(l, "}");
}

static void put_epoll(struct sys_line *l, const struct guest_epoll_event *e)
{
    static const struct sys_const bits[] = {
        {EPOLLIN, "EPOLLIN"},           {EPOLLPRI, "EPOLLPRI"}, {EPOLLOUT, "EPOLLOUT"},
        {EPOLLERR, "EPOLLERR"},         {EPOLLHUP, "EPOLLHUP"}, {EPOLLRDHUP, "EPOLLRDHUP"},
        {EPOLLONESHOT, "EPOLLONESHOT"}, {EPOLLET, "EPOLLET"},   {EPOLLEXCLUSIVE, "EPOLLEXCLUSIVE"}};
    line_printf(l, "{events=");
    line_flags(l, bits, ARRAY_LEN(bits), e->events, "0");
    line_printf(l, ",data=%#llx}", (unsigned long long)e->data);
}

PRINTER(epoll)
{
    struct guest_epoll_event e;
    READ_OR_ADDR(e);
    put_epoll(l, &e);
}

PRINTER(epolls)
{
    struct guest_epoll_event e;
    if (line_no_memory(l, v, s))
        return;
    line_printf(l, "[");
    for (int64_t i = 0;
         i < s->ret && i < SHOWN_ITEMS && guest_read(&e, v + (uint64_t)i * sizeof e, sizeof e);
         i++) {
        line_printf(l, "%s", i ? "," : "");
        put_epoll(l, &e);
    }
    line_printf(l, "]");
}

PRINTER(pollfds)
{
    static const struct sys_const bits[] = {{POLLIN, "POLLIN"},   {POLLPRI, "POLLPRI"},
                                            {POLLOUT, "POLLOUT"}, {POLLERR, "POLLERR"},
                                            {POLLHUP, "POLLHUP"}, {POLLNVAL, "POLLNVAL"}};
    uint64_t n = s->index + 1 < SYS_ARGS ? s->args[s->index + 1] : 0;
    struct pollfd p;
    if (line_no_memory(l, v, s))
        return;
    line_printf(l, "[");
    for (uint64_t i = 0; i < n && i < SHOWN_ITEMS && guest_read(&p, v + i * sizeof p, sizeof p);
         i++) {
        line_printf(l, "%s{fd=%d,events=", i ? "," : "", p.fd);
        line_flags(l, bits, ARRAY_LEN(bits), (uint16_t)p.events, "0");
        line_printf(l, "}");
    }
    line_printf(l, "]");
}

PRINTER(rlimit)
{
    uint64_t r[2];
    READ_OR_ADDR(r);
    for (unsigned i = 0; i < 2; i++) {
        line_printf(l, i ? ",rlim_max=" : "{rlim_cur=");
        if (r[i] == RLIM_INFINITY)
            line_printf(l, "RLIM_INFINITY");
        else
            line_printf(l, "%llu", (unsigned long long)r[i]);
    }
    line_printf(l, "}");
}

PRINTER(intp)
{
    int i;
    READ_OR_ADDR(i);
    line_printf(l, "[%d]", i);
}

PRINTER(uintp)
{
    unsigned u;
    READ_OR_ADDR(u);
    line_printf(l, "[%u]", u);
}

PRINTER(longp)
{
    int64_t i;
    READ_OR_ADDR(i);
    line_printf(l, "[%lld]", (long long)i);
}

PRINTER(fds)
{
    int fd[2];
    READ_OR_ADDR(fd);
    line_printf(l, "[%d,%d]", fd[0], fd[1]);
}

PRINTER(stat)
{
    static const struct sys_const types[] = {
        {S_IFREG, "S_IFREG"}, {S_IFDIR, "S_IFDIR"}, {S_IFLNK, "S_IFLNK"},  {S_IFCHR, "S_IFCHR"},
        {S_IFBLK, "S_IFBLK"}, {S_IFIFO, "S_IFIFO"}, {S_IFSOCK, "S_IFSOCK"}};
    struct guest_stat st;
    READ_OR_ADDR(st);
    line_printf(l, "{st_mode=");
    line_const(l, types, ARRAY_LEN(types), st.mode & S_IFMT);
    line_printf(l, "|0%o,", st.mode & 07777);
    if (S_ISCHR(st.mode) || S_ISBLK(st.mode))
        line_printf(l, "st_rdev=makedev(%u,%u),...}", major(st.rdev), minor(st.rdev));
    else
        line_printf(l, "st_size=%lld,...}", (long long)st.size);
}

PRINTER(wstatus)
{
    int w;
    READ_OR_ADDR(w);
    if (WIFEXITED(w)) {
        line_printf(l, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]", WEXITSTATUS(w));
    } else if (WIFSIGNALED(w) || WIFSTOPPED(w)) {
        line_printf(l, "[{%s == ",
                    WIFSTOPPED(w) ? "WIFSTOPPED(s) && WSTOPSIG(s)"
                                  : "WIFSIGNALED(s) && WTERMSIG(s)");
        print_signal(l, (uint64_t)(WIFSTOPPED(w) ? WSTOPSIG(w) : WTERMSIG(w)), s);
        line_printf(l, "}]");
    } else {
        line_printf(l, "[%#x]", (unsigned)w);
    }
}

PRINTER(utsname)
{
    struct utsname u;
    READ_OR_ADDR(u);
    line_printf(l, "{sysname=\"%s\",nodename=\"%s\",release=\"%s\",machine=\"%s\",...}", u.sysname,
                u.nodename, u.release, u.machine);
}
