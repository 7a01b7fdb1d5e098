# SPDX-License-Identifier: MIT
# Text applets of busybox-static.
sample_text 120 >text
sample_text 40 | tac >other
bb() { step busybox "$@"; }
bb awk '{ n[length($0) % 7]++; s += $1 } END { for (i = 0; i < 7; i++) print i, n[i]; printf "%d %.3f\n", s, s / NR }' text
bb awk -F, 'BEGIN { print substr("hello", 2, 3), index("abc", "c"), toupper("x"), sqrt(2), 2^10, int(-3.7); split("a:b:c", p, ":"); print p[3]; gsub(/o/, "0"); print sprintf("%5.2f|%-5s|%x", 3.14159, "ab", 255) }'
bb sed -n 's/line \([0-9]*\)/LINE[\1]/; 10,15p; $p' text
bb sed -e '1~100!d' -e 'y/abc/ABC/; s/word[0-9]*/W/g' text
bb grep -c 'word1[0-9]* ' text
bb grep -nE '^(12|9)[0-9]+ .*(abc|xyz|uvw)' text
bb grep -vi LINE text
bb sort -n -k1,1 -k3,3nr text -o sorted
bb head -n 5 sorted
bb tail -n 3 sorted
bb sort -u -t' ' -k6 text
bb wc text other
bb cut -d' ' -f1,3-4 other
bb tr 'a-z' 'A-Z' <other
bb tr -s ' ' '\n' <other
bb uniq -c other
bb rev other
bb tac other
bb nl other
bb fold -w 20 other
bb expand other
bb unexpand -a other
bb paste -d: other other
bb comm text text
bb split -l 40 text part.
bb cat part.aa part.ab part.ac
bb cmp text sorted
bb diff -u other text
bb od -A d -t x1z -N 64 text
bb hexdump -C -n 48 text
bb xxd -l 40 text
bb strings text
bb shuf -n 0 text
bb tsort <<END
a b
b c
a c
END
bb dos2unix -u other
bb unix2dos other
bb cksum text
bb sum text
bb tee copy <other
bb cmp copy other
