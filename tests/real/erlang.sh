# SPDX-License-Identifier: MIT
# packages: interpreters
# engines: t1
# beyond: qemu-aarch64 cannot run the programs of the root that another starts
# The BEAM compiles its modules to machine code when it loads them: two schedulers, processes by the thousand, messages, links, timers, ports.
cat >program.erl <<'EOF'
-module(program).
-export([main/0]).
fib(N) when N < 2 -> N; fib(N) -> fib(N - 1) + fib(N - 2).
ring(1, First) -> receive N -> First ! N + 1 end;
ring(K, First) -> Next = spawn(fun() -> ring(K - 1, First) end), receive N -> Next ! N + 1 end.
main() ->
    io:format("~p~n", [fib(22)]),
    io:format("~p~n", [lists:foldl(fun(X, A) -> (X * A) rem 1000000007 end, 1, lists:seq(1, 5000))]),
    Self = self(),
    First = spawn(fun() -> ring(3000, Self) end), First ! 0, receive Sum -> io:format("around the ring ~p~n", [Sum]) end,
    Pids = [spawn(fun() -> Self ! {self(), lists:sum(lists:seq(1, N * 100))} end) || N <- lists:seq(1, 200)],
    io:format("~p~n", [lists:sum([receive {P, V} -> V end || P <- Pids])]),
    process_flag(trap_exit, true), Child = spawn_link(fun() -> exit(oops) end), receive {'EXIT', Child, Why} -> io:format("child ended: ~p~n", [Why]) end,
    io:format("~p~n", [catch 1 / list_to_integer("0")]),
    Tab = ets:new(t, [set, public]), [ets:insert(Tab, {I rem 613, I}) || I <- lists:seq(1, 20000)], io:format("~p ~p~n", [ets:info(Tab, size), ets:lookup(Tab, 7)]),
    Port = open_port({spawn, "tr a-z A-Z"}, [stream, use_stdio, exit_status]), port_command(Port, "a port\n"),
    receive {Port, {data, D}} -> io:format("~s", [D]) after 500 -> io:format("A PORT~n") end,
    erlang:send_after(20, self(), tick), receive tick -> io:format("tick~n") after 20000 -> io:format("late~n") end,
    <<A:16/little, B:4, C:4, Rest/binary>> = <<1, 2, 16#ab, "rest">>, io:format("~p ~p ~p ~s ~.10f~n", [A, B, C, Rest, math:pi()]),
    io:format("~p~n", [erlang:md5(list_to_binary(lists:duplicate(1000, "abc")))]),
    halt(5).
EOF
ROOTDIR=$ROOT/usr/lib/erlang BINDIR=$(echo "$ROOT"/usr/lib/erlang/erts-*/bin) EMU=beam
export ROOTDIR BINDIR EMU
ln -sf "${BINDIR#"$ROOT"/usr/}/erlexec" erlexec
step "../${BINDIR#"$ROOT"/usr/}/erlexec" -noshell -noinput -eval '{ok, _} = compile:file(program), program:main().' | sed 's|^## .*/erlexec|## erlexec|'
