/* What a card library expects of its reader's library without naming it as needed. */
int reader_state(void) { return 7; }
