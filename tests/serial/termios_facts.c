/* What the C library of a machine says about serial ports, as JSON: the other side of ffi/serial/. */
#define _DEFAULT_SOURCE
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>

#define NUMBER(name) printf("\"%s\":%lu,", #name, (unsigned long)(name))

static const struct { unsigned baud; speed_t speed; } SPEEDS[] = {
  {1200, B1200}, {2400, B2400}, {4800, B4800}, {9600, B9600}, {19200, B19200}, {38400, B38400},
  {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}, {921600, B921600},
};
static const struct { const char *name; tcflag_t bits; } PARITIES[] = {
  {"none", 0}, {"odd", PARENB | PARODD}, {"even", PARENB},
  {"mark", PARENB | PARODD | CMSPAR}, {"space", PARENB | CMSPAR},
};

/* From a struct whose every bit is set, so that what has to be cleared is seen. */
static void print_mode(int speed, int parity, int data_bits, int stop_bits) {
  struct termios settings;
  memset(&settings, 0xff, sizeof settings);
  cfmakeraw(&settings);
  cfsetspeed(&settings, SPEEDS[speed].speed);
  settings.c_cflag &= ~(CSIZE | CSTOPB | PARENB | PARODD | CMSPAR | CRTSCTS);
  settings.c_cflag |= CREAD | CLOCAL | PARITIES[parity].bits;
  settings.c_cflag |= data_bits == 7 ? CS7 : CS8;
  if (stop_bits == 2) settings.c_cflag |= CSTOPB;
  settings.c_iflag &= ~(IXON | IXOFF | IXANY | INPCK);
  if (parity != 0) settings.c_iflag |= INPCK;
  settings.c_cc[VMIN] = 0;
  settings.c_cc[VTIME] = 0;
  printf("\"%u %s %d %d\":\"", SPEEDS[speed].baud, PARITIES[parity].name, data_bits, stop_bits);
  for (size_t at = 0; at < sizeof settings; at++) printf("%02x", ((unsigned char *)&settings)[at]);
  printf("\",");
}

int main(void) {
  printf("{\"numbers\":{");
  NUMBER(O_RDWR); NUMBER(O_NOCTTY); NUMBER(O_NONBLOCK); NUMBER(O_CLOEXEC);
  NUMBER(LOCK_EX); NUMBER(LOCK_NB);
  NUMBER(EPERM); NUMBER(ENOENT); NUMBER(EINTR); NUMBER(EIO); NUMBER(ENXIO); NUMBER(EAGAIN);
  NUMBER(EACCES); NUMBER(EBUSY); NUMBER(ENODEV); NUMBER(ENOTDIR); NUMBER(EINVAL); NUMBER(ENOTTY);
  NUMBER(POLLIN); NUMBER(POLLOUT); NUMBER(POLLERR); NUMBER(POLLHUP); NUMBER(POLLNVAL);
  NUMBER(TCSANOW); NUMBER(TCIFLUSH); NUMBER(TCIOFLUSH);
  NUMBER(TIOCEXCL); NUMBER(TIOCNXCL); NUMBER(TIOCMGET);
  NUMBER(TIOCM_CTS); NUMBER(TIOCM_CAR); NUMBER(TIOCM_RNG); NUMBER(TIOCM_DSR);
  printf("\"pollfd bytes\":%zu,", sizeof(struct pollfd));
  printf("\"pollfd events\":%zu,", offsetof(struct pollfd, events));
  printf("\"pollfd revents\":%zu},\"modes\":{", offsetof(struct pollfd, revents));
  for (int speed = 0; speed < 11; speed++)
    for (int parity = 0; parity < 5; parity++)
      for (int mode = 0; mode < 4; mode++) print_mode(speed, parity, 7 + mode % 2, 1 + mode / 2);
  printf("\"bytes\":\"%zu\"}}\n", sizeof(struct termios));
  return 0;
}
