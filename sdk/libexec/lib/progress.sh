# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What the driver is doing, on a terminal, when it takes longer than a second: one line, which is written over and goes when it is
# done. Where stderr is no terminal, nothing. Sourced by a64kit.

progress_pid=''

# progress [TEXT [LOG]]: TEXT is what is done from now on, nothing more without it. A line of LOG that begins with [7/9] or [ 7%],
# as build tools write it, says how far.
progress()
{
    if [[ -n $progress_pid ]]; then
        kill "$progress_pid" 2>/dev/null || true
        wait "$progress_pid" 2>/dev/null || true
        progress_pid=''
        printf '\r\033[K' >&2
    fi
    [[ -n ${1-} && -t 2 ]] || return 0
    # No lock of the driver's, and no pipe that somebody reads to its end.
    progress_show "$@" </dev/null >/dev/null 8>&- 9>&- &
    progress_pid=$!
}

progress_show()
{
    local text=$1 log=${2-} begun=$SECONDS far='' columns line
    columns=$(stty size <&2 2>/dev/null) || columns=''
    columns=${columns#* }
    ((${columns:-0} > 0)) || columns=80
    while sleep 0.5 && kill -0 "$$" 2>/dev/null; do
        ((SECONDS > begun)) || continue
        [[ ! -r $log ]] || far=$(tail -n 20 "$log" | grep -oE '^\[ *[0-9]+(/[0-9]+|%)\]' | tail -n 1)
        line="a64kit: ${far:+$far }$((SECONDS - begun)) s: $text"
        printf '\r\033[K%s' "${line:0:columns - 1}" >&2
    done
}
