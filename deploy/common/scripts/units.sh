has_systemd() {
  [ -d /run/systemd/system ]
}

reload_units() {
  if has_systemd; then systemctl daemon-reload || true; fi
}

# What runs goes on with the new version; nothing that stands still is started.
restart_units() {
  if has_systemd; then systemctl try-restart @SERVICES@ || true; fi
}

stop_units() {
  if has_systemd; then systemctl stop @UNITS@ || true; fi
}

disable_units() {
  if command -v systemctl >/dev/null 2>&1; then systemctl --quiet disable @UNITS@ || true; fi
}
