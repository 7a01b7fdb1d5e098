# SPDX-License-Identifier: MIT
# packages: media
# engines: t1
# ffmpeg: hashes of what encoders, filters and decoders make of generated pictures and sounds. The amd64 package makes
# the same ones where its vector code computes the same bits; that of x264 and x265 does not.
exact='-flags +bitexact -fflags +bitexact -sws_flags +accurate_rnd+bitexact'
integer='-idct simple -dct int'
video='-f lavfi -i testsrc2=size=176x144:rate=15 -t 1'
audio='-f lavfi -i sine=frequency=440:sample_rate=44100 -t 1'
ff() {
    echo "> $*"
    # shellcheck disable=SC2086
    guest ffmpeg -nostdin -v error "$@" 2>&1
}
# encode INPUT options...: the hash of what comes out of the encoder
encode() {
    input=$1
    shift
    # shellcheck disable=SC2086
    ff $input "$@" $exact -f md5 -
}
# back FILE options...: the hash of what the decoder makes of it
back() {
    file=$1
    shift
    # shellcheck disable=SC2086
    ff -flags +bitexact -idct simple -i "$file" "$@" $exact -f md5 -
}
# shellcheck disable=SC2086
{
    encode "$video" -c:v rawvideo
    encode "$video" -c:v mpeg4 $integer
    encode "$video" -c:v mpeg2video $integer
    encode "$video" -c:v mjpeg $integer -pix_fmt yuvj420p
    encode "$video" -c:v ffv1 -threads 2
    encode "$video" -c:v huffyuv -pix_fmt yuv422p
    encode "$video" -c:v png -pix_fmt rgb24
    encode "$video" -c:v gif
    encode "$video" -c:v libvpx-vp9 -threads 1 -b:v 200k -cpu-used 8 -deadline realtime
    encode "$video" -c:v libx265 -x265-params log-level=none:pools=none:frame-threads=1 -t 0.4
    encode "$video" -vf scale=320:240,hflip,unsharp,boxblur=2
    encode "$video" -vf rotate=0.3,negate,hue=h=90
    encode "$video" -filter_complex '[0]split[a][b];[a]crop=80:80[c];[b][c]overlay=10:10,fps=5,transpose'

    encode "$audio" -c:a pcm_s24le
    encode "$audio" -c:a flac
    encode "$audio" -c:a adpcm_ima_wav
    encode "$audio" -c:a pcm_mulaw -ar 8000
    encode "$audio" -c:a alac -af volume=0.5:precision=fixed

    ff $video $audio $exact $integer -c:v mpeg4 -c:a flac -map 0 -map 1 both.mkv
    back both.mkv -map 0:v
    back both.mkv -map 0:a
    ff $video $exact -c:v libx264 -threads 2 -preset fast film.mp4
    back film.mp4
    ff $video $exact -c:v libx265 -x265-params log-level=none film.mkv
    guest ffprobe -v error -show_entries stream=codec_name,width,height,nb_frames,duration -of csv film.mp4
    back film.mkv -frames:v 1 -vf scale=8:8,format=gray,lutyuv=y=128
    ff $audio $exact -c:a libmp3lame sound.mp3
    guest ffprobe -v error -show_entries stream=codec_name,sample_rate,channels -of csv sound.mp3
    ff -f lavfi -i 'mandelbrot=size=160x120:rate=10' -frames:v 3 $exact -threads 4 -c:v ffv1 -f framemd5 -
    ff -i missing.avi -f null -
}
