# SPDX-License-Identifier: MIT
# packages: servers
# engines: t1
# memcached with four threads of its own; 12 processes of a perl client load it at once.
. "$SOURCE_DIR/lib/server.sh"
new_port
cat >client.pl <<'END'
use strict;
use IO::Socket::INET;
use Digest::MD5 'md5_hex';
my ($port, $command) = @ARGV;
sub connected {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Timeout => 20) or exit 1;
    $socket->autoflush(1);
    return $socket;
}
sub ask {
    my ($socket, $text, $lines) = @_;
    print $socket $text =~ s/\n/\r\n/gr;
    return map { my $line = <$socket>; $line =~ s/\r\n//; $line } 1 .. $lines;
}
my $socket = connected();
if (!$command) {
    print join(' ', ask($socket, "version\n", 1)) =~ /^VERSION 1/ ? "up\n" : "?\n";
    exit;
}
print "$_\n" for ask($socket, "set a 5 0 3\nabc\nget a\nadd a 0 0 1\nx\nappend a 0 0 3\ndef\ngets a b\ndelete a\nget a\n", 11);
print "$_\n" for ask($socket, "set n 0 0 1\n0\nincr n 7\ndecr n 2\ntouch n 100\nincr none 1\nbad\n", 6);
my $large = md5_hex(1) x 20000;
print md5_hex(join "\n", ask($socket, "set large 0 0 " . length($large) . "\n$large\nget large\n", 4)), "\n";
ask($socket, "set n 0 0 1\n0\n", 1);
my @children;
for my $n (1 .. 12) {
    my $pid = fork;
    if (!$pid) {
        my $own = connected();
        for my $i (1 .. 150) {
            my $value = md5_hex("$n $i") x (1 + $i % 40);
            my @said = ask($own, "set k$n.$i 0 0 " . length($value) . "\n$value\nget k$n.$i\nincr n 1\n", 5);
            exit 2 unless $said[0] eq 'STORED' && $said[2] eq $value && $said[4] =~ /^\d+$/;
        }
        exit 0;
    }
    push @children, $pid;
}
for my $pid (@children) {
    waitpid $pid, 0;
    print "child: status $?\n" if $?;
}
print join(' ', ask($socket, "get n\n", 3)), "\n";
print $socket "stats\r\n";
while (<$socket>) {
    last if /^END/;
    print "$1\n" if /^STAT ((threads|curr_items|total_items|evictions|incr_hits) \d+)\r/;
}
END

serve memcached memcached -u nobody -l 127.0.0.1 -p "$port" -U 0 -t 4 -m 64
within 30 guest perl client.pl "$port" ''
guest perl client.pl "$port" load
echo "status $?"
kill -TERM "$pid"
wait "$pid"
echo "status $?"
cat memcached.log
