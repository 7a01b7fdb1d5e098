# SPDX-License-Identifier: MIT
cat >program <<'END'
scale = 50
4 * a(1)
e(1)
s(1)
c(1)
l(2)
sqrt(2)
2 ^ 300
scale = 0
define f(n) {
    if (n < 2) return (1)
    return (n * f(n - 1))
}
f(100)
f(40) / f(20) % 1000007
obase = 16
123456789012345678901234567890
ibase = 16
obase = A
FFFFFFFFFFFFFFFF
ibase = A
for (i = 0; i < 5; i++) { auto_sum += i ^ i; auto_sum; }
1 / 0
length(f(30))
a[3] = 7; a[3] * 2
-7 / 2
-7 % 2
END
step bc -lq program </dev/null
echo '2^100; scale=10; 10/3' | guest bc
