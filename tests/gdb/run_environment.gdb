# program: hello
# target: extended
# status: any
# Programs that gdb runs have its environment and folder.
set remote exec-file @BIN@/hello
@CONNECT@
break main
continue
#= Breakpoint 1, main \(argc=1
call (void *)((void *(*)(const char *))getenv)("A64_OF_GDB")
#= = \(void \*\) 0x0
set environment A64_OF_GDB=first,second
set environment A64_TOO=too
set cwd /usr
run
#= Breakpoint 1, main \(argc=1
call ((char *(*)(const char *))getenv)("A64_OF_GDB")
#= "first,second"
call ((char *(*)(char *, long))getcwd)(0, 0)
#= "/usr"
set environment A64_OF_GDB=third
unset environment A64_TOO
unset environment PATH
run
#= Breakpoint 1, main \(argc=1
call ((char *(*)(const char *))getenv)("A64_OF_GDB")
#= "third"
call (void *)((void *(*)(const char *))getenv)("A64_TOO")
#= = \(void \*\) 0x0
call (void *)((void *(*)(const char *))getenv)("PATH")
#= = \(void \*\) 0x0
continue
#= exited with code 03
