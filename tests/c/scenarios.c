/* The corpus through honnin.h. */
#include "scenario.h"

static honnin_context *context;
static honnin_virtual_card *virtual_card;
static honnin_card *card;
/* Another program, which has the card to itself. */
static honnin_context *other_program;
static honnin_card *held;
static honnin_buffer *transcript, *text;
static honnin_error failure = HONNIN_ERROR_INIT;
static honnin_holder *holder;
static honnin_face *face;

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

static honnin_result hold(void) {
  honnin_context_options options = HONNIN_CONTEXT_OPTIONS_INIT;
  honnin_open_options alone = HONNIN_OPEN_OPTIONS_INIT;
  honnin_result result;
  options.no_pcsc = 1;
  alone.exclusive = 1;
  result = honnin_context_new(&options, &other_program, NULL);
  if (result == HONNIN_OK) result = honnin_context_add_virtual_card(other_program, virtual_card, NULL, NULL);
  return result == HONNIN_OK ? honnin_reader_open(other_program, NULL, &alone, &held, NULL) : result;
}

static void release(void) {
  honnin_card_close(held);
  honnin_context_free(other_program);
  held = NULL;
  other_program = NULL;
}

static void end(void) {
  honnin_holder_free(holder);
  honnin_face_free(face);
  holder = NULL;
  face = NULL;
  honnin_card_close(card);
  release();
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

typedef struct {
  const char *at;
} stream;

static honnin_result HONNIN_CALL read_on(void *user, uint8_t *buf, size_t cap, size_t *len) {
  stream *content = user;
  size_t left = strlen(content->at);
  /* In pieces, as a file comes. */
  *len = left < 2 ? left : 2;
  if (*len > cap) return HONNIN_IO_ERROR;
  memcpy(buf, content->at, *len);
  content->at += *len;
  return HONNIN_OK;
}

static honnin_result HONNIN_CALL no_network(void *user, const uint8_t *request, size_t size, honnin_buffer **reply) {
  (void)user, (void)reply;
  return request != NULL && size > 0 ? HONNIN_TIMEOUT : HONNIN_INTERNAL;
}

/* Signs a CMS and verifies it, as the virtual card's own CA would have it. */
static honnin_result cms(uint32_t key, const char *how, honnin_error *error) {
  static const uint8_t order[] = { 'o', 'r', 'd', 'e', 'r' }, other[] = { '0', 'r', 'd', 'e', 'r' };
  int is_stream = strcmp(how, "stream") == 0, is_changed = strcmp(how, "changed") == 0;
  int is_required = strcmp(how, "stamp-required") == 0;
  honnin_cms_options options = HONNIN_CMS_OPTIONS_INIT;
  honnin_validation_options asked = HONNIN_VALIDATION_OPTIONS_INIT;
  honnin_buffer *made = NULL, *both = NULL, *ca = NULL, *content = NULL;
  honnin_trust *trust = NULL;
  honnin_report *report = NULL;
  honnin_result signed_with, result;
  stream text = { "order" };
  uint32_t kind;
  options.detached = (uint32_t)is_changed;
  if (strstr(how, "stamp") != NULL) options.timestamp = no_network;
  options.timestamp_required = (uint32_t)is_required;
  signed_with = is_stream ? honnin_cms_sign_stream(card, key, read_on, &text, &options, &made, error)
                          : honnin_cms_sign(card, key, order, sizeof order, &options, &made, error);
  if (made == NULL) return signed_with;
  if (strcmp(how, "added") == 0) {
    const uint8_t *first = honnin_buffer_data(made);
    options.hash = HONNIN_HASH_SHA512;
    result = honnin_cms_sign_add(card, key, first, honnin_buffer_size(made), NULL, 0, &options, &both, error);
    honnin_buffer_free(made);
    made = both;
    if (result != HONNIN_OK) return result;
  }
  if (honnin_trust_new(HONNIN_TRUST_ROOTS_NONE, &trust, NULL) != HONNIN_OK) exit(2);
  for (kind = HONNIN_CERTIFICATE_KIND_SIGNING_CA; kind <= HONNIN_CERTIFICATE_KIND_AUTHENTICATION_CA; kind++) {
    if (honnin_virtual_card_ca(virtual_card, kind, &ca) != HONNIN_OK ||
        honnin_trust_add(trust, HONNIN_TRUST_KIND_ANCHOR, honnin_buffer_data(ca), honnin_buffer_size(ca), NULL) != HONNIN_OK)
      exit(2);
    honnin_buffer_free(ca);
  }
  asked.trust = trust;
  asked.waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD;
  text.at = "order";
  result = is_stream ? honnin_cms_verify_stream(honnin_buffer_data(made), honnin_buffer_size(made), read_on, &text, &asked,
                                                &report, error)
                     : honnin_cms_verify(honnin_buffer_data(made), honnin_buffer_size(made), is_changed ? other : NULL,
                                         is_changed ? sizeof other : 0, &asked, &report, error);
  if (report == NULL || honnin_report_result(report) != result || honnin_report_signer_count(report) == 0) exit(2);
  if (result == HONNIN_OK && !is_stream) {
    if (honnin_report_content(report, &content, NULL) != HONNIN_OK) exit(2);
    if (honnin_buffer_size(content) != sizeof order || memcmp(honnin_buffer_data(content), order, sizeof order) != 0) exit(2);
    honnin_buffer_free(content);
  } else if (honnin_report_content(report, &content, NULL) == HONNIN_OK && (is_stream || is_changed)) {
    exit(2);
  }
  honnin_report_free(report);
  honnin_trust_free(trust);
  honnin_buffer_free(made);
  return is_required ? signed_with : result;
}

/* Signs a PDF and verifies it, as the virtual card's own CA would have it. */
static honnin_result pdf(const char *how, honnin_error *error) {
  int is_twice = strcmp(how, "twice") == 0, is_changed = strcmp(how, "changed") == 0;
  size_t size = strcmp(how, "damaged") == 0 ? 100 : sizeof one_page - 1;
  honnin_pdf_options options = HONNIN_PDF_OPTIONS_INIT;
  honnin_validation_options asked = HONNIN_VALIDATION_OPTIONS_INIT;
  honnin_buffer *made = NULL, *both = NULL, *ca = NULL;
  honnin_trust *trust = NULL;
  honnin_report *report = NULL;
  honnin_result result;
  uint8_t *file;
  options.reason = "\xE7\x94\xB3\xE8\xBE\xBC";
  result = honnin_pdf_sign(card, (const uint8_t *)one_page, size, &options, &made, error);
  if (result != HONNIN_OK) return result;
  if (is_twice) {
    options.page = 1;
    options.x = options.y = 10;
    options.width = options.height = 50;
    result = honnin_pdf_sign(card, honnin_buffer_data(made), honnin_buffer_size(made), &options, &both, error);
    honnin_buffer_free(made);
    made = both;
    if (result != HONNIN_OK) return result;
  }
  size = honnin_buffer_size(made);
  file = malloc(2 * size);
  if (file == NULL) exit(2);
  memcpy(file, honnin_buffer_data(made), size);
  if (is_changed) {
    /* The end of the file once more: bytes that belong to nothing. */
    size_t tail = size - 8;
    while (tail > 0 && memcmp(file + tail - 1, "startxref", 9) != 0) tail--;
    memcpy(file + size, file + tail - 1, size - tail + 1);
    size += size - tail + 1;
  }
  if (honnin_trust_new(HONNIN_TRUST_ROOTS_NONE, &trust, NULL) != HONNIN_OK ||
      honnin_virtual_card_ca(virtual_card, HONNIN_CERTIFICATE_KIND_SIGNING_CA, &ca) != HONNIN_OK ||
      honnin_trust_add(trust, HONNIN_TRUST_KIND_ANCHOR, honnin_buffer_data(ca), honnin_buffer_size(ca), NULL) != HONNIN_OK)
    exit(2);
  asked.trust = trust;
  asked.waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD;
  result = honnin_pdf_verify(file, size, &asked, &report, error);
  if (honnin_report_signer_count(report) != (is_twice ? 2 : 1)) exit(2);
  if (strstr(honnin_report_json(report, HONNIN_REPORT_PROFILE_MINIMAL), "\"later_changes\":") == NULL) exit(2);
  honnin_report_free(report);
  honnin_trust_free(trust);
  honnin_buffer_free(ca);
  honnin_buffer_free(made);
  free(file);
  return result;
}

/* The result of a report, or of the failure to make one. */
static honnin_result result_of(honnin_report *report, honnin_result made) {
  if (made == HONNIN_OK && report != NULL) made = honnin_report_result(report);
  honnin_report_free(report);
  return made;
}

static honnin_trust *own_issuer(void) {
  honnin_trust *trust = NULL;
  honnin_buffer *key = NULL;
  if (honnin_trust_new(HONNIN_TRUST_ROOTS_PRODUCTION, &trust, NULL) != HONNIN_OK ||
      honnin_virtual_card_ca(virtual_card, HONNIN_VIRTUAL_CARD_ISSUER, &key) != HONNIN_OK ||
      honnin_trust_add(trust, HONNIN_TRUST_KIND_CARD_CA_KEY, honnin_buffer_data(key), honnin_buffer_size(key), NULL) !=
          HONNIN_OK) {
    exit(2);
  }
  honnin_buffer_free(key);
  return trust;
}

static honnin_result perform_on_records(char **words, int count, honnin_error *error) {
  const char *verb = words[0];
  honnin_report *report = NULL;
  honnin_result code;
  if (strcmp(verb, "age") == 0 || strcmp(verb, "text") == 0) {
    honnin_holder_free(holder);
    return verb[0] == 'a' ? honnin_age_read(card, &holder, NULL, error) : honnin_text_read(card, &holder, NULL, error);
  }
  if (strcmp(verb, "age_report") == 0 || strcmp(verb, "text_report") == 0) {
    honnin_holder_free(holder);
    code = verb[0] == 'a' ? honnin_age_read(card, &holder, &report, error)
                          : honnin_text_read(card, &holder, &report, error);
    return result_of(report, code);
  }
  if (strcmp(verb, "age_check") == 0) {
    int32_t met = 7;
    code = honnin_age_check(holder, (uint32_t)atoi(words[1]), count > 2 ? words[2] : NULL, count > 3, &met, error);
    if (met != (code == HONNIN_OK)) exit(2);
    return code;
  }
  if (strcmp(verb, "my_number") == 0) {
    honnin_buffer *number = NULL;
    code = honnin_my_number_read(card, &number, error);
    honnin_buffer_free(number);
    return code;
  }
  if (strcmp(verb, "face") == 0) {
    honnin_face_free(face);
    return honnin_face_read(card, &face, error);
  }
  if (strcmp(verb, "face_report") == 0) {
    code = honnin_face_report(face, &report, error);
    if (report == NULL || honnin_report_result(report) != code) exit(2);
    honnin_report_free(report);
    return code;
  }
  if (strcmp(verb, "photo") == 0) {
    honnin_buffer *photo = NULL;
    code = honnin_face_image(face, HONNIN_FACE_IMAGE_PHOTO, HONNIN_IMAGE_FORMAT_PNG, &photo, error);
    honnin_buffer_free(photo);
    return code;
  }
  if (strcmp(verb, "genuine") == 0 || strcmp(verb, "genuine_own") == 0) {
    honnin_trust *trust = verb[7] == 0 ? NULL : own_issuer();
    code = honnin_genuine_check(card, trust, &report, error);
    honnin_report_free(report);
    honnin_trust_free(trust);
    return code;
  }
  fprintf(stderr, "%s: no step is called %s\n", title, verb);
  exit(2);
}

static outcome perform(char **words, int count) {
  const char *verb = words[0];
  outcome found = { HONNIN_OK, -1, 0, -1 };
  honnin_error error = HONNIN_ERROR_INIT;
  int32_t left = -1;
  if (strcmp(verb, "open") == 0) {
    honnin_open_options options = HONNIN_OPEN_OPTIONS_INIT;
    options.timeout_ms = 500;
    options.grace_ms = count > 1 && strcmp(words[1], "grace") == 0 ? 2000 : 0;
    found.code = honnin_reader_open(context, NULL, &options, &card, &error);
  } else if (strcmp(verb, "hold") == 0) {
    found.code = hold();
  } else if (strcmp(verb, "release") == 0) {
    release();
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
  } else if (strcmp(verb, "cms") == 0) {
    found.code = cms(kind_of_pin(words[1]), words[2], &error);
  } else if (strcmp(verb, "pdf") == 0) {
    found.code = pdf(words[1], &error);
  } else if (strcmp(verb, "details") == 0) {
    honnin_card_details *details = NULL;
    found.code = honnin_card_details_read(card, 0, &details, &error);
    honnin_card_details_free(details);
  } else if (strcmp(verb, "details_expiry") == 0) {
    honnin_card_details *details = NULL;
    found.code = honnin_card_details_read(card, HONNIN_DETAIL_EXPIRY, &details, &error);
    honnin_card_details_free(details);
  } else if (strcmp(verb, "forget") == 0) {
    found.code = honnin_pin_forget(card, &error);
  } else {
    found.code = perform_on_records(words, count, &error);
  }
  failure = error;
  /* A result that is no error has the words of its code. */
  if (error.code == HONNIN_OK) failure.code = found.code;
  found.tries = error.tries_left;
  found.spent = error.try_spent;
  found.left = left;
  return found;
}
