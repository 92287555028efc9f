/* PC/SC on Windows, by the C library: a card that others use, and a card that is verified belongs to one. Exits with 0
   if every answer was right. */
#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>

static void must_at(int line, int holds, const char *what) {
  if (!holds) {
    fprintf(stderr, "line %d: %s\n", line, what);
    exit(1);
  }
}

#define must(holds, what) must_at(__LINE__, holds, what)

int main(void) {
  honnin_context *context = NULL;
  honnin_card *one = NULL, *other = NULL;
  honnin_certificate *certificate = NULL;
  honnin_buffer *signature = NULL;
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_open_options options = HONNIN_OPEN_OPTIONS_INIT;
  int32_t left = 0;
  honnin_result result;
  options.timeout_ms = 2000;
  must(honnin_context_new(NULL, &context, &error) == HONNIN_OK, error.message);
  must(honnin_reader_open(context, NULL, &options, &one, &error) == HONNIN_OK, error.message);
  must(honnin_reader_open(context, NULL, &options, &other, &error) == HONNIN_OK, error.message);
  must(honnin_pin_tries(other, HONNIN_PIN_KIND_SIGNING, &left, &error) == HONNIN_OK && left == 5, "tries of the other");
  must(honnin_pin_tries(one, HONNIN_PIN_KIND_SIGNING, &left, &error) == HONNIN_OK && left == 5, "tries of the one");

  /* While the other is connected the one cannot have the card for itself. Not tried here: Wine would wait for ever. */
  honnin_card_close(other);
  honnin_card_close(one);
  must(honnin_reader_open(context, NULL, &options, &one, &error) == HONNIN_OK, error.message);
  result = honnin_pin_verify(one, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error);
  must(result == HONNIN_OK, honnin_result_name(result));
  result = honnin_reader_open(context, NULL, &options, &other, &error);
  must(result == HONNIN_READER_BUSY && other == NULL, honnin_result_name(result));
  result = honnin_certificate_read(one, HONNIN_CERTIFICATE_KIND_SIGNING, &certificate, &error);
  must(result == HONNIN_OK, honnin_result_name(result));
  result = honnin_sign(one, HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, (const uint8_t *)"text", 4, &signature, &error);
  must(result == HONNIN_OK && honnin_buffer_size(signature) == 256, honnin_result_name(result));
  honnin_buffer_free(signature);
  honnin_certificate_free(certificate);
  honnin_card_close(one);

  /* Free again, and not verified any more. */
  must(honnin_reader_open(context, NULL, &options, &other, &error) == HONNIN_OK, error.message);
  result = honnin_certificate_read(other, HONNIN_CERTIFICATE_KIND_SIGNING, &certificate, &error);
  must(result == HONNIN_PIN_REQUIRED, honnin_result_name(result));
  honnin_card_close(other);
  honnin_context_free(context);
  puts("shared, claimed, given back");
  return 0;
}
