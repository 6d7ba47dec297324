#!/bin/sh
set -eu
cd "$(mktemp -d)"
gcc -O2 -Wall -Werror -pthread -o threads /opt/programs/threads.c
./threads
