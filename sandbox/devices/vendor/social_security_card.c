/*
 * A simulated libSSCardDriver (LD/T 33 flavour, C signatures as vendors' headers have them). Built
 * with -DDONGGUAN it has that district's names instead, which return char*; with -DNEEDS_READER it
 * expects a symbol of another library without saying so.
 */
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define EXPORT __attribute__((visibility("default")))

enum { ANY_PLACE = 0, NO_CARD = -2, WRONG_DATA = -23, NO_STEP_1 = -15 };

#ifdef NEEDS_READER
int reader_state(void);
#endif

/* 1 contact, 2 contactless, 3 and 4 look for a card on both. */
static int finds_card(const struct answer *answer, int type) {
  if (answer->card[0] == 0 || type == ANY_PLACE || type == 3 || type == 4) {
    return strcmp(answer->card, "none") != 0;
  }
  return strcmp(answer->card, type == 2 ? "contactless" : "contact") == 0;
}

/* GBK for "无卡". */
static const unsigned char NO_CARD_TEXT[] = {0xce, 0xde, 0xbf, 0xa8, 0};

static long serve(const char *symbol, int type, char *out) {
  struct answer *answer = malloc(sizeof *answer);
  long rc;
  begin_call(symbol, answer);
#ifdef NEEDS_READER
  if (reader_state() != 7) answer->rc = -11;
#endif
  if (!finds_card(answer, type)) {
    answer->rc = NO_CARD;
    answer->out_length = (long)sizeof NO_CARD_TEXT - 1;
    memcpy(answer->out, NO_CARD_TEXT, sizeof NO_CARD_TEXT);
  }
  rc = end_call(answer, out);
  free(answer);
  return rc;
}

#ifdef DONGGUAN

static char result[OUT_BYTES_MAX];

static char *serve_text(const char *symbol) {
  return serve(symbol, ANY_PLACE, result) == 0 ? result : NULL;
}

EXPORT char *ReadCardBase(void) { return serve_text("ReadCardBase"); }
EXPORT char *DoDebit(char *card, char *pay) {
  (void)card;
  (void)pay;
  return serve_text("DoDebit");
}

#else

/* The symbol whose first step was done last: the second one goes on from there. */
static const char *waiting = "";

static long step_1(const char *symbol, int type, char *out) {
  long rc = serve(symbol, type, out);
  waiting = (int)rc == 0 ? symbol : "";
  return rc;
}

static long step_2(const char *symbol, const char *first, const char *key, char *out) {
  struct answer *answer = malloc(sizeof *answer);
  long rc;
  begin_call(symbol, answer);
  if (strcmp(waiting, first) != 0) answer->rc = NO_STEP_1;
  else if (answer->key[0] != 0 && strcmp(answer->key, key) != 0) answer->rc = WRONG_DATA;
  if (answer->rc != 0 && !answer->rc_is_given) answer->out_length = 0;
  waiting = "";
  rc = end_call(answer, out);
  free(answer);
  return rc;
}

EXPORT long iReadCardBas(int type, char *out) { return serve("iReadCardBas", type, out); }
EXPORT long iReadCardBas_HSM_Step1(int type, char *out) {
  return step_1("iReadCardBas_HSM_Step1", type, out);
}
EXPORT long iReadCardBas_HSM_Step2(char *key, char *out) {
  return step_2("iReadCardBas_HSM_Step2", "iReadCardBas_HSM_Step1", key, out);
}
EXPORT long iReadCard(int type, int auth, char *card, char *file, char *out) {
  (void)auth;
  (void)card;
  (void)file;
  return serve("iReadCard", type, out);
}
EXPORT long iReadCard_HSM_Step1(int type, char *card, char *file, char *out) {
  (void)card;
  (void)file;
  return step_1("iReadCard_HSM_Step1", type, out);
}
EXPORT long iReadCard_HSM_Step2(char *key, char *out) {
  return step_2("iReadCard_HSM_Step2", "iReadCard_HSM_Step1", key, out);
}
EXPORT long iVerifyPIN(int type, char *out) { return serve("iVerifyPIN", type, out); }
EXPORT long iChangePIN(int type, char *out) { return serve("iChangePIN", type, out); }
EXPORT long iDoDebit(int type, char *card, char *pay, char *out) {
  (void)card;
  (void)pay;
  return serve("iDoDebit", type, out);
}
EXPORT long iDoDebit_HSM_Step1(int type, char *card, char *pay, char *out) {
  (void)card;
  (void)pay;
  return step_1("iDoDebit_HSM_Step1", type, out);
}
EXPORT long iDoDebit_HSM_Step2(char *key, char *out) {
  return step_2("iDoDebit_HSM_Step2", "iDoDebit_HSM_Step1", key, out);
}
EXPORT long iReadDebitRecord(int type, char *out) { return serve("iReadDebitRecord", type, out); }
EXPORT long iReadMagCard(unsigned char seconds, char *out, char *error) {
  (void)seconds;
  error[0] = 0;
  return serve("iReadMagCard", ANY_PLACE, out);
}

#endif
