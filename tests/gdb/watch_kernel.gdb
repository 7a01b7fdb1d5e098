# program: memory
# What a system call writes.
@CONNECT@
break in_kernel
continue
#= Breakpoint 1, in_kernel
watch buffer[3]
continue
#= Hardware watchpoint 2: buffer\[3\]
#= New value = 109 'm'
backtrace
#= read
delete
continue
#= exited normally
