/* Every kind of parameter and result that a profile knows, and what goes wrong with them. */
#include <stdlib.h>
#include <string.h>

#include "script.h"

#define EXPORT __attribute__((visibility("default")))

static int held = 42;

static long serve(const char *symbol) {
  struct answer *answer = malloc(sizeof *answer);
  long rc;
  begin_call(symbol, answer);
  rc = end_call(answer, NULL);
  free(answer);
  return rc;
}

EXPORT int Open(void **handle) {
  *handle = &held;
  return (int)serve("Open");
}
EXPORT int Use(void *handle) { return handle == &held ? 1 : 0; }
/* Gives its arguments back, in an order that shows a wrong width. */
EXPORT int Mix(short a, int b, unsigned char c, unsigned int d, int *sum, const char *none) {
  *sum = a + b + c + (int)d;
  return none == NULL ? 0x9f : 1;
}
/* Gives the bytes back the other way round; the length goes in and out. */
EXPORT short Turn(const unsigned char *bytes, unsigned int count, unsigned char *out, unsigned int *length) {
  unsigned int at;
  if (serve("Turn") < 0) {
    *length = *length + 1;
    return 0;
  }
  if (*length < count) return -1;
  for (at = 0; at < count; at++) out[at] = bytes[count - 1 - at];
  *length = count;
  return 0;
}
EXPORT const char *Text(int which) {
  serve("Text");
  if (which == 0) return NULL;
  return which == 1 ? "0000" : (const char *)(long)which;
}
EXPORT void Nothing(void) { serve("Nothing"); }
EXPORT int Init(const char *settings) { return strcmp(settings, "{}") == 0 ? (int)serve("Init") : -1; }
EXPORT int Exit(void) { return (int)serve("Exit"); }
/* What the process was told of its surroundings. */
EXPORT const char *Environment(const char *name) { return getenv(name); }
/* Writes to what it was given to read. */
EXPORT int Scribble(char *text) {
  text[strlen(text) + 1] = 'A';
  return 0;
}
