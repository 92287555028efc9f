/* A connection of the program's own calls the library from its functions. Exits with 0 if every answer was right; what
   waits for itself is ended by the alarm. */
#include <honnin.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static honnin_context *context;
static honnin_card *card;
static int busy, interrupted, closing, closed;

static void must(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }
}

static honnin_result HONNIN_CALL transmit(void *user, const uint8_t *command, size_t size, uint8_t *response, size_t cap,
                                          size_t *len, int32_t timeout_ms) {
  static const char label[] = "JPKIAPICCTOKEN2                 \x90";
  (void)user;
  (void)timeout_ms;
  must(size >= 4 && cap >= sizeof(label), "sizes");
  if (command[1] == 0x20) {
    /* As a reader that does not answer: until it is interrupted. */
    __atomic_store_n(&busy, 1, __ATOMIC_SEQ_CST);
    while (!__atomic_load_n(&interrupted, __ATOMIC_SEQ_CST)) usleep(1000);
    return HONNIN_READER_FAILED;
  }
  if (command[1] == 0xB0) {
    memcpy(response, label, sizeof(label));
    *len = sizeof(label);
  } else {
    memcpy(response, "\x90", 2);
    *len = 2;
  }
  return HONNIN_OK;
}

static void HONNIN_CALL interrupt(void *user) {
  (void)user;
  /* A close interrupts too, and then the handle is gone. */
  must(honnin_card_kind(card) != 0 || closing, "asks for its card");
  must(honnin_card_cancel(card) == (closing ? HONNIN_BAD_STATE : HONNIN_OK), "cancels once more");
  __atomic_store_n(&interrupted, 1, __ATOMIC_SEQ_CST);
}

static void HONNIN_CALL close_connection(void *user) {
  int32_t left = 0;
  (void)user;
  must(honnin_card_kind(card) == 0, "gone already");
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL) == HONNIN_BAD_STATE, "gone for its own functions too");
  must(honnin_context_cancel(context) == HONNIN_OK && honnin_context_resume(context) == HONNIN_OK, "cancels others");
  closed++;
}

static honnin_result ask_tries_of(honnin_card *of) {
  int32_t left = 0;
  return honnin_pin_tries(of, HONNIN_PIN_KIND_SIGNING, &left, NULL);
}

static void *ask_tries(void *result) {
  *(honnin_result *)result = ask_tries_of(card);
  return NULL;
}

static void end_by(honnin_result (*cancel)(void)) {
  honnin_connection connection = HONNIN_CONNECTION_INIT;
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_result result = -1;
  pthread_t thread;
  busy = interrupted = closing = closed = 0;
  connection.transmit = transmit;
  connection.cancel = interrupt;
  connection.close = close_connection;
  must(honnin_card_open_connection(context, &connection, NULL, NULL, &card, &error) == HONNIN_OK, error.message);
  must(pthread_create(&thread, NULL, ask_tries, &result) == 0, "thread");
  while (!__atomic_load_n(&busy, __ATOMIC_SEQ_CST)) usleep(1000);
  must(cancel() == HONNIN_OK, "cancel");
  must(pthread_join(thread, NULL) == 0, "join");
  must(result == HONNIN_CANCELLED || result == HONNIN_READER_FAILED, honnin_result_name(result));
  must(honnin_context_resume(context) == HONNIN_OK, "resume");
  closing = 1;
  honnin_card_close(card);
  must(closed == 1, "closed once");
}

/* What `interrupt` and `close_connection` do when the card is closed in its own cancel. */
static void HONNIN_CALL interrupt_and_close(void *user) {
  (void)user;
  honnin_card_close(card);
  must(closed == 0, "not closed while in cancel");
  __atomic_store_n(&interrupted, 1, __ATOMIC_SEQ_CST);
}

static void HONNIN_CALL count_close(void *user) {
  (void)user;
  __atomic_add_fetch(&closed, 1, __ATOMIC_SEQ_CST);
}

/* A cancel that closes its own card, with an operation running or not. */
static void close_in_cancel(int running) {
  honnin_connection connection = HONNIN_CONNECTION_INIT;
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_result result = HONNIN_CANCELLED;
  pthread_t thread;
  busy = interrupted = closed = 0;
  connection.transmit = transmit;
  connection.cancel = interrupt_and_close;
  connection.close = count_close;
  must(honnin_card_open_connection(context, &connection, NULL, NULL, &card, &error) == HONNIN_OK, error.message);
  if (running) {
    must(pthread_create(&thread, NULL, ask_tries, &result) == 0, "thread");
    while (!__atomic_load_n(&busy, __ATOMIC_SEQ_CST)) usleep(1000);
  }
  must(honnin_card_cancel(card) == HONNIN_OK, "cancel");
  if (running) must(pthread_join(thread, NULL) == 0, "join");
  must(result == HONNIN_CANCELLED || result == HONNIN_READER_FAILED, honnin_result_name(result));
  must(__atomic_load_n(&closed, __ATOMIC_SEQ_CST) == 1, "closed once, by the time that cancel and operation returned");
  must(honnin_card_cancel(card) == HONNIN_BAD_STATE, "gone");
}

/* Two operations, each of which closes the other's card in a transmit. */
static struct pair {
  honnin_card *card, *other;
  int closes;
} pair[2];
static int met;

static honnin_result HONNIN_CALL transmit_and_close(void *user, const uint8_t *command, size_t size, uint8_t *response,
                                                    size_t cap, size_t *len, int32_t timeout_ms) {
  struct pair *of = user;
  if (command[1] == 0x20) {
    __atomic_add_fetch(&met, 1, __ATOMIC_SEQ_CST);
    while (__atomic_load_n(&met, __ATOMIC_SEQ_CST) < 2) usleep(1000);
    honnin_card_close(of->other);
    memcpy(response, "\x63\xC5", 2);
    *len = 2;
    return HONNIN_OK;
  }
  return transmit(NULL, command, size, response, cap, len, timeout_ms);
}

static void HONNIN_CALL count_pair(void *user) { ((struct pair *)user)->closes++; }

static void *ask_pair(void *user) {
  honnin_result result = ask_tries_of(((struct pair *)user)->card);
  must(result == HONNIN_OK || result == HONNIN_CANCELLED, honnin_result_name(result));
  return NULL;
}

static void close_each_other(void) {
  pthread_t threads[2];
  int i;
  for (i = 0; i < 2; i++) {
    honnin_connection connection = HONNIN_CONNECTION_INIT;
    connection.transmit = transmit_and_close;
    connection.close = count_pair;
    must(honnin_card_open_connection(context, &connection, &pair[i], NULL, &pair[i].card, NULL) == HONNIN_OK, "open");
  }
  for (i = 0; i < 2; i++) pair[i].other = pair[1 - i].card;
  for (i = 0; i < 2; i++) must(pthread_create(&threads[i], NULL, ask_pair, &pair[i]) == 0, "thread");
  for (i = 0; i < 2; i++) must(pthread_join(threads[i], NULL) == 0, "join");
  for (i = 0; i < 2; i++) must(pair[i].closes == 1, "closed when its operation ended");
}

/* A card that is lifted at a question for a counter, and back when it was waited for a third time. */
struct lifted {
  int there, waits, selects;
};

static honnin_result HONNIN_CALL transmit_if_there(void *user, const uint8_t *command, size_t size, uint8_t *response,
                                                   size_t cap, size_t *len, int32_t timeout_ms) {
  struct lifted *lifted = user;
  if (command[1] == 0xA4) lifted->selects++;
  if (command[1] != 0x20) return transmit(user, command, size, response, cap, len, timeout_ms);
  if (!lifted->there) return HONNIN_CARD_REMOVED;
  memcpy(response, "\x63\xC5", 2);
  *len = 2;
  return HONNIN_OK;
}

static honnin_result HONNIN_CALL wait_for_card(void *user, uint32_t event, int32_t timeout_ms) {
  struct lifted *lifted = user;
  must(event == HONNIN_EVENT_CARD_IN && timeout_ms >= HONNIN_POLL && timeout_ms <= 100, "a short wait for a card");
  lifted->there = ++lifted->waits == 3;
  return lifted->there ? HONNIN_OK : HONNIN_CARD_ABSENT;
}

static void come_back(uint32_t grace_ms, honnin_event_fn wait, honnin_result expected) {
  struct lifted lifted = {0, 0, 0};
  honnin_connection connection = HONNIN_CONNECTION_INIT;
  honnin_open_options options = HONNIN_OPEN_OPTIONS_INIT;
  honnin_card *opened = NULL;
  int32_t left = 0;
  connection.transmit = transmit_if_there;
  connection.wait = wait;
  options.grace_ms = grace_ms;
  must(honnin_card_open_connection(context, &connection, &lifted, &options, &opened, NULL) == HONNIN_OK, "open");
  must(honnin_pin_tries(opened, HONNIN_PIN_KIND_SIGNING, &left, NULL) == expected, "within the grace, if there is one");
  if (expected == HONNIN_OK) must(left == 5 && lifted.waits == 3 && lifted.selects == 2, "from the first command");
  honnin_card_close(opened);
}

static honnin_result cancel_card(void) { return honnin_card_cancel(card); }
static honnin_result cancel_context(void) { return honnin_context_cancel(context); }

int main(void) {
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  alarm(20);
  options.no_pcsc = 1;
  must(honnin_context_new(&options, &context, NULL) == HONNIN_OK, "context");
  end_by(cancel_card);
  end_by(cancel_context);
  close_in_cancel(0);
  close_in_cancel(1);
  close_each_other();
  come_back(5000, wait_for_card, HONNIN_OK);
  come_back(0, wait_for_card, HONNIN_CARD_REMOVED);
  come_back(5000, NULL, HONNIN_CARD_REMOVED);
  honnin_context_free(context);
  return 0;
}
