# program: hello
# gdb: no-file
# status: 3
@CONNECT@
#= Reading .*hello from remote target
break main
continue
#= Breakpoint 1, main \(argc=1
info sharedlibrary
#= target:/lib.*/libc.so.6
info proc exe
#= exe = .*hello
info proc stat
#= hello
info proc status
#= SigCgt
info proc mappings
#= hello
#= libc.so.6
continue
#= exited with code 03
