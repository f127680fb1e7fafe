#!/bin/sh
# What both proofs on arm64 have a release do: under an emulator, and in an emulated machine. Says
# `ok <seconds> <check>` or `FAILED <seconds> <check>` and what was printed; the first failure ends it.
#   sh checks.sh <release> <libcrypto> <folder to work in> <port> <devices> <command that plays a visit …>
set -u

release=$1 libcrypto=$2 work=$3 port=$4 devices=$5
shift 5
program=$release/bin/yikatong
ready_seconds_max=1500
platform=

mkdir -p "$work/keys" && cd "$work" || exit 1
export XDG_CACHE_HOME="$work/cache"

trap 'test -z "$platform" || kill "$platform"' EXIT
trap 'exit 130' HUP INT TERM

check() {
  what=$1
  shift
  begun=$(date +%s)
  state=ok
  "$@" >said 2>&1 || state=FAILED
  echo "$state $(($(date +%s) - begun)) $what"
  test "$state" = ok || { tail -n 60 said && exit 1; }
}

starts() {
  "$program" --help | grep '用法: yikatong'
}

signs() {
  (umask 077 && echo "a password of a proof" >password) &&
    "$program" key generate --out key.pem --public-out keys/build.pem --password-file password &&
    chmod 644 keys/build.pem &&
    "$program" release sign --provider native --key key.pem --password-file password \
      --signer build "$release"
}

examines() {
  "$program" key store init --store store --password-file password &&
    configuration >server.toml &&
    "$program" doctor --config server.toml >doctor
  code=$?
  cat doctor
  test "$code" = 0 &&
    grep '密码提供者：native' doctor &&
    grep '程序文件与发布清单一致' doctor &&
    test "$(grep -c '正常  自检' doctor)" -ge 6
}

# The least that a configuration has; nothing listens at these addresses.
configuration() {
  for party in his:app_id citizen_code:app_id insurance:paas_id; do
    printf '[%s]\nurl = "http://127.0.0.1:1"\n%s = "proof"\nsecret = "of-a-proof"\n' \
      "${party%:*}" "${party#*:}"
  done
  cat <<END
[aggregate_pay]
url = "http://127.0.0.1:1"
notify_url = "http://127.0.0.1:1"
app_id = "proof"
app_key = "of-a-proof"
notify_key = "of-a-proof"
order_prefix = "Y"
[crypto]
provider = "native"
library = "$libcrypto"
key_store = "$work/store"
key_store_password_file = "$work/password"
[release]
verification = "enforce"
keys = "$work/keys"
END
}

serves() {
  "$program" dev --devices "$devices" --data data --port "$port" --verbose >served 2>&1 &
  platform=$!
  waited=0
  until grep -q '已就绪' served; do
    if ! kill -0 "$platform" 2>gone; then
      platform=
      cat served
      return 1
    fi
    test "$waited" -lt "$ready_seconds_max" || { cat served && return 1; }
    sleep 1
    waited=$((waited + 1))
  done
}

visits() {
  "$@" "http://127.0.0.1:$((port + 1))" || { tail -n 40 served && return 1; }
}

ends() {
  kill "$platform" && wait "$platform" || { tail -n 40 served && return 1; }
  platform=
}

check "starts" starts
check "signs a release by libcrypto" signs
check "doctor: known answers of libcrypto, every file of the release" examines
check "database, sandbox and a kiosk with $devices devices are up" serves
check "a card is read, two bills are settled and paid" visits "$@"
check "ends when it is told to" ends
