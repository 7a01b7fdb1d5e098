# program: hello.bare
# gdb: no-file
# status: 3
# Nothing but code: no symbols, no debugging information, no file known to gdb beforehand.
@CONNECT@
info sharedlibrary
catch syscall write
continue
#= call to syscall write
backtrace 3
#= #0  0x.* in write \(\) from target:/lib
x/i $pc
#= => 0x
stepi
info registers pc sp
#= pc +0x
delete
continue
#= exited with code 03
