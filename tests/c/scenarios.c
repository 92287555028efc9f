/* The corpus through honnin.h. */
#include "scenario.h"

static honnin_context *context;
static honnin_virtual_card *virtual_card;
static honnin_card *card;
static honnin_buffer *transcript, *text;
static honnin_error failure = HONNIN_ERROR_INIT;

static void begin(const char *profile) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  options.no_pcsc = 1;
  if (honnin_context_new(&options, &context, &error) != HONNIN_OK ||
      honnin_virtual_card_new(profile, &virtual_card, &error) != HONNIN_OK ||
      honnin_context_add_virtual_card(context, virtual_card, NULL, &error) != HONNIN_OK) {
    fprintf(stderr, "%s: %s\n", title, error.message);
    exit(2);
  }
}

static void end(void) {
  honnin_card_close(card);
  honnin_context_free(context);
  honnin_virtual_card_free(virtual_card);
  honnin_buffer_free(transcript);
  honnin_buffer_free(text);
  transcript = text = NULL;
}

static const char *saw(void) {
  honnin_buffer_free(transcript);
  if (honnin_virtual_card_transcript(virtual_card, &transcript) != HONNIN_OK) exit(2);
  return (const char *)honnin_buffer_data(transcript);
}

static const char *said(uint32_t audience, const char *lang) {
  honnin_buffer_free(text);
  if (honnin_error_message(&failure, audience, lang, &text) != HONNIN_OK) return NULL;
  return (const char *)honnin_buffer_data(text);
}

static const char *hint(uint32_t audience, uint32_t index, const char *lang, uint32_t *tags) {
  honnin_buffer *plain = NULL;
  honnin_result result;
  honnin_buffer_free(text);
  result = honnin_error_hint_tagged(&failure, audience, index, 0, lang, &text, tags);
  if (honnin_error_hint(&failure, audience, index, lang, &plain) != result) exit(2);
  if (result == HONNIN_OK && strcmp((const char *)honnin_buffer_data(plain), (const char *)honnin_buffer_data(text)) != 0) {
    complain("hint", "the same words with and without tags", (const char *)honnin_buffer_data(plain));
  }
  honnin_buffer_free(plain);
  return result == HONNIN_OK ? (const char *)honnin_buffer_data(text) : NULL;
}

static outcome perform(char **words, int count) {
  const char *verb = words[0];
  outcome found = { HONNIN_OK, -1, 0, -1 };
  honnin_error error = HONNIN_ERROR_INIT;
  int32_t left = -1;
  if (strcmp(verb, "open") == 0) {
    honnin_open_options options = HONNIN_OPEN_OPTIONS_INIT;
    options.timeout_ms = 500;
    found.code = honnin_reader_open(context, NULL, &options, &card, &error);
  } else if (strcmp(verb, "close") == 0) {
    honnin_card_close(card);
  } else if (strcmp(verb, "insert") == 0) {
    found.code = honnin_virtual_card_insert(virtual_card);
  } else if (strcmp(verb, "remove") == 0) {
    found.code = honnin_virtual_card_remove(virtual_card);
  } else if (strcmp(verb, "verify") == 0) {
    honnin_pin_options options = HONNIN_PIN_OPTIONS_INIT;
    const char *pin = strcmp(words[2], "-") == 0 ? NULL : words[2];
    int i;
    for (i = 3; i < count; i++) {
      options.allow_last_try |= strcmp(words[i], "last") == 0;
      options.fold |= strcmp(words[i], "fold") == 0;
    }
    found.code = honnin_pin_verify(card, kind_of_pin(words[1]), pin, pin ? strlen(pin) : 0, &options, &error);
  } else if (strcmp(verb, "tries") == 0) {
    found.code = honnin_pin_tries(card, kind_of_pin(words[1]), &left, &error);
  } else if (strcmp(verb, "certificate") == 0) {
    honnin_certificate *certificate = NULL;
    found.code = honnin_certificate_read(card, kind_of_pin(words[1]), &certificate, &error);
    honnin_certificate_free(certificate);
  } else if (strcmp(verb, "sign") == 0) {
    honnin_buffer *signature = NULL;
    found.code = honnin_sign(card, kind_of_pin(words[1]), HONNIN_HASH_SHA256, NULL, 0, &signature, &error);
    honnin_buffer_free(signature);
  } else if (strcmp(verb, "details") == 0) {
    honnin_card_details *details = NULL;
    found.code = honnin_card_details_read(card, 0, &details, &error);
    honnin_card_details_free(details);
  } else if (strcmp(verb, "forget") == 0) {
    found.code = honnin_pin_forget(card, &error);
  } else {
    fprintf(stderr, "%s: no step is called %s\n", title, verb);
    exit(2);
  }
  failure = error;
  found.tries = error.tries_left;
  found.spent = error.try_spent;
  found.left = left;
  return found;
}
