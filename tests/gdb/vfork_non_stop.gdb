# program: vforks ends
set non-stop on
set follow-fork-mode child
@CONNECT@
break prepare
continue
#= hit Breakpoint 1, prepare \(by=20\)
thread 2.1
next
#= shared \*= 2
continue
#= Inferior 2 .* exited with code 052
#= program: status 42 shared 42
