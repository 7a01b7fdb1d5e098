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
continue
#= exited with code 03
