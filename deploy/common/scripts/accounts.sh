make_group() {
  getent group "$1" >/dev/null || groupadd --system "$1"
}

make_user() {
  make_group "$1"
  getent passwd "$1" >/dev/null || useradd --system --gid "$1" --home-dir "$2" \
    --no-create-home --shell /usr/sbin/nologin "$1"
}

# What lies in it stays as it is.
make_folder() {
  mkdir -p "$4"
  chown "$2:$3" "$4"
  chmod "$1" "$4"
}

# It holds passwords: for root to change and the program to read.
guard_config() {
  if [ -f "$2" ] && [ ! -L "$2" ]; then
    chown "root:$1" "$2"
    chmod 0640 "$2"
  fi
}
