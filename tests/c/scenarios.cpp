// The corpus through honnin.hpp.
#include <honnin.hpp>

#include "scenario.h"

static std::optional<honnin::Context> context;
static std::optional<honnin::VirtualCard> virtual_card;
static std::optional<honnin::Card> card;
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
  context.reset();
  virtual_card.reset();
}

static const char *saw(void) {
  static std::string transcript;
  transcript = virtual_card->transcript();
  return transcript.c_str();
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
  try {
    if (verb == "open") {
      card.reset();
      honnin::OpenOptions options;
      options.timeout_ms = 500;
      card.emplace(context->open(nullptr, std::move(options)));
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
      card->pin_verify(kind_of_pin(words[1]), words[2], &options);
    } else if (verb == "tries") {
      found.left = card->pin_tries(kind_of_pin(words[1]));
    } else if (verb == "certificate") {
      (void)card->certificate(kind_of_pin(words[1]));
    } else if (verb == "sign") {
      (void)card->sign(kind_of_pin(words[1]), HONNIN_HASH_SHA256, honnin::ByteView());
    } else if (verb == "details") {
      if (card->details().seems_without_pin()) found.code = HONNIN_CARD_WITHOUT_PIN;
    } else if (verb == "forget") {
      card->pin_forget();
    } else if (verb == "details_expiry") {
      (void)card->details(HONNIN_DETAIL_EXPIRY);
    } else {
      found.code = perform_on_records(words, count);
    }
  } catch (const honnin::Error &error) {
    found.code = error.code();
    found.tries = error.tries_left();
    found.spent = error.try_spent();
    if (error.code() == HONNIN_PIN_LOCKED) found.left = 0;
  }
  return found;
}
