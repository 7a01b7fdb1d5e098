# program: family
# status: 137
# Who had the connection is killed, and the child goes on under gdb.
set detach-on-fork off
@CONNECT@
catch fork
continue
#= Catchpoint 1 \(forked process
break child_work
next
#= New inferior 2
kill inferiors 1
inferior 2
continue
#= Breakpoint 2.*, child_work \(n=2\)
print answer
#= = 40
continue
#= exited with code 052
