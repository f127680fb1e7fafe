tell_next() {
  cat <<'END'
一卡通终端程序已安装，尚未启动。下一步：
  1. 填写 /etc/yikatong/terminal.toml：终端编号、平台地址、设备
  2. sudo -u yikatong-terminal yikatong doctor --terminal --config /etc/yikatong/terminal.toml
  3. systemctl enable --now yikatong-terminal
END
}
