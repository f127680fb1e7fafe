# Data, keys and settings of this machine. A database on a server is not touched.
wipe_data() {
  rm -rf @DATA@ /etc/yikatong /var/cache/@USER@
}
