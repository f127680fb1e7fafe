/*
 * A simulated CVR library (华视 termb). The script's `card` says whether one lies on the field,
 * `out` of CVR_ReadBaseMsg is its text in UCS-2, of CVR_ReadBaseMsg_gbk in GBK. While
 * `CVR_ReadBaseMsg_held` has the key "hold" a read goes on and on: then a card can be taken.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "script.h"

#define EXPORT __attribute__((visibility("default")))

enum { FAILED = 0, DONE = 1, NOT_FOUND = 2, NOT_CONNECTED = 4, GBK = 2, MODES_WITHOUT_PHOTO = 2 };

static int connected = 0;

static int has_card(const struct answer *answer) { return strcmp(answer->card, "none") != 0; }

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
    begin_call("CVR_ReadBaseMsg_held", answer);
    held = strcmp(answer->key, "hold") == 0;
    end_call(answer, NULL);
    if (held) nanosleep(&moment, NULL);
  }
  free(answer);
}

EXPORT int CVR_InitComm(int port) {
  int code = serve("CVR_InitComm", DONE, DONE);
  connected = code == DONE && port > 0;
  return code;
}
EXPORT int CVR_CloseComm(void) {
  connected = 0;
  return serve("CVR_CloseComm", DONE, DONE);
}
EXPORT int CVR_Authenticate(void) {
  return connected ? serve("CVR_Authenticate", DONE, NOT_FOUND) : NOT_CONNECTED;
}
EXPORT int CVR_GetSAMID(unsigned char *id) {
  memcpy(id, "05.03-20260101-0000000001", 26);
  return connected ? serve("CVR_GetSAMID", DONE, DONE) : FAILED;
}
EXPORT int CVR_ReadBaseMsg(unsigned char *text, unsigned int *text_length, unsigned char *photo,
                           unsigned int *photo_length, int mode) {
  struct answer *answer = malloc(sizeof *answer);
  int code = DONE;
  serve("CVR_ReadBaseMsg_begun", DONE, DONE);
  hold();
  begin_call(mode == GBK ? "CVR_ReadBaseMsg_gbk" : "CVR_ReadBaseMsg", answer);
  /* Nobody has the photo decoded. */
  if (!connected || !has_card(answer) || mode > MODES_WITHOUT_PHOTO) code = FAILED;
  else if (*text_length < answer->out_length || *photo_length < 1024) code = FAILED;
  if (answer->rc_is_given) code = (int)answer->rc;
  if (code == DONE) {
    memcpy(text, answer->out, (size_t)answer->out_length);
    memset(photo, 0x57, 1024);
    *text_length = (unsigned int)answer->out_length;
    *photo_length = 1024;
  }
  if (answer->write_bytes > 0) memset(text, 'A', (size_t)answer->write_bytes);
  end_call(answer, NULL);
  free(answer);
  return code;
}
