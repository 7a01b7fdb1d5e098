# SPDX-License-Identifier: MIT
# packages: media
# engines: t1
# x264, flac, lame and oggenc: what they write for a generated picture and sound, and that it comes back.
awk 'BEGIN { for (f = 0; f < 12; f++) { for (y = 0; y < 144; y++) for (x = 0; x < 176; x++)
    printf "%c", 32 + (x * 3 + y * 5 + f * 9 + (x * y) % 13) % 90; for (i = 0; i < 2 * 88 * 72; i++) printf "%c", 60 + (i + f) % 60 } }' >clip.yuv
awk 'BEGIN { for (i = 0; i < 44100 * 4; i++) printf "%c", 33 + int(45 + 44 * sin(i / 40) * cos(i / 9000)) }' >sound.raw
cksum clip.yuv sound.raw
for options in '--preset ultrafast' '--preset medium --threads 1' '--preset slow --threads 1 --crf 30 --tune ssim' '--qp 0 --threads 2'; do
    echo "> x264 $options"
    # shellcheck disable=SC2086
    guest x264 --quiet --no-progress --cpu-independent --input-res 176x144 --fps 15 $options -o clip.264 clip.yuv 2>&1 | sed -n 's/, [0-9.]* fps//p'
    cksum <clip.264
done
for level in 0 5 8; do
    echo "> flac -$level"
    guest flac -s -f -$level --force-raw-format --endian=little --sign=signed --channels=2 --bps=16 --sample-rate=44100 -o sound.flac sound.raw
    guest metaflac --show-md5sum sound.flac
    wc -c <sound.flac
    guest flac -s -t sound.flac && guest flac -s -d -f --force-raw-format --endian=little --sign=signed -o back.raw sound.flac
    cmp back.raw sound.raw
done
for options in '-b 128' '-V 2 --noreplaygain' '-m m -b 64 -q 0'; do
    echo "> lame $options"
    # shellcheck disable=SC2086
    guest lame --quiet -r -s 44.1 --bitwidth 16 $options sound.raw sound.mp3
    cksum <sound.mp3
    guest lame --quiet --decode -t sound.mp3 back.raw
    cksum <back.raw
done
echo '> oggenc'
guest oggenc -Q -r --serial 1 -q 4 -o sound.ogg sound.raw
cksum <sound.ogg
guest oggdec -Q -R -o back.raw sound.ogg
cksum <back.raw
