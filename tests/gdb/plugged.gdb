# program: plugged
# gdb: no-file
# A breakpoint in a library that is not there yet, and variables of threads.
@CONNECT@
set breakpoint pending on
break plugin_add
#= Breakpoint 1 \(plugin_add\) pending
tbreak main
continue
#= Temporary breakpoint 2, main
print own
#= = 5
print before
#= = 1
continue
#= Breakpoint 1, plugin_add \(n=1\)
info sharedlibrary
#= Yes .*plugin.so
finish
#= Value returned is .* = 101
continue
#= hit Breakpoint 1.*plugin_add \(n=10\)
print sum
#= = 100
finish
#= = 110
print own
#= = 6
thread apply all print own
#= Thread 2
#= = 6
#= Thread 1
#= = 5
print own = 7
delete
break look
continue
#= hit Breakpoint .*look \(id=2
finish
#= program: 1 6 101
#= program: 2 8 112
