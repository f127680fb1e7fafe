# Users and folders, by systemd's own tools where they are; again is no harm.
set_up() {
  if command -v systemd-sysusers >/dev/null 2>&1; then
    systemd-sysusers yikatong-terminal.conf yikatong-kiosk.conf
  else
    make_group dialout
    make_group lp
    make_group video
    make_group input
    make_group audio
    make_user yikatong-terminal /var/lib/yikatong-terminal
    make_user yikatong-update /var/lib/yikatong-terminal/releases
    make_user yikatong-kiosk /run/yikatong-kiosk
    usermod -a -G dialout,lp yikatong-terminal
    usermod -a -G video,input,audio yikatong-kiosk
    usermod -a -G yikatong-terminal yikatong-update
  fi
  make_folder 0755 root root /etc/yikatong
  make_folder 0755 root root /etc/yikatong/release-keys
  make_folder 1770 root yikatong-terminal /var/lib/yikatong-terminal
  make_folder 0755 yikatong-update yikatong-update /var/lib/yikatong-terminal/releases
  make_folder 0755 root root /var/lib/yikatong-terminal/releases/kysec
  make_folder 0770 yikatong-terminal yikatong-terminal /var/lib/yikatong-terminal/requests
  guard_config yikatong-terminal /etc/yikatong/terminal.toml
}
