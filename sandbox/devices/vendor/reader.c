/* What a card library expects of its reader's library without naming it as needed. */
__attribute__((visibility("default"))) int reader_state(void) { return 7; }
