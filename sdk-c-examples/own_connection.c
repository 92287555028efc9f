/* A card that the program's own stack reaches: the functions of a honnin_connection. Here the "stack" is a short record of
 * what a card answers, so that the program runs anywhere: it opens the card, asks for the tries that are left, closes.
 *
 *   own_connection
 */
#include <honnin.h>

#include <stdio.h>
#include <string.h>

/* A command's first bytes, and the answer to it. */
struct exchange {
  const char *header;
  size_t header_size;
  const char *answer;
  size_t answer_size;
};

#define BYTES(text) text, sizeof(text) - 1

static const struct exchange RECORD[] = {
  /* SELECT of the JPKI application. */
  { BYTES("\x00\xA4\x04\x0C\x0A\xD3\x92\xF0"), BYTES("\x90\x00") },
  /* The label, which says what kind of card it is. */
  { BYTES("\x00\xB0\x86\x00"), BYTES("JPKIAPICCTOKEN2                 \x90\x00") },
  /* How many tries the signing password has. */
  { BYTES("\x00\x20\x00\x9B"), BYTES("\x63\xC4") },
  /* SELECT of the issuer domain: the application is left. */
  { BYTES("\x00\xA4\x04\x0C\x07\xA0\x00\x00"), BYTES("\x90\x00") },
};

struct stack {
  unsigned commands;
  int closed;
};

static honnin_result HONNIN_CALL transmit(void *user, const uint8_t *command, size_t size, uint8_t *response,
                                          size_t cap, size_t *len, int32_t timeout_ms) {
  struct stack *stack = (struct stack *)user;
  size_t i;
  (void)timeout_ms;
  stack->commands++;
  for (i = 0; i < sizeof(RECORD) / sizeof(RECORD[0]); i++) {
    const struct exchange *known = &RECORD[i];
    if (size >= known->header_size && memcmp(command, known->header, known->header_size) == 0 &&
        cap >= known->answer_size) {
      memcpy(response, known->answer, known->answer_size);
      *len = known->answer_size;
      return HONNIN_OK;
    }
  }
  return HONNIN_CARD_UNSTABLE;
}

static void HONNIN_CALL close_stack(void *user) {
  ((struct stack *)user)->closed++;
}

int main(void) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_connection connection = HONNIN_CONNECTION_INIT;
  honnin_context *context = NULL;
  honnin_card *card = NULL;
  struct stack stack = { 0, 0 };
  int32_t left = -1;
  int status = 0;

  if (!HONNIN_ABI_FITS(honnin_abi_version())) {
    fprintf(stderr, "this program was compiled for another version of honnin\n");
    return 1;
  }
  options.no_pcsc = 1;
  connection.transmit = transmit;
  connection.close = close_stack;
  if (honnin_context_new(&options, &context, &error) != HONNIN_OK ||
      honnin_card_open_connection(context, &connection, &stack, NULL, &card, &error) != HONNIN_OK ||
      honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, &error) != HONNIN_OK) {
    fprintf(stderr, "%s\n", error.message);
    status = 1;
  } else {
    printf("card of kind %u, %d tries left\n", (unsigned)honnin_card_kind(card), (int)left);
  }
  honnin_card_close(card);
  honnin_context_free(context);
  printf("%u commands, closed %d time(s)\n", stack.commands, stack.closed);
  return status;
}
