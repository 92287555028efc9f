/* Signs a PDF with a visible box in a font: pdf_font PDF FONT. Says how each way of giving a font ends. */
#include <honnin.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  uint8_t *data = malloc(1 << 20);
  if (file == NULL || data == NULL) exit(2);
  *size = fread(data, 1, 1 << 20, file);
  fclose(file);
  return data;
}

int main(int argc, char **argv) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options context_options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_pdf_options options = HONNIN_PDF_OPTIONS_INIT;
  honnin_context *context = NULL;
  honnin_virtual_card *virtual_card = NULL;
  honnin_card *card = NULL;
  honnin_buffer *made = NULL;
  size_t pdf_size = 0, font_size = 0;
  uint8_t *pdf, *font;

  if (argc != 3) return 2;
  pdf = read_file(argv[1], &pdf_size);
  font = read_file(argv[2], &font_size);
  context_options.no_pcsc = 1;
  if (honnin_context_new(&context_options, &context, &error) != HONNIN_OK ||
      honnin_virtual_card_new(NULL, &virtual_card, &error) != HONNIN_OK ||
      honnin_context_add_virtual_card(context, virtual_card, NULL, &error) != HONNIN_OK ||
      honnin_reader_open(context, NULL, NULL, &card, &error) != HONNIN_OK ||
      honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error) != HONNIN_OK)
    return 2;
  options.page = 1;
  options.x = options.y = 10;
  options.width = 200;
  options.height = 60;

  /* A size without a font, a font without a size, one that lacks a character. */
  options.font_size = 1;
  printf("%s\n", honnin_result_name(honnin_pdf_sign(card, pdf, pdf_size, &options, &made, &error)));
  options.font = font;
  options.font_size = 0;
  printf("%s\n", honnin_result_name(honnin_pdf_sign(card, pdf, pdf_size, &options, &made, &error)));
  options.font_size = font_size;
  options.name = "\xC3\xA9";
  printf("%s\n", honnin_result_name(honnin_pdf_sign(card, pdf, pdf_size, &options, &made, &error)));
  printf("%s\n", strstr(error.message, "U+00E9") != NULL ? "named" : error.message);
  options.name = NULL;
  printf("%s\n", honnin_result_name(honnin_pdf_sign(card, pdf, pdf_size, &options, &made, &error)));
  printf("%d\n", honnin_buffer_size(made) > pdf_size);
  honnin_buffer_free(made);

  /* A program of a header without the two members says a smaller struct: nothing is embedded. */
  options.struct_size = (uint32_t)offsetof(honnin_pdf_options, font);
  options.name = "\xC3\xA9";
  printf("%s\n", honnin_result_name(honnin_pdf_sign(card, pdf, pdf_size, &options, &made, &error)));
  honnin_buffer_free(made);
  honnin_card_close(card);
  honnin_virtual_card_free(virtual_card);
  honnin_context_free(context);
  free(pdf);
  free(font);
  return 0;
}
