# SPDX-License-Identifier: MIT
# packages: shell
# beyond: qemu-aarch64 cannot run the programs of the root that a script starts
# Pipes of programs, substitution of processes and commands, coprocesses, redirections of every kind.
sample_text 500 >text
cat >script <<'EOF'
set -o pipefail
sort -k1,1n text | awk '{ print $2, $3 % 7 }' | sort | uniq -c | sort -rn | head -3
echo "status ${PIPESTATUS[*]}"
false | true | (exit 7) | true; echo "status $? of ${PIPESTATUS[*]}"
diff <(sort text) <(sort text | tac | sort) && echo 'two substituted processes agree'
paste -d, <(seq 3) <(seq 4 6) <(printf '%s\n' a b c)
tee >(wc -l >lines) >(md5sum >sum) <text | cut -c1 | sort | uniq -c | head -2
while [ ! -s lines ] || [ ! -s sum ]; do sleep 0.01; done
cat lines sum
coproc upper { while read -r x; do echo "${x^^}"; done; }
upper_process=$upper_PID
for word in one two three; do
    echo "$word" >&"${upper[1]}"
    read -r answer <&"${upper[0]}"
    echo "coprocess: $answer"
done
exec {in}>&"${upper[1]}"-
exec {in}>&-
wait "$upper_process"
echo "coprocess ended with $?"
exec 7<>file
echo 'through descriptor 7' >&7
exec 7<file
read -r line <&7
exec 7>&-
echo "$line"
cat <<here | tr a-z A-Z
here document $((6 * 7)) $(echo nested $(echo deeper))
here
cat <<<"here string"
{ echo out; echo err >&2; } 2>&1 >/dev/null | sed 's/^/only: /'
mkfifo fifo
(for i in 1 2 3; do echo "fifo $i"; done >fifo) &
while read -r line; do echo "read $line"; done <fifo
wait
mapfile -t lines < <(seq 1000)
echo "${#lines[@]} ${lines[999]}"
yes | head -n 100000 | wc -l
seq 200000 | awk '{ s += $1 } END { print s }'
echo "$(seq 20000 | tail -n 1) $(printf %s {a..e})"
out=$( (echo in subshell; exit 9) ); echo "$out, status $?"
read -r -t 0.05 x < <(sleep 1); echo "time out: $(($? > 128))"
printf '%s\0' a 'b c' d | xargs -0 -n1 echo item
find . -name 'te*' -exec wc -c {} +
head -c 100000 /dev/zero | od -An -tx1 | head -n 1
dd if=text bs=100 count=3 2>/dev/null | cksum
(trap '' PIPE; yes 2>/dev/null; echo "yes: $?" >&2) | head -n 1
EOF
step bash script
cat >loop <<'EOF'
# Pipes made and taken down many times.
n=0
for i in {1..60}; do
    x=$(echo "$i" | cat | tr 0-9 a-j | rev | cat)
    n=$((n + ${#x}))
done
echo "$n letters"
s=0
while read -r i; do s=$((s + i)); done < <(for i in {1..3000}; do echo "$i"; done)
echo "$s"
seq 5000 | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | cat | md5sum
EOF
step bash loop
