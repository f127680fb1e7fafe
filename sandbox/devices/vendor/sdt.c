/*
 * A simulated SDT library (公安部 sdtapi), its signatures as makers' Linux headers have them. The
 * script's `card` says whether one lies on the field, `out` of SDT_ReadBaseMsg is its text record.
 * While `SDT_ReadBaseMsg_held` has the key "hold" a read goes on and on: then a card can be taken.
 * Built with -DSYN it is SynIDCardAPI (新中新): other names, 0 where a step was done, and no
 * GetSAMStatus; the script's names stay.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "script.h"

#define EXPORT __attribute__((visibility("default")))

#ifdef SYN
#define NAME(name) Syn_##name
enum { DONE = 0, FOUND = 0 };
#else
#define NAME(name) SDT_##name
enum { DONE = 0x90, FOUND = 0x9f };
#endif

enum {
  PORT_FAILED = 0x01,
  WRONG_LENGTH = 0x11,
  READ_FAILED = 0x41,
  NOT_FOUND = 0x80,
  NOT_SELECTED = 0x81,
  PHOTO_BYTES = 1024
};

static int open_port = 0;

static int has_card(const struct answer *answer) { return strcmp(answer->card, "none") != 0; }

/* What stands in the script, else one code with a card on the field and another one without. */
static int serve(const char *symbol, int with_card, int without) {
  struct answer *answer = malloc(sizeof *answer);
  int code;
  begin_call(symbol, answer);
  code = has_card(answer) ? with_card : without;
  if (answer->rc_is_given) code = (int)answer->rc;
  end_call(answer, NULL);
  free(answer);
  return code;
}

static void hold(void) {
  struct answer *answer = malloc(sizeof *answer);
  const struct timespec moment = {0, 2000000};
  int held = 1;
  while (held) {
    begin_call("SDT_ReadBaseMsg_held", answer);
    held = strcmp(answer->key, "hold") == 0;
    end_call(answer, NULL);
    if (held) nanosleep(&moment, NULL);
  }
  free(answer);
}

EXPORT int NAME(OpenPort)(int port) {
  int code = serve("SDT_OpenPort", DONE, DONE);
  if (code == DONE) open_port = port;
  return code;
}
EXPORT int NAME(ClosePort)(int port) {
  if (port == open_port) open_port = 0;
  return serve("SDT_ClosePort", DONE, DONE);
}
#ifndef SYN
EXPORT int SDT_GetSAMStatus(int port, int if_open) {
  (void)if_open;
  return port == open_port ? serve("SDT_GetSAMStatus", DONE, DONE) : PORT_FAILED;
}
#endif
EXPORT int NAME(StartFindIDCard)(int port, unsigned char *management, int if_open) {
  (void)if_open;
  if (port != open_port) return PORT_FAILED;
  memset(management, 0, 4);
  return serve("SDT_StartFindIDCard", FOUND, NOT_FOUND);
}
EXPORT int NAME(SelectIDCard)(int port, unsigned char *serial, int if_open) {
  (void)if_open;
  if (port != open_port) return PORT_FAILED;
  memset(serial, 0, 8);
  return serve("SDT_SelectIDCard", DONE, NOT_SELECTED);
}
EXPORT int NAME(ReadBaseMsg)(int port, unsigned char *text, unsigned int *text_length,
                           unsigned char *photo, unsigned int *photo_length, int if_open) {
  struct answer *answer = malloc(sizeof *answer);
  int code = DONE;
  (void)if_open;
  if (port != open_port) {
    free(answer);
    return PORT_FAILED;
  }
  /* The card is looked at when the reading is over. */
  serve("SDT_ReadBaseMsg_begun", DONE, DONE);
  hold();
  begin_call("SDT_ReadBaseMsg", answer);
  if (!has_card(answer)) code = READ_FAILED;
  else if (*text_length < answer->out_length || *photo_length < PHOTO_BYTES) code = WRONG_LENGTH;
  if (answer->rc_is_given) code = (int)answer->rc;
  if (code == DONE) {
    memcpy(text, answer->out, (size_t)answer->out_length);
    memset(photo, 0x57, PHOTO_BYTES);
    *text_length = (unsigned int)answer->out_length;
    *photo_length = PHOTO_BYTES;
  }
  if (answer->write_bytes > 0) memset(text, 'A', (size_t)answer->write_bytes);
  end_call(answer, NULL);
  free(answer);
  return code;
}
