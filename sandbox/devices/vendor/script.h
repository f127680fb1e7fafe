/*
 * What a simulated library answers is read from a small text file at every call, so that a test or
 * the dev dock changes it while the library is in use. The file is named by the environment
 * variable YIKATONG_VENDOR_SCRIPT; script.ts writes it and says what its keys mean.
 *
 * char is signed on x86_64 and unsigned on aarch64: where it matters it is written out.
 */
#ifndef YIKATONG_SCRIPT_H
#define YIKATONG_SCRIPT_H

#define OUT_BYTES_MAX 65536

struct answer {
  long rc;
  int rc_is_given;
  unsigned char out[OUT_BYTES_MAX];
  long out_length;
  long slow_ms;
  long write_bytes;
  int write_before;
  int prints;
  int files;
  int garbage;
  int spawns;
  char end[16];
  char card[16];
  char key[512];
};

/* Reads the script, writes the call's log line, and does what the script says about troubles. */
void begin_call(const char *symbol, struct answer *answer);

/* Writes the answer to a buffer as far as the script wants, and gives the value to return. */
long end_call(struct answer *answer, char *out);

#endif
