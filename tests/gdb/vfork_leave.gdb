# program: vforks
set follow-fork-mode child
set detach-on-fork off
@CONNECT@
break prepare
continue
#= Breakpoint 1.*, prepare \(by=20\)
detach inferiors 1
#= Inferior 1 .* detached
next
#= shared \*= 2
print shared
#= = 21
detach inferiors 2
#= Inferior 2 .* detached
#= program: status 3 shared 42
