/* Six objects that came from one another, freed in each of the 720 orders; then used where a handle allows it. */
#include <honnin.h>
#include <stdio.h>
#include <stdlib.h>

enum { CONTEXT, VIRTUAL_CARD, CARD, CERTIFICATE, HOLDER, REPORT, OBJECTS };

static void must(honnin_result result, const honnin_error *error) {
  if (result != HONNIN_OK) {
    fprintf(stderr, "%s: %s\n", honnin_result_name(result), error->message);
    exit(3);
  }
}

static void free_in(const int *order) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_context *context = NULL;
  honnin_virtual_card *virtual_card = NULL;
  honnin_card *card = NULL;
  honnin_certificate *certificate = NULL;
  honnin_holder *holder = NULL;
  honnin_report *report = NULL;
  int32_t tries = 0;
  int at;
  options.no_pcsc = 1;
  must(honnin_context_new(&options, &context, &error), &error);
  must(honnin_virtual_card_new(NULL, &virtual_card, &error), &error);
  must(honnin_context_add_virtual_card(context, virtual_card, NULL, &error), &error);
  must(honnin_reader_open(context, NULL, NULL, &card, &error), &error);
  must(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error), &error);
  must(honnin_certificate_read(card, HONNIN_CERTIFICATE_KIND_SIGNING, &certificate, &error), &error);
  must(honnin_certificate_holder(certificate, &holder, &error), &error);
  (void)!honnin_certificate_validate(certificate, NULL, &report, &error);
  for (at = 0; at < OBJECTS; at++) {
    switch (order[at]) {
      case CONTEXT: honnin_context_free(context); break;
      case VIRTUAL_CARD: honnin_virtual_card_free(virtual_card); break;
      case CARD: honnin_card_close(card); break;
      case CERTIFICATE: honnin_certificate_free(certificate); break;
      case HOLDER: honnin_holder_free(holder); break;
      default: honnin_report_free(report); break;
    }
  }
  /* Handles are numbers: a closed one is an answer, and a second closing does nothing. */
  if (honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &tries, NULL) != HONNIN_BAD_STATE || tries != -1) exit(4);
  if (honnin_context_cancel(context) != HONNIN_BAD_STATE) exit(5);
  honnin_card_close(card);
  honnin_context_free(context);
}

/* Every order, by putting each of what remains in each place. */
static int permute(int *order, int from) {
  int to, count = 0;
  if (from == OBJECTS) {
    free_in(order);
    return 1;
  }
  for (to = from; to < OBJECTS; to++) {
    int held = order[from];
    order[from] = order[to];
    order[to] = held;
    count += permute(order, from + 1);
    held = order[from];
    order[from] = order[to];
    order[to] = held;
  }
  return count;
}

int main(void) {
  int order[OBJECTS] = {CONTEXT, VIRTUAL_CARD, CARD, CERTIFICATE, HOLDER, REPORT};
  printf("%d orders\n", permute(order, 0));
  return 0;
}
