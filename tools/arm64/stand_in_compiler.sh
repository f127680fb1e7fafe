#!/bin/sh
# Stands in for the compiler of the emulated machine: hands out what was compiled outside.
test "$1" = -dumpmachine && echo aarch64-linux-gnu && exit
while test "$#" -gt 1; do
  test "$1" = -o && cp "/proof/simulators/$(basename "$2")" "$2" && exit
  shift
done
exit 1
