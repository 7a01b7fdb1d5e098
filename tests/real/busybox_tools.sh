# SPDX-License-Identifier: MIT
# Hashes, archives, numbers and files with busybox-static.
sample_text 60 >text
bb() { step busybox "$@"; }
for hash in md5sum sha1sum sha256sum sha512sum sha3sum crc32; do
    bb $hash text
done
bb md5sum text >sums
sed -i '/^##/d; /^--/d' sums
bb md5sum -c sums
bb base64 text >encoded
sed -i '/^##/d; /^--/d' encoded
bb base64 -d encoded
bb uuencode text name
bb factor 1234567890123 97 1048576
bb seq 1 3 20
bb seq -w 8 11
bb expr 17 '*' 3 + 4
bb expr abcdef : 'abc\(.*\)'
bb printf '%05d|%-8s|%x|%o|%e|%c\n' 42 str 255 8 3.5 z
bb echo -e 'tab\there\\n'
bb test 5 -gt 3
bb test -d nowhere
bb true
bb false
bb basename /usr/lib/name.so .so
bb dirname /usr/lib/name.so
bb mkdir -p a/b/c
bb touch -d '2020-02-03 04:05:06' a/b/file
bb stat -c '%n %s %F %a %y' a/b/file
bb ln -s b/file a/link
bb readlink a/link
bb cp -r a copied
bb mv copied moved
bb find moved -type f
bb find . -name '*.so' -o -name link
bb chmod 640 a/b/file
bb ls a a/b
bb ls -1F a/b
guest busybox du -a moved >/dev/null
bb rm -r moved
bb rmdir a/b/c
bb tar -cf archive.tar text a
bb tar -tf archive.tar
mkdir x
bb tar -xf archive.tar -C x
bb cmp text x/text
bb gzip -9 -k text
bb gzip -t text.gz
bb zcat text.gz
bb gunzip -c text.gz
bb bzip2 -k text
bb bzcat text.bz2
echo text | guest busybox cpio -o -H newc >cpio.archive 2>/dev/null
bb cpio -t <cpio.archive
bb dd if=text of=block bs=512 skip=2 count=3
bb truncate -s 1000 block
bb wc -c block
bb dc -e '2 100 ^ p 17 3 / p'
bb bc -l <<END
scale=20
4*a(1)
2^200
END
bb date -u -d '2021-03-04 05:06:07' '+%Y %j %a %s'
bb cal 2 2024
guest busybox pwd -P >/dev/null
bb uname -m
bb ipcalc -n 192.168.1.77 255.255.255.0
bb which nothing
bb usleep 1000
bb sleep 0.01
bb yes >/dev/full
guest busybox nproc >/dev/null
guest busybox id -u >/dev/null
bb nosuchapplet
