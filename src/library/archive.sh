#!/bin/sh
# Makes one object of the public functions and what they need, with nothing but bg_* in sight, and an archive of it.
# usage: archive.sh CC... -- OUTPUT.a PUBLIC.a CORE.a
set -eu
compiler=
while [ "$1" != -- ]; do
  compiler="$compiler $1"
  shift
done
output=$2 public=$3 core=$4
object=$output.o
# Code that is to be optimised while linking is made code here: who links the archive may use another compiler.
plain=
if $compiler -flinker-output=nolto-rel -E -x c /dev/null >/dev/null 2>&1; then
  plain=-flinker-output=nolto-rel
fi
$compiler -O2 -r -nostdlib $plain -o "$object" -Wl,--whole-archive "$public" -Wl,--no-whole-archive "$core"
objcopy --localize-hidden "$object"
rm -f "$output"
ar rcs "$output" "$object"
rm -f "$object"
