// SPDX-License-Identifier: MIT
// The program of the classic session: functions, locals, a structure, a global.
#include <stdio.h>
#include <string.h>
struct point {
    int x, y;
};
static int counter;
static int add(int a, int b)
{
    int sum = a + b;
    counter++;
    return sum;
}
static double scale(double d)
{
    return d * 1.5;
}
int main(int argc, char **argv)
{
    struct point p = {3, 4};
    int total = 0;
    for (int i = 0; i < 5; i++) {
        total = add(total, i);
    }
    double d = scale(total);
    printf("total %d scaled %.1f %s\n", total, d, argv[0] ? "hello" : "");
    return p.x;
}
