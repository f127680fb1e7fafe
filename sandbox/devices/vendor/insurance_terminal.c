/*
 * A simulated NationEcTrans and HeaSecReadInfo. In the script the answers of NationEcTrans stand
 * under the transType of the request: `out` is the whole response, in which @outBizNo@ becomes the
 * request's own; `rc` other than 0 is returned as text instead of "0000".
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define EXPORT __attribute__((visibility("default")))

enum { NO_CARD = -2, NOT_CONNECTED = -12, WRONG_ARGUMENTS = -14, NUMBER_BYTES_MAX = 64 };

static char worked[32];
static int is_ready = 0;

/* The text behind `"name":"`, of at most `size` bytes; 0 when it is not there. */
static int find_text(const char *json, const char *name, char *text, size_t size) {
  char mark[64];
  const char *from;
  size_t length;
  snprintf(mark, sizeof mark, "\"%s\":\"", name);
  from = strstr(json, mark);
  if (!from) return 0;
  from += strlen(mark);
  length = strcspn(from, "\"");
  if (length >= size) return 0;
  memcpy(text, from, length);
  text[length] = 0;
  return 1;
}

static void put_number(struct answer *answer, const char *number) {
  static const char mark[] = "@outBizNo@";
  const size_t mark_length = sizeof mark - 1;
  const size_t length = strlen(number);
  unsigned char *at = memmem(answer->out, (size_t)answer->out_length, mark, mark_length);
  size_t tail;
  if (!at) return;
  tail = (size_t)(answer->out + answer->out_length - at) - mark_length;
  memmove(at + length, at + mark_length, tail);
  memcpy(at, number, length);
  answer->out_length += (long)length - (long)mark_length;
}

EXPORT char *NationEcTrans(const char *url, const char *request, char *out) {
  struct answer *answer = malloc(sizeof *answer);
  char type[64];
  char number[NUMBER_BYTES_MAX + 1] = "";
  long rc;
  if (strncmp(url, "https://", 8) != 0 || !find_text(request, "transType", type, sizeof type)) {
    free(answer);
    return "9999";
  }
  find_text(request, "outBizNo", number, sizeof number);
  begin_call(type, answer);
  if (answer->out_length < OUT_BYTES_MAX - NUMBER_BYTES_MAX) put_number(answer, number);
  rc = end_call(answer, out);
  free(answer);
  snprintf(worked, sizeof worked, rc == 0 ? "%04ld" : "%ld", rc);
  return worked;
}

static long serve(const char *symbol, char *out, char *second) {
  struct answer *answer = malloc(sizeof *answer);
  long rc;
  begin_call(symbol, answer);
  if (!is_ready) answer->rc = NOT_CONNECTED;
  else if (strcmp(answer->card, "none") == 0) answer->rc = NO_CARD;
  if (answer->rc != 0) answer->out_length = 0;
  rc = end_call(answer, out);
  if (second) second[0] = 0;
  free(answer);
  return rc;
}

EXPORT long Init(const char *settings, char *error) {
  struct answer *answer = malloc(sizeof *answer);
  char ip[64];
  long rc;
  begin_call("Init", answer);
  if (!find_text(settings, "IP", ip, sizeof ip)) answer->rc = WRONG_ARGUMENTS;
  is_ready = answer->rc == 0;
  rc = end_call(answer, error);
  free(answer);
  return rc;
}
EXPORT long ReadCardBas(char *card, char *business) { return serve("ReadCardBas", card, business); }
EXPORT long ReadSFZ(const char *photo_path, char *out, char *business) {
  return photo_path ? WRONG_ARGUMENTS : serve("ReadSFZ", out, business);
}
EXPORT long GetPersonInfo(const char *in, char *out) {
  return in ? serve("GetPersonInfo", out, NULL) : WRONG_ARGUMENTS;
}
EXPORT long VerifyPIN(char *out) { return serve("VerifyPIN", out, NULL); }
EXPORT long ChangePIN(char *out) { return serve("ChangePIN", out, NULL); }
