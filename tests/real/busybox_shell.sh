# SPDX-License-Identifier: MIT
# Shell scripts by busybox's ash with its builtins only: no program is executed.
cat >script <<'END'
fib() {
    if [ "$1" -lt 2 ]; then
        echo "$1"
    else
        echo $(($(fib $(($1 - 1))) + $(fib $(($1 - 2)))))
    fi
}
echo "fib $(fib 9)"
sum=0
i=0
while [ $i -lt 500 ]; do
    i=$((i + 1))
    [ $((i % 3)) -eq 0 ] && continue
    sum=$((sum + i * i))
done
echo "sum $sum"
for word in alpha beta 'gamma delta' *; do
    case $word in
    a*) echo "a: $word ${#word}" ;;
    *' '*) echo "two: ${word%% *} ${word##* }" ;;
    script) echo 'found itself' ;;
    *) echo "other: ${word:-none}" ;;
    esac
done
text='one,two;three'
IFS=',;'
set -- $text
echo "$# $1 $2 $3"
unset IFS
read -r first rest <<EOT
first and the rest
EOT
echo "[$first] [$rest]"
printf '%s\n' x y z | while read -r line; do echo "piped $line"; done
echo "${unset_variable-default} ${text#*,} ${text/two/2}"
(exit 7)
echo "status $?"
trap 'echo trapped' USR1
kill -USR1 $$
trap 'echo leaving' EXIT
f() { local v=inner; echo "$v"; return 3; }
v=outer
f
echo "$? $v"
echo $((0x1f + 010 - (5 << 2) | 1)) $((7 / 2)) $((-7 % 3)) $((1 ? 2 : 3))
exec 3>file
echo 'to file' >&3
exec 3>&-
read -r back <file
echo "$back"
( echo subshell; exit 4 ) &
wait $!
echo "waited $?"
echo "arguments: $0 $*" | { read -r a b; echo "$b"; }
set -e
false || echo 'still here'
eval 'echo "evaluated $((6 * 7))"'
exit 5
END
step busybox sh script arg1 arg2
step busybox ash -c 'echo $0 $1' zero one
echo 'echo from stdin; exit 2' | guest busybox sh
echo "-- status $?"
step busybox sh -c 'kill -9 $$'
step busybox sh -c 'syntax error ('
