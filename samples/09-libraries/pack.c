// SPDX-License-Identifier: MIT
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

int main(void)
{
    static unsigned char text[100000], packed[200000], again[100000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = "aarch64"[i % 7] ^ (i / 1000 & 3);
    uLongf size = sizeof packed, back = sizeof again;
    if (compress(packed, &size, text, sizeof text) != Z_OK || uncompress(again, &back, packed, size) != Z_OK ||
        back != sizeof text || memcmp(again, text, back))
        return 1;
    printf("%zu bytes packed to %lu, unpacked the same\n", sizeof text, size);
    unsigned char sum[EVP_MAX_MD_SIZE];
    unsigned length;
    if (!EVP_Digest(text, sizeof text, sum, &length, EVP_sha256(), NULL))
        return 1;
    printf("sha256 ");
    for (unsigned i = 0; i < length; i++)
        printf("%02x", sum[i]);
    puts("");
    return 0;
}
