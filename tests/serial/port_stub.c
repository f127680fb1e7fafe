/*
 * A C library whose calls on a port answer as a test says, for what no pty does: modem lines,
 * interrupted and half-done calls, errors of hardware. The rest is libc's, which it links.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int modem_error = ENOTTY;
static int modem_lines;
static int read_error;
static int write_error;
static size_t write_bytes_max = (size_t)-1;
static int poll_error;
static int hollow_polls;
static int polls;
static int eventfd_error;

/* Every call ends with `error` (0: none) till another is said. */
void stub_modem(int error, int lines) { modem_error = error; modem_lines = lines; }
/* The next call alone ends with `error`. */
void stub_read_error(int error) { read_error = error; }
void stub_write_error(int error) { write_error = error; }
void stub_poll_error(int error) { poll_error = error; }
void stub_eventfd_error(int error) { eventfd_error = error; }
void stub_write_bytes_max(unsigned max) { write_bytes_max = max; }
/* So many polls say at once that bytes can move, whatever is true. */
void stub_hollow_polls(int count) { hollow_polls = count; }
/* How many polls there were since it was asked last. */
int stub_polls(void) { int count = polls; polls = 0; return count; }

static int fails(int *error) {
  if (*error == 0) return 0;
  errno = *error;
  *error = 0;
  return 1;
}

int ioctl(int fd, unsigned long request, ...) {
  static int (*real)(int, unsigned long, ...);
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (request == TIOCMGET) {
    errno = modem_error;
    if (modem_error != 0) return -1;
    *(int *)argument = modem_lines;
    return 0;
  }
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "ioctl");
  return real(fd, request, argument);
}

ssize_t read(int fd, void *bytes, size_t count) {
  static ssize_t (*real)(int, void *, size_t);
  /* Not the eventfd, which is read eight bytes at a time. */
  if (count != 8 && fails(&read_error)) return -1;
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "read");
  return real(fd, bytes, count);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  static ssize_t (*real)(int, const void *, size_t);
  if (fails(&write_error)) return -1;
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "write");
  return real(fd, bytes, count < write_bytes_max ? count : write_bytes_max);
}

int poll(struct pollfd *fds, nfds_t count, int timeout) {
  static int (*real)(struct pollfd *, nfds_t, int);
  polls++;
  if (fails(&poll_error)) return -1;
  if (hollow_polls > 0) {
    hollow_polls--;
    fds[0].revents = POLLIN | POLLOUT;
    return 1;
  }
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "poll");
  return real(fds, count, timeout);
}

int eventfd(unsigned count, int flags) {
  static int (*real)(unsigned, int);
  if (fails(&eventfd_error)) return -1;
  if (real == NULL) *(void **)&real = dlsym(RTLD_NEXT, "eventfd");
  return real(count, flags);
}
