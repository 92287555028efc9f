/* Pairs of names and addresses through honnin.h. Reads lines of six columns between tabs: NAME or ADDRESS, the text of the
 * card, a digit a character for its substitutes, what is registered, the verdict, the reasons (- for any). */
#include <honnin.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static honnin_error error = HONNIN_ERROR_INIT;

static void need(honnin_result result, const char *what) {
  if (result == HONNIN_OK) return;
  fprintf(stderr, "%s: %s %s\n", what, honnin_result_name(result), error.message);
  exit(2);
}

/* The holder of a virtual card's signing certificate: the only way to one that C has. */
static honnin_holder *holder_of(const char *field, const char *text, const char *flags) {
  char profile[8192];
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_context *context = NULL;
  honnin_virtual_card *virtual_card = NULL;
  honnin_card *card = NULL;
  honnin_certificate *certificate = NULL;
  honnin_holder *holder = NULL;
  snprintf(profile, sizeof profile, "{\"%s\": \"%s\", \"%s_substituted\": \"%s\"}", field, text, field, flags);
  options.no_pcsc = 1;
  need(honnin_context_new(&options, &context, &error), "context");
  need(honnin_virtual_card_new(profile, &virtual_card, &error), profile);
  need(honnin_context_add_virtual_card(context, virtual_card, NULL, &error), "add");
  need(honnin_reader_open(context, NULL, NULL, &card, &error), "open");
  need(honnin_pin_verify(card, HONNIN_PIN_KIND_SIGNING, "ABC123", 6, NULL, &error), "verify");
  need(honnin_certificate_read(card, HONNIN_CERTIFICATE_KIND_SIGNING, &certificate, &error), "read");
  need(honnin_certificate_holder(certificate, &holder, &error), "holder");
  honnin_certificate_free(certificate);
  honnin_card_close(card);
  honnin_context_free(context);
  honnin_virtual_card_free(virtual_card);
  return holder;
}

static void refuses_what_is_no_comparison(void) {
  honnin_holder *holder = holder_of("name", "番号　花子", "00000");
  honnin_registered registered = HONNIN_REGISTERED_INIT;
  honnin_report *report = NULL;
  int wrong = honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_INVALID_ARGUMENT;
  registered.name = "";
  wrong |= honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_INVALID_ARGUMENT;
  registered.name = "番号　花子";
  registered.birth_date = "1989/05/07";
  wrong |= honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_INVALID_ARGUMENT;
  registered.birth_date = "1989-05-07";
  registered.sex = HONNIN_SEX_FEMALE;
  registered.accept = HONNIN_DIFFERENCE_ROOM;
  wrong |= honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_UNSUPPORTED_OPTION;
  registered.accept = UINT64_C(1) << 60;
  wrong |= honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_UNSUPPORTED_OPTION;
  wrong |= report != NULL;
  registered.accept = 0;
  wrong |= honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_OK;
  wrong |= honnin_report_size(report) != 3 || honnin_report_result(report) != HONNIN_OK;
  honnin_report_free(report);
  registered.birth_date = "1989-05-08";
  wrong |= honnin_holder_compare(holder, &registered, &report, &error) != HONNIN_BIRTH_DATE_MISMATCH;
  wrong |= strstr(honnin_report_json(report, HONNIN_REPORT_PROFILE_MINIMAL), "\"staff\"") == NULL;
  wrong |= strstr(honnin_report_json(report, HONNIN_REPORT_PROFILE_EVIDENCE), "花子") != NULL;
  honnin_report_free(report);
  honnin_holder_free(holder);
  if (wrong) {
    fprintf(stderr, "a call that should be refused, or should not\n");
    exit(1);
  }
}

int main(int argc, char **argv) {
  char line[8192];
  int count = 0, wrong = 0;
  FILE *pairs = argc == 2 ? fopen(argv[1], "rb") : NULL;
  if (pairs == NULL) return 2;
  refuses_what_is_no_comparison();
  while (fgets(line, sizeof line, pairs) != NULL) {
    char *column[6];
    char *at = line;
    int i;
    honnin_holder *holder;
    honnin_registered registered = HONNIN_REGISTERED_INIT;
    honnin_report *report = NULL;
    honnin_finding finding = HONNIN_FINDING_INIT;
    honnin_result result;
    int is_name;
    for (i = 0; i < 6; i++) {
      column[i] = at;
      at = strpbrk(at, "\t\n");
      if (at == NULL) return 2;
      *at++ = 0;
    }
    is_name = strcmp(column[0], "NAME") == 0;
    holder = holder_of(is_name ? "name" : "address", column[1], column[2]);
    if (is_name) registered.name = column[3];
    else registered.address = column[3];
    result = honnin_holder_compare(holder, &registered, &report, &error);
    if (report == NULL) need(result, column[3]);
    need(honnin_report_finding(report, 0, &finding), "finding");
    if (finding.verdict != (uint32_t)atoi(column[4]) || finding.code != result ||
        (strcmp(column[5], "-") != 0 && finding.reasons != (uint64_t)strtoull(column[5], NULL, 10))) {
      fprintf(stderr, "%s | %s: %" PRIu32 " %" PRIu64 "\n", column[1], column[3], finding.verdict, finding.reasons);
      wrong++;
    }
    honnin_report_free(report);
    honnin_holder_free(holder);
    count++;
  }
  fclose(pairs);
  printf("%d pairs\n", count);
  return wrong == 0 ? 0 : 1;
}
