# SPDX-License-Identifier: MIT
# packages: shell
# beyond: qemu-aarch64 cannot run the programs of the root that a script starts
# Job control: stopped and continued jobs, waiting for any or one, traps, process groups.
cat >script <<'EOF'
set -m
sleep 0.1 &
jobs
fg %1
echo "fg: $?"
sleep 50 &
kill -STOP %1
until [[ $(jobs) == *Stopped* ]]; do :; done
jobs
bg %1 && jobs
kill %1
wait %1
echo "killed: $?"
(exit 3) &
first=$!
read -r -t 0.3 x < <(sleep 5)
(sleep 0.3; exit 4) &
wait -n; echo "wait -n: $?"
wait -n -p which; echo "wait -n: $?"
[ "$which" = $! ] && echo 'it was the second'
wait "$first" 2>/dev/null; echo "of the first: $?"
trap 'echo trapped USR1' USR1
kill -USR1 $$
trap 'echo trapped CHLD' CHLD
/bin/true
trap - CHLD
(trap 'echo subshell leaves' EXIT; exit 5); echo "status $?"
bash -c 'kill -STOP $$; echo continued' &
until [[ $(jobs) == *Stopped* ]]; do :; done
fg >/dev/null
echo "fg: $?"
sleep 100 | sleep 100 | sleep 100 &
group=$(ps -o pgid= -p $!)
ps -eo pgid=,comm= | grep -c "^ *$((group)) sleep"
last=$!
kill -TERM -- -$((group))
wait "$last" 2>/dev/null
echo "group: $?"
for signal in HUP QUIT ABRT SEGV TERM; do
    bash -c "kill -$signal \$\$; sleep 1" 2>/dev/null
    echo "$signal $?"
done
ulimit -S -n 64; ulimit -n
(ulimit -t 1; while :; do :; done) 2>/dev/null; echo "cpu limit: $?"
time_of() { local TIMEFORMAT=%R; { time "$@"; } 2>&1; }
[[ $(time_of sleep 0.2) == 0.[2-9]* ]] && echo 'time is told'
disown -a; jobs
for i in {1..40}; do (exit $((i % 5))) & done
n=0
while :; do wait -n; s=$?; [ $s = 127 ] && break; n=$((n + s)); done
echo "sum of 40: $n"
trap 'echo end' EXIT
timeout 0.2 sleep 10; echo "timeout: $?"
timeout -s KILL 0.2 sleep 10; echo "timeout: $?"
nohup echo nohup 2>/dev/null </dev/null | cat
setsid -w sh -c 'echo session; exit 6'; echo "setsid: $?"
echo $(($(nice -n 5 nice) - $(nice)))
EOF
# When the shell tells of killed jobs on stderr is a matter of time.
step bash script | grep -v '^2> '
