#!/bin/bash
# Loads the bash completion that the program prints and asks it for words.
# usage: completions.sh PROGRAM
program=$(realpath "$1")
cd "$(dirname "$0")" || exit 1
# shellcheck disable=SC1090
source <("$program" completions bash) || exit 1
failed=0
number=0

# wanted words, then the command line; the last word is being typed
expect() {
  local wanted=$1
  shift
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  COMPREPLY=()
  _bootgate
  number=$((number + 1))
  if [ "${COMPREPLY[*]}" = "$wanted" ]; then
    echo "ok $number - $*"
  else
    echo "not ok $number - $*"
    echo "# wanted: $wanted"
    echo "#    got: ${COMPREPLY[*]}"
    failed=1
  fi
}

expect 'check' bootgate che
expect 'docker' bootgate env --as doc
expect 'json junit' bootgate check --format = j
expect 'text json sarif github gitlab junit html' bootgate check --format =
expect 'completions.sh' bootgate check compl
expect 'usage' bootgate check --project-directory usa
expect 'parse' bootgate dsn p
expect '' bootgate check --profile x
echo "1..$number"
exit $failed
