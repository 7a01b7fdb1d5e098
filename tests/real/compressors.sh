# SPDX-License-Identifier: MIT
# Round trips of 5 MB through xz, gzip and zstd; the host's own tools check the result when there.
sample_text 110000 | head -c 5000000 >data
head -c 20000 /dev/zero >>data
cksum data
for level in 1 6; do
    guest gzip -n -$level -c data >data.gz
    echo "gzip -$level status $? $(wc -c <data.gz) $(cksum <data.gz)"
    guest gzip -dc data.gz | cmp - data && echo same
done
command -v gzip >/dev/null && gzip -t data.gz || echo 'host gzip refuses'
guest xz -T1 -0 -c data >data.xz
echo "xz -0 status $? $(cksum <data.xz)"
guest xz -dc data.xz | cmp - data && echo same
head -c 700000 data >part
guest xz -T1 -6 --check=crc64 -c part >part.xz
echo "xz -6 status $? $(cksum <part.xz)"
guest xz -dc part.xz | cmp - part && echo same
guest xz -T1 --format=lzma -2 -c part >part.lzma
echo "lzma status $? $(cksum <part.lzma)"
guest xz -dc part.lzma | cmp - part && echo same
guest xz -t data.xz
echo "xz -t status $?"
for level in 1 3; do
    guest zstd -q -$level -c data >data.zst
    echo "zstd -$level status $? $(cksum <data.zst)"
    guest zstd -q -dc data.zst | cmp - data && echo same
done
guest zstd -q -12 -c part >part.zst
echo "zstd -12 status $? $(cksum <part.zst)"
guest zstd -q -dc part.zst | cmp - part && echo same
head -c 1000 data.gz >broken.gz
guest gzip -t broken.gz 2>/dev/null
echo "broken gzip status $?"
head -c 1000 data.xz >broken.xz
guest xz -t broken.xz 2>/dev/null
echo "broken xz status $?"
