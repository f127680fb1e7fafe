#!/bin/sh
# What has to be known before the program itself can start: it needs a C library that is new enough,
# so it cannot tell that it is too old. All else is looked at by `yikatong doctor --preflight`.
#
#   preflight.sh [--root DIR] [--target linux-x64|linux-arm64] [--min-glibc 2.27]
#
# Ends with 0 when the program can start here, 1 when it cannot, 2 for wrong usage.
set -u

root=
target=
min_glibc=2.27

while [ $# -gt 0 ]; do
  case $1 in
    --root) root=${2:?} && shift 2 ;;
    --target) target=${2:?} && shift 2 ;;
    --min-glibc) min_glibc=${2:?} && shift 2 ;;
    *) echo "用法: preflight.sh [--root 目录] [--target linux-x64|linux-arm64] [--min-glibc 2.27]" >&2 && exit 2 ;;
  esac
done

failures=0
ok() { printf '正常  %s\n' "$1"; }
warn() { printf '警告  %s\n      → %s\n' "$1" "$2"; }
fail() {
  printf '失败  %s\n      → %s\n' "$1" "$2"
  failures=$((failures + 1))
}

os_value() {
  for file in "$root/etc/os-release" "$root/usr/lib/os-release"; do
    [ -r "$file" ] || continue
    sed -n "s/^$1=//p" "$file" | head -n 1 | sed "s/^[\"']//; s/[\"']\$//"
    return
  done
}

check_system() {
  name=$(os_value PRETTY_NAME)
  ok "操作系统  ${name:-不明}"
}

check_processor() {
  machine=$(uname -m)
  case $machine in
    x86_64) here=linux-x64 ;;
    aarch64) here=linux-arm64 ;;
    *)
      fail "处理器    $machine" "本程序只有 x86_64 和 aarch64（鲲鹏、飞腾）的，没有龙芯、申威的"
      return
      ;;
  esac
  if [ -n "$target" ] && [ "$target" != "$here" ]; then
    fail "处理器    $machine，安装包是 $target 的" "换用 $here 的安装包"
  else
    ok "处理器    $machine"
  fi
}

glibc_version() {
  version=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc \([0-9.]*\).*/\1/p')
  # The last word of ldd's first line, on systems without getconf.
  [ -n "$version" ] || version=$(ldd --version 2>/dev/null | sed -n '1s/.* \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p')
  printf '%s' "$version"
}

# As numbers: 2.9 is before 2.27.
is_before() {
  [ "${1%%.*}" -lt "${2%%.*}" ] && return 0
  [ "${1%%.*}" -gt "${2%%.*}" ] && return 1
  minor=${1#*.}
  wanted=${2#*.}
  [ "${minor%%.*}" -lt "${wanted%%.*}" ]
}

check_glibc() {
  version=$(glibc_version)
  if [ -z "$version" ]; then
    fail "glibc     版本不明" "本程序要 glibc $min_glibc 以上；用 musl 的系统（如 Alpine）不能用"
  elif is_before "$version" "$min_glibc"; then
    case $(os_value ID) in
      kylin) advice="银河麒麟桌面 V10 要升级到 SP1（2107 及以后），服务器 V10 各版本都可以" ;;
      *) advice="升级操作系统；glibc 不能单独升级" ;;
    esac
    fail "glibc     ${version}，低于 ${min_glibc}：程序不能启动，不要安装" "$advice"
  else
    ok "glibc     $version"
  fi
}

check_programs() {
  missing=
  for program in tar xz sha256sum sed cmp; do
    command -v "$program" >/dev/null 2>&1 || missing="$missing $program"
  done
  if [ -n "$missing" ]; then
    fail "命令      缺少$missing" "从系统光盘或内网软件源安装（xz 在 xz-utils 或 xz 包里，cmp 在 diffutils）"
  else
    ok "命令      tar xz sha256sum"
  fi
}

check_package_manager() {
  if command -v dpkg >/dev/null 2>&1 || command -v rpm >/dev/null 2>&1; then
    ok "包管理器  有"
  else
    fail "包管理器  没有 dpkg 也没有 rpm" "本安装包只能装在用 deb 或 rpm 的系统上"
  fi
}

# On a Kylin machine what is unpacked has no tag yet: the installer gives it one, as root.
check_kysec() {
  status=$(getstatus 2>/dev/null) || return
  case $status in
    *[Ss]oftmode* | *[Dd]isabled* | *'exec control: off'*) ok "KySec     执行控制没有开启" ;;
    *)
      if command -v kysec_set >/dev/null 2>&1; then
        ok "KySec     执行控制开启，安装程序会加认证标记"
      else
        fail "KySec     执行控制开启，没有 kysec_set 命令" "在安全中心允许本程序，或暂时关闭执行控制"
      fi
      ;;
  esac
}

check_system
check_processor
check_glibc
check_programs
check_package_manager
check_kysec
echo
if [ "$failures" -gt 0 ]; then
  echo "结论：不要安装，$failures 项失败"
  exit 1
fi
echo "结论：程序可以在这台机器上启动"
