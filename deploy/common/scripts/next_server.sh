tell_next() {
  cat <<'END'
一卡通平台已安装，尚未启动。下一步：
  1. 填写 /etc/yikatong/server.toml，建立密钥库
  2. sudo -u yikatong yikatong migrate --config /etc/yikatong/server.toml
  3. sudo -u yikatong yikatong doctor --config /etc/yikatong/server.toml
  4. systemctl enable --now yikatong-server
END
}
