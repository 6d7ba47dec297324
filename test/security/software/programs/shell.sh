#!/bin/sh
# Pipes, here-documents, jobs, traps, file modes and owners: what every script does.
set -eu
cd "$(mktemp -d)"

seq 1 1000 | grep 7 | sort -r | head -n 1 | tr 9 8
cat <<TEXT | wc -l
one
two
TEXT

trap 'echo "caught TERM"' TERM
kill -TERM $$
(trap 'exit 7' USR1; : >ready; while :; do sleep 0.01; done) &
until [ -e ready ]; do sleep 0.01; done
kill -USR1 $!
wait $! || echo "job ended with $?"
timeout 0.1 sleep 10 || echo "timed out with $?"

mkfifo pipe
echo through >pipe &
cat pipe
wait

echo text >file
chown 1000:1000 file
chmod 4755 file
ln file hard
ln -s file soft
stat -c '%u:%g %a %h' file
mkdir -m 700 private
chown tester private
tar -c . | (mkdir ../copy.$$ && cd ../copy.$$ && tar -xp)
stat -c '%u:%g %a' ../copy.$$/file ../copy.$$/private
flock lock true && nice -n 5 setsid true && taskset 1 true
dd if=/dev/zero of=zeros bs=1M count=8 status=none
fallocate -l 1M reserved
truncate -s 1G sparse
cp --sparse=always sparse other
sync file
du -m zeros | cut -f1
