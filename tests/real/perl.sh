# SPDX-License-Identifier: MIT
# packages: languages
# engines: t1 t1-1
# beyond: qemu-aarch64 cannot run the programs of the root that a script starts
# fork, pipes, sockets, threads, signals, dynamic modules.
cat >program.pl <<'EOF'
use strict; use warnings;
use threads; use threads::shared; use Thread::Queue;
use Socket; use IO::Socket::INET; use IO::Select; use IO::Handle; use POSIX qw(:sys_wait_h :signal_h floor);
use Fcntl qw(:flock SEEK_SET); use File::Temp qw(tempfile tempdir); use Time::HiRes qw(usleep setitimer ITIMER_REAL);
use Digest::SHA qw(sha256_hex); use List::Util qw(sum shuffle); use Storable qw(dclone freeze thaw); use Config;
$| = 1;
print "$Config{archname}\n";
my @pids;
for my $i (1 .. 8) { my $p = fork // die; if (!$p) { usleep(1000 * $i); exit $i } push @pids, $p }
print join(",", map { waitpid $_, 0; $? >> 8 } @pids), "\n";
pipe my $r, my $w or die;
if (!fork) { close $r; print $w "line $_\n" for 1 .. 5000; close $w; exit 0 }
close $w; my $lines = () = <$r>; wait; print "$lines lines from a child, status $?\n";
my $server = IO::Socket::INET->new(Listen => 20, LocalAddr => "127.0.0.1") or die "listen: $!";
my $port = $server->sockport;
for my $i (1 .. 6) {
    next if fork;
    my $c = IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port) or die;
    print $c "client $i " . "x" x (1000 * $i) . "\n"; my $answer = <$c>; exit($answer eq length("client $i ") + 1000 * $i . "\n" ? 0 : 1);
}
my $select = IO::Select->new($server); my $served = 0; my %length;
while ($served < 6) {
    for my $ready ($select->can_read(10)) {
        if ($ready == $server) { $select->add(scalar $server->accept) }
        else { my $line = <$ready>; chomp $line; $length{(split / /, $line)[1]} = length $line; print $ready length($line) . "\n"; $select->remove($ready); close $ready; $served++ }
    }
}
my $bad = 0; while ((my $p = wait) > 0) { $bad += $? != 0 } print "served ", join(",", map { "$_:$length{$_}" } sort keys %length), " bad $bad\n";
socketpair(my $left, my $right, AF_UNIX, SOCK_DGRAM, PF_UNSPEC) or die; send $left, "datagram", 0; recv $right, my $got, 100, 0; print "$got\n";
my $count :shared = 0; my $queue = Thread::Queue->new;
my @threads = map { my $n = $_; threads->create(sub { for (1 .. 200) { lock $count; $count++ } $queue->enqueue($n * $n); return sum(1 .. 1000 * $n) }) } 1 .. 6;
my @results = map { $_->join } @threads; print "$count @results ", join("+", sort { $a <=> $b } map { $queue->dequeue } 1 .. 6), "\n";
my $waiter = threads->create(sub { lock $count; cond_wait($count) until $count > 5000; return "woken" });
{ lock $count; $count = 6000; cond_signal($count) } print $waiter->join, "\n";
my $ticks = 0; { local $SIG{ALRM} = sub { $ticks++ }; setitimer(ITIMER_REAL, 0.005, 0.005); my $x = 0; while ($ticks < 10) { $x += sqrt $_ for 1 .. 500 } setitimer(ITIMER_REAL, 0); }
print "ticks: ", $ticks >= 10 ? "enough" : $ticks, "\n";
eval { local $SIG{ALRM} = sub { die "timeout\n" }; alarm 1; sysread $left, my $never, 1; }; print "interrupted: $@";
my $order = ""; { local $SIG{USR1} = sub { $order .= "1" }; local $SIG{USR2} = sub { $order .= "2" };
    my $set = POSIX::SigSet->new(SIGUSR1); sigprocmask(SIG_BLOCK, $set); kill USR1 => $$; kill USR2 => $$; $order .= "-"; sigprocmask(SIG_UNBLOCK, $set); 1 while length $order < 3 } print "$order\n";
my $child = fork; if (!$child) { $SIG{TERM} = sub { exit 42 }; sleep 10 while 1 } usleep 200000; kill TERM => $child; waitpid $child, 0; print "terminated: ", $? >> 8, "\n";
if (!($child = fork)) { kill KILL => $$; sleep 1 } waitpid $child, 0; print "killed: ", WIFSIGNALED($?) ? WTERMSIG($?) : "no", "\n";
my ($fh, $name) = tempfile(UNLINK => 1); flock $fh, LOCK_EX; print $fh "x" x 100; seek $fh, 10, SEEK_SET; print $fh "y"; truncate $fh, 50; close $fh; print -s $name, "\n";
print `uname -m`; my $said = qx(echo from a shell; exit 3); print $said, $? >> 8, "\n"; print system("test -d /proc") >> 8, "\n";
open my $out, "|-", "sort", "-n" or die; print $out "$_\n" for 10, 9, 8, 100; close $out;
open my $in, "-|", "seq", "1", "3" or die; print map { s/\n/ /r } <$in>; print "\n";
print sha256_hex("abc" x 1000), "\n"; my $deep = dclone({ a => [1, { b => 2 }], c => \"x" }); print $deep->{a}[1]{b}, " ${$deep->{c}} ", length freeze([1 .. 100]), "\n";
my %h; $h{$_ % 997} .= chr(65 + $_ % 26) for 1 .. 100000; print scalar(keys %h), " ", length join("", values %h), "\n";
my $text = "the quick brown fox " x 5000; my $hits = () = $text =~ /\b(\w)\w*\1?\b/g; print "$hits ", $text =~ tr/o//, "\n";
printf "%.15g %s %s %e\n", 0.1 + 0.2, 9**20, 2**63, -1 / 3; print floor(-3.5), " ", int(7.9), " ", -7 % 3, " ", 1e15 + 0.5, "\n";
{ use bigint; print 2**200, "\n" } print join(" ", unpack("A3 n N C*", pack("A3 n N C*", "abc", 258, 16909060, 1 .. 3))), "\n";
exec "sh", "-c", 'echo replaced; exit 7';
EOF
step perl program.pl
step perl -e 'die "dying\n"'
step perl -e '$SIG{SEGV} = sub { print "caught SEGV\n"; exit 0 }; kill SEGV => $$; sleep 1'
