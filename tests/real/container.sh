# SPDX-License-Identifier: MIT
# packages: sandbox
# engines: t1
# beyond: programs are executed without help from the kernel
# A root with nothing but arm64 programs and the emulator, as a container of an arm64 image is with the emulator mounted into it
# (docs/ci.md): without libraries of the host, without binfmt_misc, with a /proc and without.
unshare -Urm true 2>/dev/null || { echo 'skipped: this host gives no user namespaces' && exit 77; }
# inside PROC COMMAND: its output and status; PROC is a command that gives the root a /proc.
inside() {
    printf "## %s\n" "$2"
    unshare -Urm sh -ec 'mount -t tmpfs none "$ROOT/run" && cp "$EMULATOR" "$ROOT/run/a64run" && eval "$1"
        exec chroot "$ROOT" /run/a64run /usr/bin/bash -c "$2"' sh "$1" "$2" 2>&1
    echo "-- status $?"
}
proc='mount --rbind /proc "$ROOT/proc"'
for with in "$proc" :; do
    inside "$with" 'uname -m; bash -c "echo a child of bash; exit 3"; echo "$?"; env -i /usr/bin/bash -c "exec uname -m"'
    inside "$with" 'printf "#!/usr/bin/bash\necho a script: \$0 \$1; exit 4\n" >/run/script && chmod +x /run/script && /run/script word'
    inside "$with" 'cp /usr/bin/echo /run/copy && /run/copy a copy && (kill -TERM $BASHPID); echo "$?"'
done
inside "$proc" 'readlink /proc/self/exe; cat /proc/self/comm; head -n 2 /proc/cpuinfo | tail -n 1 | cut -d : -f 1'
