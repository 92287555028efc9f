// The corpus through honnin.hpp.
#include <honnin.hpp>

#include <algorithm>

#include "scenario.h"

static std::optional<honnin::Context> context;
static std::optional<honnin::VirtualCard> virtual_card;
static std::optional<honnin::Card> card;
// Another program, which has the card to itself.
static std::optional<honnin::Context> other_program;
static std::optional<honnin::Card> held;
static std::optional<honnin::Error> failure;
static std::optional<honnin::Holder> holder;
static std::optional<honnin::Face> face;

static void begin(const char *profile) {
  honnin::ContextOptions options;
  options.no_pcsc = true;
  context.emplace(std::move(options));
  virtual_card.emplace(profile);
  context->add(*virtual_card);
}

static void end(void) {
  holder.reset();
  face.reset();
  card.reset();
  held.reset();
  other_program.reset();
  context.reset();
  virtual_card.reset();
}

static const char *saw(void) {
  static std::string transcript;
  transcript = virtual_card->transcript();
  return transcript.c_str();
}

static const char *said(uint32_t audience, const char *lang) {
  static std::string text;
  if (!failure) return nullptr;
  text = failure->message(audience, lang);
  return text.c_str();
}

static const char *hint(uint32_t audience, uint32_t index, const char *lang, uint32_t *tags) {
  static honnin::Hint hint;
  if (!failure) return nullptr;
  const std::vector<honnin::Hint> hints = failure->tagged_hints(0, audience, lang);
  const std::vector<std::string> plain = failure->hints(audience, lang);
  if (plain.size() != hints.size()) complain("hints", "as many with and without tags", "more or less");
  if (index >= hints.size()) return nullptr;
  hint = hints[index];
  if (plain[index] != hint.text) complain("hints", hint.text.c_str(), plain[index].c_str());
  *tags = hint.tags;
  return hint.text.c_str();
}

// Signs a CMS and verifies it, as the virtual card's own CA would have it.
static honnin_result cms(std::uint32_t key, const std::string &how) {
  honnin_cms_options options = HONNIN_CMS_OPTIONS_INIT;
  const auto reader = [](std::string text) {
    return [text = std::move(text), at = std::size_t{0}](std::uint8_t *buffer, std::size_t room) mutable {
      const std::size_t count = std::min(room, text.size() - at);
      std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), count, buffer);
      at += count;
      return count;
    };
  };
  honnin::Buffer made;
  honnin_result signed_with = HONNIN_OK;
  if (how == "stream") {
    made = card->cms_sign_stream(key, reader("order"), &options);
  } else {
    options.detached = how == "changed" ? 1 : 0;
    if (how.find("stamp") != std::string::npos) {
      options.timestamp = [](void *, const std::uint8_t *, std::size_t, honnin_buffer **) -> honnin_result {
        return HONNIN_TIMEOUT;
      };
    }
    options.timestamp_required = how == "stamp-required" ? 1 : 0;
    honnin::Buffer without;
    try {
      made = card->cms_sign(key, "order", &options, &without);
    } catch (const honnin::Error &error) {
      if (without.size() == 0) throw;
      signed_with = error.code();
      made = std::move(without);
    }
  }
  if (how == "added") made = card->cms_sign_add(key, made);
  honnin::Trust trust = honnin::Trust::create(HONNIN_TRUST_ROOTS_NONE);
  for (auto kind : {HONNIN_CERTIFICATE_KIND_SIGNING_CA, HONNIN_CERTIFICATE_KIND_AUTHENTICATION_CA}) {
    trust.add(HONNIN_TRUST_KIND_ANCHOR, virtual_card->ca(kind));
  }
  honnin_validation_options asked = HONNIN_VALIDATION_OPTIONS_INIT;
  asked.trust = trust.get();
  asked.waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD;
  std::optional<honnin::ByteView> beside;
  if (how == "changed") beside = "0rder";
  const honnin::Report report = how == "stream" ? honnin::cms_verify_stream(made, reader("order"), &asked)
                                                : honnin::cms_verify(made, beside, &asked);
  if (report.signers().empty()) std::exit(2);
  if (report.result() == HONNIN_OK && how != "stream" && report.content().text() != "order") std::exit(2);
  return signed_with != HONNIN_OK ? signed_with : report.result();
}

// Signs a PDF and verifies it, as the virtual card's own CA would have it.
static honnin_result pdf(const std::string &how) {
  const std::string_view whole(one_page, sizeof one_page - 1);
  honnin_pdf_options options = HONNIN_PDF_OPTIONS_INIT;
  std::vector<std::uint8_t> file = card->pdf_sign(how == "damaged" ? whole.substr(0, 100) : whole, &options).bytes();
  if (how == "twice") file = card->pdf_sign(file, &options).bytes();
  if (how == "changed") {
    // The end of the file once more: bytes that belong to nothing.
    const std::string text(file.begin(), file.end());
    const std::string tail = text.substr(text.rfind("startxref"));
    file.insert(file.end(), tail.begin(), tail.end());
  }
  honnin::Trust trust = honnin::Trust::create(HONNIN_TRUST_ROOTS_NONE);
  trust.add(HONNIN_TRUST_KIND_ANCHOR, virtual_card->ca(HONNIN_CERTIFICATE_KIND_SIGNING_CA));
  honnin_validation_options asked = HONNIN_VALIDATION_OPTIONS_INIT;
  asked.trust = trust.get();
  asked.waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD;
  const honnin::Report report = honnin::pdf_verify(file, &asked);
  if (report.signers().size() != (how == "twice" ? 2U : 1U)) std::exit(2);
  return report.result();
}

static honnin::Trust own_issuer() {
  honnin::Trust trust = honnin::Trust::create();
  trust.add(HONNIN_TRUST_KIND_CARD_CA_KEY, virtual_card->ca(HONNIN_VIRTUAL_CARD_ISSUER));
  return trust;
}

static honnin_result perform_on_records(char **words, int count) {
  const std::string verb = words[0];
  std::optional<honnin::Report> report;
  if (verb == "age") {
    holder.emplace(card->age());
  } else if (verb == "text") {
    holder.emplace(card->text());
  } else if (verb == "age_report") {
    holder.emplace(card->age(&report));
    return report->result();
  } else if (verb == "text_report") {
    holder.emplace(card->text(&report));
    return report->result();
  } else if (verb == "age_check") {
    holder->age_check(static_cast<std::uint32_t>(std::atoi(words[1])), count > 2 ? words[2] : nullptr, count > 3);
  } else if (verb == "my_number") {
    (void)card->my_number();
  } else if (verb == "face") {
    face.emplace(card->face());
  } else if (verb == "face_report") {
    return face->report().result();
  } else if (verb == "photo") {
    (void)face->image();
  } else if (verb == "genuine") {
    return card->genuine().result();
  } else if (verb == "genuine_own") {
    const honnin::Trust trust = own_issuer();
    return card->genuine(&trust).result();
  } else {
    std::fprintf(stderr, "%s: no step is called %s\n", title, words[0]);
    std::exit(2);
  }
  return HONNIN_OK;
}

static outcome perform(char **words, int count) {
  const std::string verb = words[0];
  outcome found = {HONNIN_OK, -1, 0, -1};
  failure.reset();
  try {
    if (verb == "open") {
      card.reset();
      honnin::OpenOptions options;
      options.timeout_ms = 500;
      options.grace_ms = count > 1 && std::string(words[1]) == "grace" ? 2000 : 0;
      card.emplace(context->open(nullptr, std::move(options)));
    } else if (verb == "hold") {
      honnin::ContextOptions without_pcsc;
      without_pcsc.no_pcsc = true;
      other_program.emplace(std::move(without_pcsc));
      other_program->add(*virtual_card);
      honnin::OpenOptions alone;
      alone.exclusive = true;
      held.emplace(other_program->open(nullptr, std::move(alone)));
    } else if (verb == "release") {
      held.reset();
    } else if (verb == "close") {
      // The object stays, so that use after close can be shown; its handle is closed.
      honnin_card_close(card->get());
    } else if (verb == "insert") {
      virtual_card->insert();
    } else if (verb == "remove") {
      virtual_card->remove();
    } else if (verb == "verify") {
      honnin_pin_options options = HONNIN_PIN_OPTIONS_INIT;
      for (int i = 3; i < count; i++) {
        if (std::string(words[i]) == "last") options.allow_last_try = 1;
        if (std::string(words[i]) == "fold") options.fold = 1;
      }
      if (std::string(words[2]) == "-") {
        card->pin_verify(kind_of_pin(words[1]), &options);
      } else {
        card->pin_verify(kind_of_pin(words[1]), words[2], &options);
      }
    } else if (verb == "tries") {
      found.left = card->pin_tries(kind_of_pin(words[1]));
    } else if (verb == "certificate") {
      (void)card->certificate(kind_of_pin(words[1]));
    } else if (verb == "sign") {
      (void)card->sign(kind_of_pin(words[1]), HONNIN_HASH_SHA256, honnin::ByteView());
    } else if (verb == "cms") {
      found.code = cms(kind_of_pin(words[1]), words[2]);
    } else if (verb == "pdf") {
      found.code = pdf(words[1]);
    } else if (verb == "details") {
      if (card->details().seems_without_pin()) found.code = HONNIN_CARD_WITHOUT_PIN;
    } else if (verb == "forget") {
      card->pin_forget();
    } else if (verb == "details_expiry") {
      (void)card->details(HONNIN_DETAIL_EXPIRY);
    } else {
      found.code = perform_on_records(words, count);
    }
    // A result that is no error has the words of its code.
    if (found.code != HONNIN_OK) {
      honnin_error facts = HONNIN_ERROR_INIT;
      facts.code = found.code;
      failure.emplace(facts);
    }
    if (!failure && found.code != HONNIN_OK) {
      // A result that is no error has the words of its code.
      honnin_error facts = HONNIN_ERROR_INIT;
      facts.code = found.code;
      failure.emplace(facts);
    }
  } catch (const honnin::Error &error) {
    failure.emplace(error);
    found.code = error.code();
    found.tries = error.tries_left();
    found.spent = error.try_spent();
    if (error.code() == HONNIN_PIN_LOCKED) found.left = 0;
  }
  return found;
}
