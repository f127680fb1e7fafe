#!/bin/sh
# Installs or upgrades one machine of a district out of an offline bundle, or puts it back as it was:
#
#   install.sh --answers FILE [--yes]   verify, preflight, install, migrate, doctor, start
#   install.sh --rollback [--yes]       what the last installation changed is taken back
#
# Nothing is fetched. A step that fails after the machine was changed takes the changes back. Every
# step is harmless when repeated. --root is for tests: files below it, programs of PATH.
set -u
umask 022

here=$(cd "$(dirname "$0")" && pwd)
answers=
agreed=no
mode=install_machine
root=

while [ $# -gt 0 ]; do
  case $1 in
    --answers) answers=${2:?后面要写回答文件} && shift 2 ;;
    --yes) agreed=yes && shift ;;
    --rollback) mode=roll_back && shift ;;
    --root) root=${2:?后面要写目录} && shift 2 ;;
    *)
      echo "用法: sh install.sh --answers 回答文件 [--yes]，或 sh install.sh --rollback [--yes]" >&2
      exit 2
      ;;
  esac
done

if [ -z "$root" ] && [ "$(id -u)" != 0 ]; then
  echo "没有安装：要用 root 执行" >&2
  exit 1
fi

etc=$root/etc/yikatong
kept=$root/var/lib/yikatong-installer
log=$root/var/log/yikatong-install.log
result=$kept/result.json
steps=
changed=no
role='' version='' before='' format=''

mkdir -p "$kept/packages" "$root/var/log" || exit 1
chmod 700 "$kept"
# Held as long as this process lives, however it ends.
exec 9> "$kept/lock"
if ! flock -w 2 9; then
  echo "没有安装：另一个安装程序正在运行" >&2
  exit 1
fi
# What one that was killed left behind; and until this one ends there is no result.
rm -rf "$kept/work."* "$result"
work=$(mktemp -d "$kept/work.XXXXXX") || exit 1

say() {
  printf '%s\n' "$1"
  printf '%s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$1" >> "$log"
}

# Text for JSON: what would end a string or a line is left out.
plain() { printf '%s' "$1" | tr -d '\\"' | tr '[:cntrl:]' ' '; }

# $1: installed, refused, rolled_back, rollback_failed; $2: why
write_result() {
  printf '{"outcome":"%s","role":"%s","version":"%s","before":"%s","format":"%s","at":"%s","reason":"%s","steps":[%s]}\n' \
    "$1" "$(plain "$role")" "$(plain "$version")" "$before" "$format" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
    "$(plain "$2")" "$steps" > "$result.partial" && mv "$result.partial" "$result" && return
  echo "结果没有写进 $result" >&2
}

note_step() {
  [ -z "$steps" ] || steps="$steps,"
  steps="$steps{\"step\":\"$1\",\"ok\":$2}"
}

finish() {
  rm -rf "$work"
  exit "$1"
}

# Before anything was changed: nothing to take back.
refuse() {
  say "没有安装：$1"
  write_result refused "$1"
  finish 1
}

fail() {
  if [ "$changed" = no ]; then refuse "$1"; fi
  say "失败：$1"
  say "退回安装前……"
  if take_back; then
    say "已退回安装前"
    write_result rolled_back "$1"
  else
    say "没有完全退回，请联系维护人员；记录在 $log"
    write_result rollback_failed "$1"
  fi
  finish 1
}

trap 'trap "" INT TERM HUP; fail "被中断"' INT TERM HUP

# Runs a step; what it says goes to the log, the last lines of a failure to the screen.
step() {
  name=$1 text=$2
  shift 2
  say "· $text"
  if "$@" > "$work/said" 2>&1; then
    cat "$work/said" >> "$log"
    note_step "$name" true
    return 0
  fi
  cat "$work/said" >> "$log"
  tail -n 20 "$work/said"
  note_step "$name" false
  return 1
}

# `name = "value"` of the answers; that much of TOML and no more.
answer() {
  value=$(sed -n "s/^$1 *= *\"\([^\"]*\)\" *\(#.*\)\{0,1\}\$/\1/p" "$answers" | head -n 1)
  printf '%s' "${value:-$2}"
}

one_of() {
  name=$1 value=$2
  shift 2
  for allowed in "$@"; do [ "$value" != "$allowed" ] || return 0; done
  refuse "回答文件里 $name = \"$value\" 无效，应为：$*"
}

manifest_value() {
  sed -n "s/^  \"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},\{0,1\}\$/\1/p" "$here/manifest.json" | head -n 1
}

read_answers() {
  [ -f "$answers" ] || refuse "没有回答文件 \"$answers\"：复制 answers.example.toml 后填写"
  role=$(answer role '')
  one_of role "$role" server terminal
  package=$(answer package auto)
  one_of package "$package" auto deb rpm
  migrate=$(answer migrate yes)
  one_of migrate "$migrate" yes no
  owner_env=$(answer owner_env '')
  [ -z "$owner_env" ] || [ -r "$owner_env" ] || refuse "读不了回答文件里的 owner_env = \"$owner_env\""
  grant_to=$(answer grant_to '')
  starts=$(answer start no)
  one_of start "$starts" yes no
  doctor=$(answer doctor report)
  one_of doctor "$doctor" require report
  fingerprints=$(answer fingerprints '')
  config=$(answer config '')
  case $config in
    keep) config=$etc/$role.toml ;;
    /*) ;;
    ?*) config=$(cd "$(dirname "$answers")" && pwd)/$config ;;
  esac
  [ -f "$config" ] || refuse "没有配置文件 \"$config\"：在回答文件的 config 里写明"
}

name_package() { printf 'yikatong-%s' "$role"; }

choose_format() {
  format=$package
  if [ "$format" = auto ]; then
    # A machine of one family may have the other's tool; its own packages tell.
    if dpkg-query -W libc6 >/dev/null 2>&1 || dpkg-query -W dpkg >/dev/null 2>&1; then format=deb
    elif command -v rpm >/dev/null 2>&1; then format=rpm
    else refuse "没有 dpkg 也没有 rpm"
    fi
  fi
}

package_file() {
  for file in "$here/packages/$(name_package)"[-_]*."$format"; do
    [ -f "$file" ] && printf '%s' "$file" && return 0
  done
  return 1
}

installed_version() {
  case $format in
    deb)
      dpkg-query -W -f '${db:Status-Abbrev} ${Version}' "$(name_package)" 2>/dev/null |
        sed -n 's/^ii *//p'
      ;;
    rpm) rpm -q --qf '%{VERSION}' "$(name_package)" 2>/dev/null | sed -n '/^[0-9]/p' ;;
  esac
}

# What the bundle says it holds, and from here on nothing else of it is used: answers and whatever lies
# beside them were signed by nobody, and what was checked cannot be exchanged on a disk of somebody's.
copy_bundle() {
  mkdir "$work/bundle" || return 1
  { cut -c67- "$here/SHA256SUMS" && printf '%s\n' SHA256SUMS manifest.json manifest.sig.json; } |
    while IFS= read -r path; do
      mkdir -p "$work/bundle/${path%"${path##*/}"}" && cp "$here/$path" "$work/bundle/$path" || exit 1
    done || return 1
  here=$work/bundle
}

check_digests() { (cd "$here" && sha256sum --quiet -c SHA256SUMS); }

check_start() {
  sh "$here/preflight.sh" --target "$(manifest_value target)" --min-glibc "$(manifest_value minGlibc)"
}

# On both: ten times what is packed, for the bundle and its program here, the installed one there
# beside the version before it, and the packages that are kept. A disk that fills up half-way is worse than one that is refused.
check_space() {
  set -- "$here/release/"*.tar.xz
  needed=$(($(wc -c < "$1") * 10 / 1024))
  for folder in "$kept" "$root/usr"; do
    [ -d "$folder" ] || continue
    free=$(df -Pk "$folder" | sed -n '$s/.* \([0-9][0-9]*\)  *[0-9][0-9]*% .*/\1/p')
    [ "${free:-0}" -ge "$needed" ] && continue
    echo "$folder 所在的分区剩余 $((${free:-0} / 1024)) MB，需要 $((needed / 1024)) MB：清理或扩容"
    return 1
  done
}

unpack_program() {
  xz -dc "$here/release/"*.tar.xz | tar -C "$work" --no-same-owner -xf - || return 1
  for program in "$work"/yikatong-*/bin/yikatong; do :; done
  [ -x "$program" ] || return 1
  if command -v kysec_set >/dev/null 2>&1; then
    for file in "$program" "${program%/bin/yikatong}/lib/runtime"; do
      kysec_set -n exectl -v verified "$file" || return 1
    done
  fi
  "$program" --help > /dev/null && return 0
  echo "程序在 $kept 下不能执行：这个分区是不是用 noexec 挂载的？"
  return 1
}

# The keys of this machine, or those of the bundle if their fingerprints are the ones we were told.
check_signatures() {
  if has_keys; then
    "$program" release verify --trust "$etc/release-keys" "$here"
    return
  fi
  "$program" release verify --trust "$here/keys" "$here" > "$work/verified" || {
    cat "$work/verified"
    return 1
  }
  cat "$work/verified"
  signed=$(sed -n 's/.*公钥指纹 \([0-9a-f]\{64\}\).*/\1/p' "$work/verified")
  [ -n "$signed" ] || return 1
  for fingerprint in $signed; do
    case " $fingerprints " in
      *" $fingerprint "*) ;;
      *)
        echo "公钥指纹 $fingerprint 不在回答文件的 fingerprints 里：不知道是谁签的"
        return 1
        ;;
    esac
  done
}

# Beside the answers, not in its place yet.
check_machine() { "$program" doctor --preflight --role "$role" --config "$config"; }

confirm() {
  [ "$agreed" = yes ] && return 0
  printf '%s，继续吗？输入 yes：' "$1"
  read -r word && [ "$word" = yes ]
}

# The same package and settings as the last time: nothing that could be gone back to is changed.
is_repeated() {
  [ -n "$before" ] && [ -d "$kept/before" ] && [ ! -f "$kept/before/unfinished" ] &&
    cmp -s "$file" "$(kept_package "$before")" && cmp -s "$config" "$etc/$role.toml"
}

kept_package() { printf '%s/packages/%s-%s.%s' "$kept" "$(name_package)" "$1" "$format"; }

keep_before() {
  rm -rf "$kept/before.partial"
  mkdir -p "$kept/before.partial" || return 1
  printf '%s\n' "$role" > "$kept/before.partial/role"
  printf '%s\n' "$format" > "$kept/before.partial/format"
  printf '%s\n' "$before" > "$kept/before.partial/version"
  if [ -f "$etc/$role.toml" ]; then
    cp -p "$etc/$role.toml" "$kept/before.partial/config.toml" || return 1
  fi
  if is_active; then : > "$kept/before.partial/active"; fi
  has_keys || : > "$kept/before.partial/no-keys"
  # Of an installation that was cut short the state before it is the one to go back to.
  if [ -d "$kept/before" ] && [ -f "$kept/before/unfinished" ]; then
    rm -rf "$kept/before.partial"
    return 0
  fi
  : > "$kept/before.partial/unfinished"
  # On the disk before anything of it is changed.
  sync "$kept/before.partial/"* "$kept/before.partial"
  rm -rf "$kept/before" && mv "$kept/before.partial" "$kept/before" && sync "$kept"
}

is_active() { systemctl is-active --quiet "$(name_package)" 2>/dev/null; }

put_package() {
  case $format in
    deb) DEBIAN_FRONTEND=noninteractive dpkg --force-confold -i "$1" ;;
    rpm) rpm -U --oldpackage --replacepkgs "$1" ;;
  esac
}

service_user() { if [ "$role" = server ]; then printf yikatong; else printf yikatong-terminal; fi; }

# The old one or the whole new one, whenever the power goes, and of a name that nobody knows before:
# on a server the program's user may make files beside it. Owner and mode as the package has them.
place_config() {
  mkdir -p "$etc" && new=$(mktemp "$etc/.$role.XXXXXX") || return 1
  if cat "$1" > "$new" && chmod 640 "$new" &&
    { [ -n "$root" ] || chown "root:$(service_user)" "$new"; } && mv -fT "$new" "$etc/$role.toml"; then
    return 0
  fi
  rm -f "$new"
  return 1
}

put_config() { cmp -s "$config" "$etc/$role.toml" || place_config "$config"; }

has_keys() { [ -n "$(ls -A "$etc/release-keys" 2>/dev/null)" ]; }

# All of them at once: with half of them a machine would believe half of the signers.
put_keys() {
  has_keys && return 0
  new=$(mktemp -d "$etc/.release-keys.XXXXXX") || return 1
  if cp "$here/keys/"*.pem "$new" && chmod 644 "$new/"* && chmod 755 "$new"; then
    rmdir "$etc/release-keys" 2>/dev/null
    mv -T "$new" "$etc/release-keys" && return 0
  fi
  rm -rf "$new"
  return 1
}

installed_program() { printf '%s/usr/bin/yikatong' "$root"; }

as_service() {
  if [ -n "$root" ]; then "$@"; else runuser -u "$(service_user)" -- "$@"; fi
}

# As the tables' owner, whose address nothing else that is started from here may know.
migrate_database() (
  # shellcheck disable=SC1090 # the operator's own
  if [ -n "$owner_env" ]; then . "$owner_env" || return 1; fi
  as_service "$(installed_program)" migrate --config "$etc/$role.toml" \
    ${grant_to:+--grant-to "$grant_to"}
)

check_installed() {
  if [ "$role" = server ]; then
    as_service "$(installed_program)" doctor --config "$etc/$role.toml"
  else
    as_service "$(installed_program)" doctor --terminal --config "$etc/$role.toml"
  fi
}

start_service() {
  [ "$starts" = no ] || systemctl enable "$(name_package)" || return 1
  systemctl restart "$(name_package)" || return 1
  tries=0
  while ! is_active; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || return 1
    sleep 1
  done
}

# The state that keep_before noted: package, configuration, and whether it ran.
take_back() {
  trap '' INT TERM HUP
  [ -d "$kept/before" ] || return 1
  role=$(cat "$kept/before/role")
  format=$(cat "$kept/before/format")
  old=$(cat "$kept/before/version")
  state=0
  systemctl stop "$(name_package)" >> "$log" 2>&1
  if [ -z "$old" ]; then
    case $format in
      # Also one that was cut short, which dpkg would have installed anew first.
      deb)
        ! dpkg-query -W "$(name_package)" >/dev/null 2>&1 ||
          dpkg --force-remove-reinstreq -r "$(name_package)" >> "$log" 2>&1 || state=1
        ;;
      rpm) [ -z "$(installed_version)" ] || rpm -e "$(name_package)" >> "$log" 2>&1 || state=1 ;;
    esac
  elif [ "$(installed_version)" != "$old" ]; then
    file=$(kept_package "$old")
    if [ -f "$file" ]; then
      put_package "$file" >> "$log" 2>&1 || state=1
    else
      say "没有保存 $old 的安装包：请用它的安装包执行 dpkg -i 或 rpm -U --oldpackage"
      state=1
    fi
  fi
  if [ -f "$kept/before/config.toml" ]; then
    place_config "$kept/before/config.toml" || state=1
  elif [ -z "$old" ]; then
    rm -f "$etc/$role.toml"
  fi
  if [ -f "$kept/before/no-keys" ]; then rm -f "$etc/release-keys/"*.pem; fi
  if [ -f "$kept/before/active" ]; then systemctl start "$(name_package)" >> "$log" 2>&1 || state=1; fi
  if [ "$state" = 0 ]; then rm -f "$kept/before/unfinished"; fi
  return "$state"
}

# For the day when it is to be gone back to; and no more than that.
keep_package() {
  now=$(kept_package "$(installed_version)")
  cp "$file" "$now.partial" && mv -f "$now.partial" "$now" || return 1
  for other in "$kept/packages/"*; do
    case $other in
      "$now" | "$(kept_package "$(cat "$kept/before/version")")") ;;
      *) rm -f "$other" ;;
    esac
  done
}

install_machine() {
  read_answers
  choose_format
  version=$(manifest_value version)
  step space "检查磁盘空间" check_space || refuse "磁盘空间不够"
  step copy "复制安装包" copy_bundle || refuse "安装包不完整：重新复制后再试"
  step digests "核对 SHA-256" check_digests || refuse "安装包不完整：重新复制后再试"
  step start "检查程序能否启动" check_start || refuse "这台机器不能运行本程序"
  step unpack "解开程序" unpack_program || refuse "安装包里的程序解不开或不能执行"
  step signatures "核对签名" check_signatures || refuse "签名不对：不要安装，向交付方核实"
  step preflight "检查这台机器" check_machine || refuse "安装前检查有失败的项"
  file=$(package_file) || refuse "安装包里没有 $(name_package) 的 $format 包"
  before=$(installed_version)
  say "$(name_package)：${before:-没有安装} → $version（$format）"
  confirm "将要安装" || refuse "没有同意"
  ran=no
  if is_active; then ran=yes; fi
  if ! is_repeated; then
    step keep "记下安装前的状态" keep_before || refuse "不能记下安装前的状态"
    changed=yes
  fi
  step package "安装 ${file##*/}" put_package "$file" || fail "包没有装上"
  step config "写入配置" put_config || fail "配置没有写入"
  step keys "写入发布公钥" put_keys || fail "发布公钥没有写入"
  if [ "$role" = server ] && [ "$migrate" = yes ]; then
    step migrate "升级数据库结构" migrate_database || fail "数据库结构没有升级"
  fi
  if ! step doctor "体检" check_installed; then
    [ "$doctor" = report ] || fail "体检有失败的项"
    say "体检有失败的项，按回答文件只记录：处理后执行 yikatong doctor"
  fi
  # What ran goes on with the new settings.
  if [ "$starts" = yes ] || [ "$ran" = yes ]; then
    step service "启动服务" start_service || fail "服务没有启动，查看 journalctl -u $(name_package)"
  fi
  keep_package || say "没有保存安装包，以后不能自动退回到它"
  rm -f "$kept/before/unfinished"
  say "完成：$(name_package) $version"
  write_result installed ""
  finish 0
}

roll_back() {
  [ -d "$kept/before" ] || refuse "没有可以退回的安装"
  role=$(cat "$kept/before/role")
  format=$(cat "$kept/before/format")
  before=$(cat "$kept/before/version")
  confirm "将把 $(name_package) 退回到 ${before:-没有安装}，数据和数据库不动" || refuse "没有同意"
  if take_back; then
    say "已退回"
    write_result rolled_back "人工退回"
    finish 0
  fi
  say "没有完全退回，记录在 $log"
  write_result rollback_failed "人工退回"
  finish 1
}

"$mode"
