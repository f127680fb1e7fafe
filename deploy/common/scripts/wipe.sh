# Data, keys and settings of this machine, and the copy that the offline installer keeps of settings
# and passwords. A database on a server is not touched.
wipe_data() {
  rm -rf @DATA@ /etc/yikatong /var/cache/@USER@ /var/lib/yikatong-installer
}
