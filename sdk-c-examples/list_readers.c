/* Which readers there are, and what is in them.
 *
 *   list_readers [--virtual]
 */
#include <honnin.h>

#include <stdio.h>
#include <string.h>

static void show(const honnin_reader_list *list) {
  size_t i;
  if (honnin_reader_list_size(list) == 0) printf("no reader\n");
  for (i = 0; i < honnin_reader_list_size(list); i++) {
    uint32_t state = honnin_reader_list_state(list, i);
    printf("%s: %s%s%s\n", honnin_reader_list_name(list, i),
           (state & HONNIN_READER_STATE_CARD_PRESENT) != 0 ? "card" : "empty",
           (state & HONNIN_READER_STATE_MUTE) != 0 ? ", does not answer" : "",
           (state & HONNIN_READER_STATE_EXCLUSIVE) != 0 ? ", in use by another program" : "");
  }
}

int main(int argc, char **argv) {
  honnin_error error = HONNIN_ERROR_INIT;
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_context *context = NULL;
  honnin_virtual_card *virtual_card = NULL;
  honnin_reader_list *list = NULL;
  int status = 0;

  if (!HONNIN_ABI_FITS(honnin_abi_version())) {
    fprintf(stderr, "this program was compiled for another version of honnin\n");
    return 1;
  }
  options.no_pcsc = argc > 1 && strcmp(argv[1], "--virtual") == 0;
  if (honnin_context_new(&options, &context, &error) != HONNIN_OK ||
      (options.no_pcsc != 0 &&
       (honnin_virtual_card_new(NULL, &virtual_card, &error) != HONNIN_OK ||
        honnin_context_add_virtual_card(context, virtual_card, NULL, &error) != HONNIN_OK)) ||
      honnin_reader_list_new(context, &list, &error) != HONNIN_OK) {
    fprintf(stderr, "%s\n", error.message);
    fprintf(stderr, "%s\n", honnin_result_message(error.code, HONNIN_AUDIENCE_OPERATOR, "en"));
    status = 1;
  } else {
    show(list);
  }
  honnin_reader_list_free(list);
  honnin_virtual_card_free(virtual_card);
  honnin_context_free(context);
  return status;
}
