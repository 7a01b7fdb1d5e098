# SPDX-License-Identifier: MIT
# GNU coreutils: dynamic programs with libselinux, libcrypto-free hashes, libgmp.
sample_text 2000 >text
step sort text -o sorted
step md5sum sorted
step sort -k1,1n -k6,6r text -o sorted
step sha256sum text sorted
step sort --parallel=1 -R --random-source=text text -o shuffled
step sort -c sorted
step sort -m -u sorted sorted -o merged
step wc text sorted merged
step sha1sum text
step sha512sum text
step b2sum text
step cksum text
step sum -s text
step factor 18446744073709551557 1000000016000000063 600851475143
step factor 170141183460469231731
step seq 0.1 0.3 2
step seq -f '%08.3f' 3
step seq 999999999998 1000000000001
step od -A x -t x8z -N 64 text
step od -t f4 -t d2 -N 32 text
step od -c -N 40 text
step head -c 100 text
step tail -n 2 text
step uniq -c -w 2 sorted >/dev/null
step cut -c 1-10 --output-delimiter=: sorted >/dev/null
step tr -d '[:digit:]' <merged >letters
step md5sum letters
step numfmt --to=iec 123456789 4096
step expr 123456789012345678901234567890 '*' 987654321
step printf '%s %d %5.1f %x\n' a 1 2.5 255
step echo -e 'a\tb'
step basename /a/b.c .c
mkdir dir
touch -d '2020-01-02 03:04:05' dir/file dir/other
chmod 644 dir/file
chmod 600 dir/other
ln -s file dir/link
touch -h -d '2020-01-02 03:04:05' dir/link
step ls dir
step ls -lgo --time-style=long-iso dir
step ls -1 -a -F dir
step ls -l nothing-here
step date -u -d '2023-05-06 07:08:09' '+%F %T %s %A %V'
step date -u -d '1 Jan 2000 + 100 days' +%c
step date -d nonsense
step stat -c '%n %A %s %y' dir/file
step cp -a dir copy
step mv copy moved
step rm -r moved
step mkdir -m 700 made
step stat -c %a made
guest readlink -f dir/link >/dev/null
step join -j 1 sorted sorted >/dev/null
step comm -12 sorted sorted >/dev/null
step paste -s -d, dir/file
step base64 -w 60 merged >encoded
step basenc --base16 dir/file
step split -n 4 text piece
step cat pieceaa pieceab pieceac piecead >whole
step shred -n 1 --random-source=text piecead
step truncate -s 12345 pieceaa
step wc -c pieceaa
step tsort text >/dev/null
step nl -b a dir/file
step fmt -w 40 merged >/dev/null
step pr -l 20 merged >/dev/null
step test 1 -eq 2
step true
step false
guest env -i A=1 B=2
step uname -m
step dd if=text of=block bs=1000 count=3 status=none
step md5sum block
step csplit -s text 10 20
step wc -l xx00 xx01
