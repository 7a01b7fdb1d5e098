# SPDX-License-Identifier: MIT
# packages: shell
# beyond: qemu-aarch64 cannot run the programs of the root that tmux starts
# Programs with ncurses in terminals of their own: tmux serves them, keys are sent, the screen is looked at. The shell in it is
# interactive, so its jobs are stopped and resumed by the keys of a real terminal; a client attaches through another one.
TMUX_TMPDIR=$PWD TERM=xterm HOME=$PWD HISTFILE=
export TMUX_TMPDIR TERM HOME HISTFILE
tmux() { guest tmux -L t -f /dev/null "$@"; }
# shows PATTERN: waits until the screen has it.
shows() {
    n=0
    until tmux capture-pane -p | grep -qe "$1"; do
        n=$((n + 1))
        [ $n -lt 300 ] || { echo "never on the screen: $1"; tmux capture-pane -p; return 1; }
        sleep 0.1
    done
    echo "on the screen: $1"
}
keys() { tmux send-keys "$@"; }
tmux new-session -d -x 80 -y 24 'exec bash --norc --noprofile'
shows '[$#] *$'
keys 'stty size; test -t 0 && echo a terminal of $(uname -m)' Enter
shows '^24 80$' && shows '^a terminal of'
keys 'sleep 1000' Enter
until pid=$(tmux list-panes -F '#{pane_current_command}') && [ "$pid" = sleep ]; do sleep 0.1; done
keys C-z; shows 'Stopped  *sleep 1000'
keys 'bg; jobs' Enter; shows 'Running  *sleep 1000'
keys 'fg' Enter
until pid=$(tmux list-panes -F '#{pane_current_command}') && [ "$pid" = sleep ]; do sleep 0.1; done
keys C-c; keys 'echo left with $?' Enter; shows '^left with 130$'
keys 'cat' Enter 'echoed twice' Enter; shows '^echoed twice$'; keys C-d
keys 'echo abc' C-w 'x y' C-a C-k 'echo edit''ed' Enter; shows '^edited$'
keys 'clear; seq 1000 | less' Enter; shows '^:'
keys '/^777$' Enter; shows '^777$'; keys 'G'; shows '^1000$'; keys q
keys 'vi -u NONE file' Enter; shows '^~'
keys 'iwritten in vi' Escape 'yyp' ':%s/vi/the editor/' Enter ':wq' Enter
n=0; until [ -s file ] || [ $n -ge 300 ]; do n=$((n + 1)); sleep 0.1; done; cat file
keys 'clear; top -d 1' Enter; shows 'PID USER'; keys q
tmux split-window -h 'exec bash --norc --noprofile'; tmux resize-pane -x 30; shows '[$#] *$'
# The shell is told of its size some time after tmux has changed it.
keys 'until stty size | grep 30; do sleep 0.1; done' Enter; shows '^24 30$'
tmux resize-pane -x 50; keys 'until stty size | grep 50; do sleep 0.1; done' Enter; shows '^24 50$'
tmux list-panes -F '#{pane_index} #{pane_width}x#{pane_height}'
(n=0; until [ "$(tmux list-clients | wc -l)" = 1 ] || [ $n -ge 300 ]; do n=$((n + 1)); sleep 0.1; done; tmux detach-client -s 0) &
script -qec "timeout 100 '$EMULATOR' ${ROOT:+-L '$ROOT'} '$ROOT/usr/bin/tmux' -L t attach" /dev/null | tr -d '\r' | grep -o 'detached.*'
wait
tmux kill-server; echo "server: $?"
