/* Password, certificate, signature: the whole of it in one program.
 *
 *   read_and_sign [--virtual] [--password PASSWORD] FILE
 *
 * Without --virtual it uses the card in the PC/SC reader. A real program asks for the password and never takes it from
 * the command line, where everybody can read it; so that is for the virtual card (ABC123) only. */
#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Says what happened in the words of the library, and what to do next. Gives the exit status of the program. */
static int explain(const honnin_error *error) {
  static const uint32_t audiences[2] = { HONNIN_AUDIENCE_CARDHOLDER, HONNIN_AUDIENCE_DEVELOPER };
  honnin_buffer *text = NULL;
  uint32_t i;
  for (i = 0; i < 2; i++) {
    if (honnin_error_message(error, audiences[i], "en", &text) == HONNIN_OK) {
      fprintf(stderr, "%s\n", (const char *)honnin_buffer_data(text));
    }
    honnin_buffer_free(text);
  }
  for (i = 0; honnin_error_hint(error, HONNIN_AUDIENCE_CARDHOLDER, i, "en", &text) == HONNIN_OK; i++) {
    fprintf(stderr, " - %s\n", (const char *)honnin_buffer_data(text));
    honnin_buffer_free(text);
  }
  return 1;
}

/* A small file in memory; NULL if it cannot be read. */
static uint8_t *read_file(const char *path, size_t *size) {
  enum { MOST = 1 << 20 };
  uint8_t *data = (uint8_t *)malloc(MOST);
  FILE *file = fopen(path, "rb");
  if (data == NULL || file == NULL) {
    free(data);
    if (file != NULL) fclose(file);
    return NULL;
  }
  *size = fread(data, 1, MOST, file);
  fclose(file);
  return data;
}

/* Everything between opening the card and closing it. */
static int sign(honnin_card *card, const char *password, const uint8_t *data, size_t size) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_pin_options options = HONNIN_PIN_OPTIONS_INIT;
  honnin_certificate *certificate = NULL;
  honnin_holder *holder = NULL;
  honnin_buffer *signature = NULL;
  int status = 0;

  if (honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, password, strlen(password), &options, &error) != HONNIN_OK ||
      honnin_certificate_read(card, HONNIN_CERTIFICATE_KIND_SIGNING, &certificate, &error) != HONNIN_OK ||
      honnin_certificate_holder(certificate, &holder, &error) != HONNIN_OK ||
      honnin_sign(card, HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, data, size, &signature, &error) != HONNIN_OK ||
      honnin_signature_verify(certificate, HONNIN_HASH_SHA256, data, size, honnin_buffer_data(signature),
                              honnin_buffer_size(signature), &error) != HONNIN_OK) {
    status = explain(&error);
  } else {
    printf("signed by %s, born %s\n", honnin_holder_name(holder), honnin_holder_birth_date(holder));
    printf("certificate %s\n", honnin_certificate_fingerprint(certificate));
    printf("signature of %u bytes after %u commands\n", (unsigned)honnin_buffer_size(signature),
           (unsigned)honnin_card_exchanges(card));
  }
  honnin_buffer_free(signature);
  honnin_holder_free(holder);
  honnin_certificate_free(certificate);
  return status;
}

int main(int argc, char **argv) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_context *context = NULL;
  honnin_virtual_card *virtual_card = NULL;
  honnin_card *card = NULL;
  const char *password = "ABC123";
  const char *path = NULL;
  uint8_t *data = NULL;
  size_t size = 0;
  int status = 0;
  int i;

  if (!HONNIN_ABI_FITS(honnin_abi_version())) {
    fprintf(stderr, "this program was compiled for another version of honnin\n");
    return 1;
  }
  for (i = 1; i < argc; i++) {
    if (strcmp(argv[i], "--virtual") == 0) {
      options.no_pcsc = 1;
    } else if (strcmp(argv[i], "--password") == 0 && i + 1 < argc) {
      password = argv[++i];
    } else {
      path = argv[i];
    }
  }
  if (path == NULL || (data = read_file(path, &size)) == NULL) {
    fprintf(stderr, "usage: read_and_sign [--virtual] [--password PASSWORD] FILE\n");
    return 2;
  }

  if (honnin_context_new(&options, &context, &error) != HONNIN_OK ||
      (options.no_pcsc != 0 &&
       (honnin_virtual_card_new(NULL, &virtual_card, &error) != HONNIN_OK ||
        honnin_context_add_virtual_card(context, virtual_card, NULL, &error) != HONNIN_OK)) ||
      honnin_reader_open(context, NULL, NULL, &card, &error) != HONNIN_OK) {
    status = explain(&error);
  } else {
    status = sign(card, password, data, size);
  }
  honnin_card_close(card);
  honnin_virtual_card_free(virtual_card);
  honnin_context_free(context);
  free(data);
  return status;
}
