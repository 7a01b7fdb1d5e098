# SPDX-License-Identifier: MIT
sample_text 1000 >text
step gawk '{ count[$7]++; total += $1 } END { n = asorti(count, k); print n, total; for (i = 1; i <= 5; i++) print k[i], count[k[i]] }' text
step gawk 'match($0, /word([0-9]+) ([a-z]+)/, m) { s[m[2]] += m[1] } END { PROCINFO["sorted_in"] = "@val_num_desc"; for (w in s) { print w, s[w]; if (++c == 4) break } }' text
step gawk 'BEGIN { printf "%d %5.3f %s %c %x %e %i\n", 42.9, 3.14159, "str", 65, 255, 12345.678, -7; print substr("hello", 2, 3), length("abc"), index("abc", "c"), tolower("ABC"), toupper("abc") }'
step gawk 'BEGIN { print sin(1), cos(1), atan2(1, 2), exp(1), log(10), sqrt(2), int(-3.7), 2 ** 10, 7 % 3, 1e6, 1e17, 0.1 + 0.2 }'
step gawk 'BEGIN { s = "aXbXc"; n = gsub(/X/, "-", s); print n, s; print gensub(/(a)(.)/, "\\2\\1", "g", "abac"); print split("a:b:c", p, ":"), p[2]; print strftime("%Y-%m-%d", 86400, 1); print and(12, 10), or(12, 10), xor(12, 10), lshift(1, 10), (compl(0) > 0), strtonum("0x1F") }'
step gawk -M 'BEGIN { print 2 ^ 200; PREC = 200; printf "%.50f\n", 4 * atan2(1, 1) }'
step gawk 'function f(n) { return n < 2 ? n : f(n - 1) + f(n - 2) } BEGIN { print f(18) }'
step gawk -F, -v OFS=: '{ $1 = $1; print }' <<END
a,b,c
d,e,f
END
step gawk 'BEGIN { FIELDWIDTHS = "2 3 *" } { print $1 "|" $2 "|" $3 }' <<END
abcdefghij
END
step gawk 'BEGIN { RS = ""; FS = "\n" } { print NR ": " $1 "/" $NF }' <<END
one
two

three
four
END
step gawk 'BEGIN { while ((getline line < "text") > 0) n++; close("text"); print n; print "out" > "made"; close("made"); getline x < "made"; print x; exit 3 }'
step gawk 'BEGIN { srand(1); a = rand(); srand(1); print (a == rand()), substr(a, 1, 10) }'
step gawk 'syntax error here {'
