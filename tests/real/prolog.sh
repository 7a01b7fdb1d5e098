# SPDX-License-Identifier: MIT
# packages: interpreters
# engines: t1
# beyond: qemu-aarch64 takes its library for a file of the host
# SWI-Prolog: backtracking, big numbers, exceptions, threads with message queues, tabling, processes.
cat >program.pl <<'EOF'
:- use_module(library(lists)), use_module(library(apply)).
:- initialization(main).
:- table path/2.
edge(1,2). edge(2,3). edge(3,1). edge(3,4). edge(4,5).
path(X,Y) :- edge(X,Y).
path(X,Y) :- path(X,Z), edge(Z,Y).
queens(N, Qs) :- numlist(1, N, Ns), permutation(Ns, Qs), safe(Qs), !.
safe([]). safe([Q|Qs]) :- no_attack(Q, Qs, 1), safe(Qs).
no_attack(_, [], _). no_attack(Q, [Q1|Qs], D) :- Q =\= Q1 + D, Q =\= Q1 - D, D1 is D + 1, no_attack(Q, Qs, D1).
nrev([], []). nrev([H|T], R) :- nrev(T, RT), append(RT, [H], R).
main :- queens(7, Qs), writeln(Qs), X is 2 ** 200 mod 1000000007, writeln(X), numlist(1, 400, L), nrev(L, [F|_]), writeln(F),
    findall(Y, path(1, Y), Ys), sort(Ys, S), writeln(S), catch(atom_length(_, _), error(E, _), (print(E), nl)), R is 22 rdiv 7, writeln(R),
    findall(Id, (between(1, 5, I), thread_create((numlist(1, I, N), sum_list(N, T), thread_send_message(main, sum(T))), Id)), Ids),
    findall(T, (member(_, Ids), thread_get_message(sum(T))), Ts), msort(Ts, Sorted), writeln(Sorted), forall(member(Id, Ids), thread_join(Id)),
    length(Big, 100000), sumlist_of(Big), garbage_collect, shell('exit 9', Status), writeln(Status), halt(2).
sumlist_of(L) :- maplist(=(3), L), sum_list(L, S), writeln(S).
EOF
SWI_HOME_DIR=$ROOT/usr/lib/swi-prolog
export SWI_HOME_DIR
step swipl program.pl </dev/null
step swipl -g 'X is 10 ** 30 // 7, writeln(X)' -t halt </dev/null
