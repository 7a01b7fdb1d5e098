# SPDX-License-Identifier: MIT
# packages: shell
# beyond: qemu-aarch64 cannot run the programs of the root that find and xargs start
mkdir -p tree/a/b/c tree/d 'tree/with space'
for i in 1 2 3 4 5 6 7 8; do sample_text $((i * 20)) >"tree/a/file$i"; done
cp tree/a/file1 tree/a/b/one; cp tree/a/file2 tree/a/b/c/two.txt; cp tree/a/file3 'tree/with space/three.txt'
ln -s ../a/file1 tree/d/link; ln -s nothing tree/d/dangling; ln tree/a/file4 tree/d/hard
chmod 640 tree/a/file5; chmod 4755 tree/a/file6; touch -d 2001-02-03T04:05:06 tree/a/file7; : >tree/empty
mkfifo tree/fifo
cat >script <<'EOF'
find tree -printf '%y %m %n %p %l\n' | sort
find tree -type f -size +5k -printf '%s %f\n' | sort -n
find tree -name '*.txt' -exec basename {} .txt \; -exec md5sum {} \; | sort
find tree -type f -exec md5sum {} + | sort -k2 | cut -c1-8 | paste -sd' '
find tree -newermt 2001-01-01 ! -newermt 2002-01-01 -printf '%p %TY-%Tm-%Td %TT\n'
find tree -xtype l -o -type p -o -empty | sort
find tree -samefile tree/d/hard | sort
find tree -perm -4000 -o -perm 640 | sort
find -L tree/d -type f -name l\* -size -10k
find tree -regex '.*/file[13579]' -prune -o -path '*file*' -print | sort
find tree -mindepth 2 -maxdepth 2 -type d | sort
find tree -type f -execdir sh -c 'pwd | grep -o "tree.*"; echo $1' sh {} \; | sort | uniq -c | sort -k2
find tree nothing -maxdepth 0; echo "status $?"
find tree -name one -print0 | xargs -0 -I{} sh -c 'echo "[{}]"; wc -l <{}'
seq 100 | xargs -n 7 echo | tail -n 2
seq 40 | xargs -P 8 -n 1 sh -c 'sleep 0.0$(($1 % 5)); echo $(($1 * $1))' sh | sort -n | paste -sd+ | bc
seq 8 | xargs -P 4 -n 1 sh -c 'exit $(($1 == 5))' sh; echo "one failed: $?"
seq 3 | xargs -n 1 sh -c 'exit 255' sh 2>/dev/null; echo "255: $?"
seq 3 | xargs -n 1 sh -c 'kill -KILL $$' sh 2>/dev/null; echo "killed: $?"
echo x | xargs no-such-program 2>/dev/null; echo "missing: $?"
seq 20000 | xargs -s 4000 | wc -l
seq 60000 | xargs echo | wc -w
find tree -type f -delete; find tree | sort | paste -sd' '
find / -maxdepth 1 -name proc
EOF
sed -i 's/ | bc$/ | tr + "\\n" | awk "{ s += \\$1 } END { print s }"/' script
step bash script
