/* A program that forks with a context in use and a card open. The child has the context, with an access to PC/SC of its own,
   and no right to its parent's card. Exits with 0 if every answer was right; what hangs is ended by the alarm. */
#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void must(int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "%d: %s\n", getpid(), what);
    _exit(1);
  }
}

static honnin_result tries(honnin_card *card) {
  int32_t left = 0;
  honnin_result result = honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, NULL);
  must(result != HONNIN_OK || left == 5, "five tries");
  return result;
}

static size_t readers(honnin_context *context) {
  honnin_reader_list *list = NULL;
  size_t count = 0;
  must(honnin_reader_list_new(context, &list, NULL) == HONNIN_OK, "readers");
  count = honnin_reader_list_size(list);
  honnin_reader_list_free(list);
  return count;
}

static honnin_card *open_card(honnin_context *context) {
  honnin_card *card = NULL;
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_result result = honnin_reader_open(context, NULL, NULL, &card, &error);
  must(result == HONNIN_OK, error.message);
  return card;
}

static void be_the_child(honnin_context *context, honnin_card *of_parent) {
  honnin_card *mine = NULL;
  must(tries(of_parent) == HONNIN_BAD_STATE, "the card is the parent's");
  must(honnin_pin_forget(of_parent, NULL) == HONNIN_BAD_STATE, "the card is the parent's");
  honnin_card_close(of_parent);
  must(readers(context) > 0, "the context serves the child");
  must(honnin_reader_wait(context, NULL, NULL, NULL) == HONNIN_OK, "and waits");
  mine = open_card(context);
  must(tries(mine) == HONNIN_OK, "a card of its own");
  honnin_card_close(mine);
  honnin_context_free(context);
  _exit(0);
}

int main(void) {
  honnin_context *context = NULL;
  honnin_card *card = NULL;
  int round, status = -1;
  alarm(60);
  must(honnin_context_new(NULL, &context, NULL) == HONNIN_OK, "context");
  must(readers(context) > 0, "readers");
  for (round = 0; round < 5; round++) {
    pid_t child;
    card = open_card(context);
    must(tries(card) == HONNIN_OK, "tries");
    child = fork();
    must(child >= 0, "fork");
    if (child == 0) be_the_child(context, card);
    must(waitpid(child, &status, 0) == child && status == 0, "the child was content");
    must(tries(card) == HONNIN_OK, "the parent's card is as it was");
    must(readers(context) > 0, "and its context");
    honnin_card_close(card);
  }
  honnin_context_free(context);
  return 0;
}
