/* Threads that use, cancel, close, wait and log at the same time, as fast as they can, for as many seconds as the
   argument says. Every answer must be one that the order of calls can explain. For tools/tsan.sh. */
#include <honnin.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static honnin_context *context;
/* The card that all use; who closes it opens the next. */
static honnin_card *card;
static int over;
static unsigned lines;
/* Two readers, each with a card of its own: a session that closes leaves the application under any other on its card. */
static const char *readers[2];

static honnin_card *current(void) { return __atomic_load_n(&card, __ATOMIC_RELAXED); }
static int goes_on(void) { return !__atomic_load_n(&over, __ATOMIC_RELAXED); }

static void explained(honnin_result result, const char *what) {
  if (result != HONNIN_OK && result != HONNIN_CANCELLED && result != HONNIN_BAD_STATE) {
    fprintf(stderr, "%s: %s\n", what, honnin_result_name(result));
    exit(1);
  }
}

static void HONNIN_CALL log_line(void *user, int32_t level, const char *module, const char *text) {
  (void)user;
  (void)level;
  (void)module;
  if (text != NULL) __atomic_fetch_add(&lines, 1, __ATOMIC_RELAXED);
}

static void *use(void *unused) {
  (void)unused;
  while (goes_on()) {
    int32_t left = 0;
    explained(honnin_pin_tries(current(), HONNIN_PIN_KIND_SIGNING, &left, NULL), "use");
    (void)honnin_card_kind(current());
    (void)honnin_card_exchanges(current());
  }
  return NULL;
}

static void *cancel(void *unused) {
  (void)unused;
  while (goes_on()) {
    explained(honnin_card_cancel(current()), "cancel");
    explained(honnin_context_cancel(context), "cancel all");
    explained(honnin_context_resume(context), "resume");
    explained(honnin_context_set_log(context, HONNIN_LOG_DEBUG, log_line, NULL), "log");
  }
  return NULL;
}

static void *wait_for_card(void *unused) {
  honnin_wait_options options = HONNIN_WAIT_OPTIONS_INIT;
  (void)unused;
  options.event = HONNIN_EVENT_CARD_IN;
  options.timeout_ms = HONNIN_POLL;
  while (goes_on()) {
    honnin_reader_list *list = NULL;
    explained(honnin_reader_wait(context, &options, &list, NULL), "wait");
    honnin_reader_list_free(list);
  }
  return NULL;
}

static void *reopen(void *unused) {
  unsigned turn = 0;
  (void)unused;
  while (goes_on()) {
    honnin_card *next = NULL;
    honnin_card *last = current();
    explained(honnin_reader_open(context, readers[(turn + 1) % 2], NULL, &next, NULL), "open");
    if (next == NULL) continue;
    turn++;
    __atomic_store_n(&card, next, __ATOMIC_RELAXED);
    honnin_card_close(last);
    honnin_card_close(last);
  }
  return NULL;
}

int main(int argc, char **argv) {
  static void *(*const work[])(void *) = {use, use, cancel, wait_for_card, reopen};
  enum { THREADS = sizeof(work) / sizeof(work[0]) };
  struct timespec time = {argc > 1 ? atoi(argv[1]) : 1, 0};
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  pthread_t threads[THREADS];
  int i;
  options.no_pcsc = 1;
  explained(honnin_context_new(&options, &context, NULL), "context");
  for (i = 0; i < 2; i++) {
    honnin_virtual_card *made = NULL;
    explained(honnin_virtual_card_new(NULL, &made, NULL), "virtual card");
    explained(honnin_context_add_virtual_card(context, made, &readers[i], NULL), "virtual card");
    honnin_virtual_card_free(made);
  }
  explained(honnin_reader_open(context, readers[0], NULL, &card, NULL), "open");
  for (i = 0; i < THREADS; i++) {
    if (pthread_create(&threads[i], NULL, work[i], NULL) != 0) return 1;
  }
  nanosleep(&time, NULL);
  /* The context goes while all are at work. */
  honnin_context_free(context);
  i = (int)__atomic_load_n(&lines, __ATOMIC_RELAXED);
  nanosleep(&time, NULL);
  __atomic_store_n(&over, 1, __ATOMIC_RELAXED);
  if (i != (int)__atomic_load_n(&lines, __ATOMIC_RELAXED)) {
    fprintf(stderr, "logged after it was freed\n");
    return 1;
  }
  for (i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
  honnin_card_close(card);
  return 0;
}
