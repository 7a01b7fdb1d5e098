# program: family exec
# The child executes a program, and then the parent, which had the connection first, is left.
set detach-on-fork off
@CONNECT@
catch fork
continue
#= Catchpoint 1 \(forked process
break child_work
catch exec
next
#= New inferior 2
inferior 2
continue
#= Breakpoint 2.*, child_work \(n=2\)
continue
#= is executing new program
#= Catchpoint 3 \(exec
info inferiors
#= \* 2 .*process
continue
#= Breakpoint 2.*, child_work \(n=3\)
detach inferiors 1
print answer
#= = 40
continue
#= exited with code 053
#= program: child ended with 43
