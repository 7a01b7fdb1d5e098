# program: family
# status: 0
set follow-fork-mode child
@CONNECT@
break child_work
continue
#= Attaching after .* fork to child
#= Breakpoint 1.*, child_work \(n=2\)
print answer
#= = 40
finish
#= = 42
continue
#= exited with code 052
#= program: child ended with 42
