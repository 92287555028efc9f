/* Closing and cancelling from other threads and from callbacks. Exits with 0 if every answer was right. */
#include <honnin.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static honnin_context *context;
static honnin_card *card;

static void must(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%s\n", what);
    exit(1);
  }
}

static void open_card(const honnin_open_options *options) {
  honnin_error error = HONNIN_ERROR_INIT;
  must(honnin_reader_open(context, NULL, options, &card, &error) == HONNIN_OK, error.message);
}

static void add_card(const char *profile) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_virtual_card *made = NULL;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  options.no_pcsc = 1;
  must(honnin_context_new(&options, &context, &error) == HONNIN_OK, error.message);
  must(honnin_virtual_card_new(profile, &made, &error) == HONNIN_OK, error.message);
  must(honnin_context_add_virtual_card(context, made, NULL, &error) == HONNIN_OK, error.message);
  honnin_virtual_card_free(made);
}

static void *sign_on(void *result) {
  honnin_buffer *signature = NULL;
  *(honnin_result *)result = honnin_sign(card, HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, NULL, 0, &signature, NULL);
  honnin_buffer_free(signature);
  return NULL;
}

static void *wait_on(void *result) {
  honnin_wait_options options = HONNIN_WAIT_OPTIONS_INIT;
  options.event = HONNIN_EVENT_CARD_OUT;
  options.timeout_ms = HONNIN_FOREVER;
  *(honnin_result *)result = honnin_reader_wait(context, &options, NULL, NULL);
  return NULL;
}

static unsigned asked;

/* A PIN callback that uses, and closes, the card it is called for. */
static honnin_result HONNIN_CALL ask(void *user, uint32_t pin, int32_t tries_left, char *buf, size_t cap, size_t *len) {
  int32_t left = 0;
  (void)pin;
  must(tries_left == 5 && cap >= 16, "the callback is told the tries");
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL) == HONNIN_BAD_STATE, "re-entered");
  if (user != NULL) {
    honnin_card_close(card);
    must(honnin_card_kind(card) == 0, "closed at once for everybody else");
  }
  asked++;
  for (*len = 0; *len < 6; (*len)++) buf[*len] = "ABC123"[*len];
  return HONNIN_OK;
}

static void close_while(void *(*work)(void *), void (*end)(void), honnin_result expected, const char *what) {
  pthread_t thread;
  honnin_result result = -1;
  must(pthread_create(&thread, NULL, work, &result) == 0, "thread");
  usleep(100000);
  end();
  must(pthread_join(thread, NULL) == 0, "join");
  if (result != expected) fprintf(stderr, "%s: %s\n", what, honnin_result_name(result));
  must(result == expected, what);
}

static void end_close(void) { honnin_card_close(card); }
static void end_card_cancel(void) { must(honnin_card_cancel(card) == HONNIN_OK, "cancel"); }
static void end_free(void) { honnin_context_free(context); }
static void end_cancel_and_resume(void) {
  must(honnin_context_cancel(context) == HONNIN_OK, "cancel");
  must(honnin_context_resume(context) == HONNIN_OK, "resume");
}

static void *storm(void *unused) {
  int i;
  (void)unused;
  for (i = 0; i < 200; i++) {
    honnin_card *mine = NULL;
    int32_t left = 0;
    if (honnin_reader_open(context, NULL, NULL, &mine, NULL) == HONNIN_OK) {
      (void)!honnin_pin_tries(mine, HONNIN_PIN_KIND_SIGNING, &left, NULL);
      (void)!honnin_card_cancel(mine);
      (void)!honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL);
    }
    if (i % 7 == 0) (void)!honnin_context_set_log(context, 0, NULL, NULL);
    honnin_card_close(mine);
    honnin_card_close(mine);
  }
  return NULL;
}

int main(void) {
  static const char slow[] = "{\"reader\": {\"delay_ms_signature\": 400, \"delay_ms_command\": 1}}";
  honnin_open_options options = HONNIN_OPEN_OPTIONS_INIT;
  honnin_error error = HONNIN_ERROR_INIT;
  int32_t left = -1;
  pthread_t threads[4];
  int i;

  /* A signature is being made when another thread closes, or cancels. */
  add_card(slow);
  open_card(NULL);
  must(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error) == HONNIN_OK, error.message);
  close_while(sign_on, end_card_cancel, HONNIN_CANCELLED, "cancelled while signing");
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL) == HONNIN_OK && left == 5, "usable after a cancel");
  must(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error) == HONNIN_OK, error.message);
  close_while(sign_on, end_close, HONNIN_CANCELLED, "closed while signing");
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL) == HONNIN_BAD_STATE && left == -1, "after close");
  honnin_card_close(card);

  /* A wait is cancelled, even if a resume follows at once. */
  close_while(wait_on, end_cancel_and_resume, HONNIN_CANCELLED, "cancelled while waiting");

  /* The PIN callback re-enters, and closes. */
  options.pin = ask;
  open_card(&options);
  must(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, NULL, 0, NULL, &error) == HONNIN_OK, error.message);
  honnin_card_close(card);
  options.pin_user = &options;
  open_card(&options);
  must(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, NULL, 0, NULL, &error) == HONNIN_OK, error.message);
  must(asked == 2, "asked once a call");
  must(honnin_pin_forget(card, NULL) == HONNIN_BAD_STATE, "closed when the operation ended");

  /* Many at once. */
  open_card(NULL);
  for (i = 0; i < 4; i++) must(pthread_create(&threads[i], NULL, storm, NULL) == 0, "thread");
  for (i = 0; i < 4; i++) must(pthread_join(threads[i], NULL) == 0, "join");
  honnin_card_close(card);

  /* The context goes first; the card can still be closed. */
  open_card(NULL);
  close_while(wait_on, end_free, HONNIN_CANCELLED, "freed while waiting");
  must(honnin_context_cancel(context) == HONNIN_BAD_STATE, "after free");
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL) == HONNIN_OK, "the card outlives its context");
  honnin_card_close(card);
  honnin_context_free(context);
  return 0;
}
