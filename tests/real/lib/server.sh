# SPDX-License-Identifier: MIT
# Servers for the scripts here: started in the background, on 127.0.0.1, and gone when the script ends.

served=''
trap 'for pid in $served; do kill "$pid" 2>/dev/null; done; wait' EXIT
trap 'exit 1' HUP INT TERM

# new_port: $port becomes one that nothing listens at, below those that the kernel gives to clients. Tests that
# run at the same time begin at different ones.
port=$((15000 + $$ * 41 % 15000))
new_port() {
    port=$((port + 1))
    while cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q "$(printf ':%04X ' "$port")"; do
        port=$((port + 1))
    done
}

# serve NAME program args...: starts a guest, what it says goes to NAME.log. $pid is its process, or that which
# waits for it and hands signals to it and its children.
serve() {
    log=$1.log
    shift
    : >"$log" # at once: what a server before it has said is not this one's
    guest_exec "$@" >"$log" 2>&1 &
    pid=$!
    served="$served $pid"
}

# within SECONDS command args...: repeats it until it succeeds; a line in the transcript if it never does.
within() {
    tries=$(($1 * 10))
    shift
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1))
        [ $tries -gt 0 ] || { echo "never: $*" && return 1; }
        sleep 0.1
    done
}

# ended PID: true when there is no such process. What has ended and is not waited for yet counts as ended.
ended() {
    ! grep -q '^State:[[:space:]]*[^Z[:space:]]' "/proc/$1/status" 2>/dev/null
}
