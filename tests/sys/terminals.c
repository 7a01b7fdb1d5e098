// SPDX-License-Identifier: MIT
// Terminals and other ioctls.
#define _GNU_SOURCE
#include "guest.h"

#include <errno.h>
#include <fcntl.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

int main(void)
{
    int p[2], n = 0;
    CHECK(pipe(p) == 0 && write(p[1], "abc", 3) == 3 && ioctl(p[0], FIONREAD, &n) == 0 && n == 3);
    n = 1;
    char c;
    CHECK(ioctl(p[1], FIONBIO, &n) == 0 && fcntl(p[1], F_GETFL) & O_NONBLOCK);
    CHECK(ioctl(p[0], FIOCLEX) == 0 && fcntl(p[0], F_GETFD) == FD_CLOEXEC &&
          ioctl(p[0], FIONCLEX) == 0);
    CHECK(ioctl(p[0], TCGETS, &c) == -1 && errno == ENOTTY);
    CHECK(ioctl(999, TCGETS, &c) == -1 && errno == EBADF);

    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) || unlockpt(master))
        return guest_done(); // no terminals here
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct termios t;
    struct winsize w = {24, 80, 1, 2}, got = {0};
    CHECK(slave >= 0 && isatty(slave) && tcgetattr(slave, &t) == 0 && t.c_lflag & ICANON &&
          t.c_cc[VINTR] == 3);
    cfmakeraw(&t);
    cfsetspeed(&t, B9600);
    CHECK(tcsetattr(slave, TCSANOW, &t) == 0 && tcgetattr(slave, &t) == 0 &&
          !(t.c_lflag & ICANON) && cfgetospeed(&t) == B9600);
    CHECK(ioctl(master, TIOCSWINSZ, &w) == 0 && ioctl(slave, TIOCGWINSZ, &got) == 0 &&
          !memcmp(&w, &got, sizeof w));
    CHECK(write(master, "q", 1) == 1 && read(slave, &c, 1) == 1 && c == 'q');
    CHECK(tcflush(slave, TCIOFLUSH) == 0 && tcdrain(slave) == 0 &&
          ioctl(master, TIOCGPTN, &n) == 0);
    return guest_done();
}
