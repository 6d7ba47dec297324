#!/bin/sh
# What shows processes, memory and the network.
set -eu
ps -e -o pid= | head -n 1 | tr -d ' '
free >/dev/null && uptime >/dev/null && top -bn1 >/dev/null && vmstat >/dev/null && echo procps
ip -brief address show lo | tr -s ' ' | cut -d' ' -f1,3
ip route show table local | head -n 1 | cut -d' ' -f1,2
ls /proc/self/fd | wc -l
df / >/dev/null && mount >/dev/null && echo mounts
getent passwd tester | cut -d: -f3
hostname >/dev/null && nproc >/dev/null && date -u -d @0 +%Y
