/* A library built to panic on request: its own connection answers INTERNAL_PANIC. */
#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int closed;
static char logged[4096];

static void must(int holds, const char *what) {
  if (!holds) {
    printf("%s\n", what);
    exit(1);
  }
}

static honnin_result HONNIN_CALL transmit(void *user, const uint8_t *command, size_t size, uint8_t *response, size_t cap,
                                          size_t *len, int32_t timeout_ms) {
  static const char label[] = "JPKIAPICCTOKEN2                 \x90";
  (void)user;
  (void)timeout_ms;
  must(size >= 4 && cap >= sizeof(label), "sizes");
  if (command[1] == 0x20) return HONNIN_INTERNAL_PANIC;
  if (command[1] == 0xB0) {
    memcpy(response, label, sizeof(label));
    *len = sizeof(label);
  } else {
    memcpy(response, "\x90", 2);
    *len = 2;
  }
  return HONNIN_OK;
}

static void HONNIN_CALL close_connection(void *user) {
  (void)user;
  closed++;
}

static void HONNIN_CALL log_line(void *user, int32_t level, const char *module, const char *text) {
  (void)user;
  (void)level;
  (void)module;
  if (strlen(logged) + strlen(text) + 2 < sizeof(logged)) strcat(strcat(logged, text), "\n");
}

int main(void) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_connection connection = HONNIN_CONNECTION_INIT;
  honnin_context *context = NULL;
  honnin_card *card = NULL;
  int32_t left = 7;
  options.no_pcsc = 1;
  options.log = log_line;
  connection.transmit = transmit;
  connection.close = close_connection;
  must(honnin_context_new(&options, &context, &error) == HONNIN_OK, "context");
  must(honnin_card_open_connection(context, &connection, NULL, NULL, &card, &error) == HONNIN_OK, error.message);
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, &error) == HONNIN_INTERNAL_PANIC, "panic");
  must(left == -1 && error.code == HONNIN_INTERNAL_PANIC, "written all the same");
  must(closed == 1, "a card that panicked is let go at once");
  must(honnin_pin_tries(card, HONNIN_PIN_KIND_SIGNING, &left, &error) == HONNIN_BAD_STATE, "poisoned");
  must(strstr(logged, "a panic was caught at") != NULL, logged);
  honnin_card_close(card);
  must(closed == 1, "closed once");
  honnin_context_free(context);
  return 0;
}
