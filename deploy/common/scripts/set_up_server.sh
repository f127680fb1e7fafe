# Users and folders, by systemd's own tools where they are; again is no harm.
set_up() {
  if command -v systemd-sysusers >/dev/null 2>&1; then
    systemd-sysusers yikatong-server.conf
  else
    make_user yikatong /var/lib/yikatong
  fi
  make_folder 1770 root yikatong /etc/yikatong
  make_folder 0755 root root /etc/yikatong/release-keys
  make_folder 0700 yikatong yikatong /var/lib/yikatong
  make_folder 0700 yikatong yikatong /var/lib/yikatong/archives
  make_folder 0700 yikatong yikatong /var/backups/yikatong
  guard_config yikatong /etc/yikatong/server.toml
}
