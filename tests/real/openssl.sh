# SPDX-License-Identifier: MIT
# packages: servers
# engines: t1
# openssl: digests and ciphers of one text, keys made and used, a certificate authority, TLS between two processes, and
# the measuring loop, which a signal ends. Where the host has an openssl, each takes what the other has made.
. "$SOURCE_DIR/lib/server.sh"
sample_text 3000 >text
o() {
    guest openssl "$@"
}
for digest in md5 sha1 sha224 sha256 sha384 sha512 sha512-256 sha3-256 sha3-512 shake128 blake2s256 blake2b512 sm3 ripemd160; do
    o dgst -$digest -r text 2>/dev/null
done
o dgst -sha256 -hmac key -r text
key=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
iv=f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff
for cipher in aes-128-cbc aes-192-ctr aes-256-cfb aes-256-ofb aes-128-ecb camellia-256-cbc aria-128-ctr chacha20 des-ede3-cbc sm4-cbc; do
    length=$(case $cipher in *256* | chacha20) echo 64 ;; *192* | des-*) echo 48 ;; *) echo 32 ;; esac)
    short=$(printf %."$length"s $key)
    vector=$iv
    [ $cipher != des-ede3-cbc ] || vector=f0f1f2f3f4f5f6f7
    o enc -$cipher -K "$short" -iv $vector -in text -out made 2>/dev/null
    o dgst -sha256 -r made | sed "s/made/$cipher/"
    o enc -d -$cipher -K "$short" -iv $vector -in made 2>/dev/null | cmp - text
done
o enc -aes-256-cbc -pbkdf2 -S 0102030405060708 -k secret -in text | cksum
o kdf -keylen 32 -kdfopt digest:SHA2-256 -kdfopt key:secret -kdfopt salt:salt -kdfopt info:label HKDF
o prime -checks 20 170141183460469231731687303715884105727
[ "$(o rand -hex 16)" != "$(o rand -hex 16)" ] && echo 'random numbers differ'

echo '# keys'
o genrsa -out rsa.pem 2048 2>/dev/null
o rsa -in rsa.pem -check -noout 2>&1
o ecparam -name prime256v1 -genkey -noout -out ec.pem
o genpkey -algorithm ed25519 -out ed25519.pem
o genpkey -algorithm x25519 -out a.pem && o genpkey -algorithm x25519 -out b.pem
o pkey -in a.pem -pubout -out a.pub && o pkey -in b.pem -pubout -out b.pub
o pkeyutl -derive -inkey a.pem -peerkey b.pub -out ab && o pkeyutl -derive -inkey b.pem -peerkey a.pub -out ba && cmp ab ba
for kind in rsa ec; do
    o pkey -in $kind.pem -pubout -out $kind.pub
    o dgst -sha256 -sign $kind.pem -out $kind.sig text
    o dgst -sha256 -verify $kind.pub -signature $kind.sig text
    echo changed | o dgst -sha256 -verify $kind.pub -signature $kind.sig 2>/dev/null
    ! command -v openssl >/dev/null || openssl dgst -sha256 -verify $kind.pub -signature $kind.sig text | grep -v OK
done
o pkeyutl -sign -inkey ed25519.pem -rawin -in text -out ed.sig
o pkeyutl -verify -inkey ed25519.pem -rawin -in text -sigfile ed.sig

echo '# certificates and TLS'
printf '[req]\ndistinguished_name = name\n[name]\n[ca]\nbasicConstraints = critical, CA:true\n' >req.cnf
o req -config req.cnf -extensions ca -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -subj /CN=authority -keyout ca.key -out ca.pem -days 2 2>/dev/null
o req -config req.cnf -new -key rsa.pem -subj /CN=server -out server.csr
o x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 2>/dev/null
o verify -CAfile ca.pem server.pem
o x509 -in server.pem -noout -subject -issuer
new_port
serve server openssl s_server -accept "127.0.0.1:$port" -cert server.pem -key rsa.pem -CAfile ca.pem -www
for version in tls1_2 tls1_3; do
    for try in 1 2 3 4 5 6 7 8 9 10; do
        echo | o s_client -connect "127.0.0.1:$port" -CAfile ca.pem -$version >said 2>&1 && break
        sleep 0.3
    done
    grep -E '^(Verify return code|New, TLS)|^ *Verify return code' said | sed 's/^ *//' | sort -u
done
printf 'GET / HTTP/1.0\r\n\r\n' | o s_client -quiet -connect "127.0.0.1:$port" -CAfile ca.pem -ign_eof 2>/dev/null | grep -o 'HTTP/1.0 200 ok'
o speed -seconds 1 -bytes 1024 sha256 aes-128-cbc 2>/dev/null | sed -n 's/^\(sha256\|aes-128-cbc\) *[1-9][0-9.]*k$/\1 measured/p'
