// SPDX-License-Identifier: MIT
// variants: O2-static-pie O2-dynamic
// A program with a GiB of variables, which does not fit where others that may lie anywhere go.
#include "guest.h"

#include <stdint.h>

static uint8_t room[1 << 30];

int main(void)
{
    room[0] = 1;
    room[sizeof room - 1] = 2;
    CHECK(room[0] + room[sizeof room / 2] + room[sizeof room - 1] == 3);
    return guest_done();
}
