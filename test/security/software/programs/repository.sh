#!/bin/sh
# A repository with branches, a merge, a clone and a collection of garbage.
set -eu
cd "$(mktemp -d)"
export HOME="$PWD"
git config --global user.name tester
git config --global user.email tester@localhost
git config --global init.defaultBranch trunk
git init --quiet project
cd project
echo one >file
git add file
git commit --quiet -m first
git checkout --quiet -b side
echo two >other
git add other
git commit --quiet -m second
git checkout --quiet trunk
git merge --quiet --no-ff -m merged side
git gc --quiet
git log --format=%s | sort
git clone --quiet . ../clone
git -C ../clone fsck --no-progress
git -C ../clone ls-files
