set width 0
set filename-display basename
set print address off
set print frame-arguments none
set sysroot /usr/aarch64-linux-gnu
target remote ./socket
tbreak main
continue
next
watch today.count if today.count > 4
continue
backtrace
print celsius
print r->celsius
detach
