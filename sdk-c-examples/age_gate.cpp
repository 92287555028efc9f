// A till that sells tobacco and alcohol: is this customer old enough? The staff type the birth date that is printed on the
// card (six digits, year of the era), the customer taps once. The answer is a word and a sound, not a colour alone, and
// never the age or the birth date.
//
//   age_gate [--years N] [--lang ja|en] [--virtual PROFILE] [--script FILE]
//
// --virtual uses a card in software (PROFILE is JSON, "{}" the default one), whose issuer is trusted here and nowhere else.
#include "console.hpp"
#include "words.hpp"

#include <cstdlib>
#include <string>
#include <vector>

namespace {

using honnin::Card;
using honnin::Error;

// Longer than anybody needs to find a card, shorter than the next customer waits.
constexpr std::int32_t TAP_LIMIT_MS = 60000;
constexpr std::chrono::seconds ENTRY_LIMIT(60);

constexpr Words birth_date = {"券面の生年月日（和暦6桁。平成18年4月1日は 180401）:",
                              "Birth date printed on the card (six digits, year of the era; 平成18年4月1日 is 180401):"};
constexpr Words stopped = {"中止しました。", "Stopped."};
constexpr Words tap = {"カードをかざしてください。音が鳴るまで動かさないでください。\n",
                       "Please hold your card to the reader, and do not move it until it sounds.\n"};
constexpr Words not_this_card = {"このカードでは確認できません。係員が別の方法で確認します。",
                                 "This card cannot tell. Our staff will check in another way."};
constexpr Words met = {"歳以上です。販売できます。", " or over. May be sold."};
constexpr Words not_met = {"年齢の条件を満たしません。販売できません。", "Not old enough. Must not be sold."};
constexpr Words failed = {"確認できませんでした。販売できません。", "Could not be checked. Must not be sold."};
constexpr Words yes_sign = {"【○ 可】", "[O YES] "};
constexpr Words no_sign = {"【× 不可】", "[X NO] "};

struct Gate {
  Console &console;
  honnin::Context &context;
  honnin::VirtualCard *sample;
  std::uint32_t years;
  std::string lang;

  // One customer. True: may be sold to.
  bool ask() {
    const auto digits = console.password(birth_date.in(lang), ENTRY_LIMIT);
    if (!digits) return say(false, stopped);
    console.print(tap.in(lang));
    try {
      honnin::OpenOptions options;
      options.timeout_ms = TAP_LIMIT_MS;
      Card card = context.open(nullptr, std::move(options));
      // The card's own expiry comes first: with a code verified it cannot be asked any more.
      const honnin::CardDetails details = card.details(HONNIN_DETAIL_EXPIRY);
      card.pin_verify(HONNIN_PIN_KIND_FACE_BIRTH_DATE, *digits);
      std::optional<honnin::Report> record;
      const honnin::Holder holder = card.age(&record);
      const bool good = is_genuine(card) && has_not_expired(*record);
      // The customer need not wait for the rest.
      card.close();
      if (!good) return say(false, not_this_card);
      holder.age_check(years);
      return say(true, met, std::to_string(years));
    } catch (const Error &error) {
      if (error.code() == HONNIN_AGE_NOT_MET) return say(false, not_met);
      for (const std::string &hint : lines_of(error)) console.print("  " + hint + "\n");
      return say(false, failed);
    }
  }

 private:
  // The issuer's word, the record's signature, and the challenge that a copied card cannot answer.
  bool is_genuine(Card &card) {
    honnin::Trust trust = honnin::Trust::create();
    if (sample != nullptr) trust.add(HONNIN_TRUST_KIND_CARD_CA_KEY, sample->ca(HONNIN_VIRTUAL_CARD_ISSUER));
    const honnin::Report report = card.genuine(&trust);
    const bool is_sample = sample != nullptr && card.is_virtual();
    // A sample card is one by intention: that finding alone is let pass, and only for the sample.
    return report.result() == HONNIN_OK || (is_sample && report.result() == HONNIN_CERTIFICATE_TEST);
  }

  static bool has_not_expired(const honnin::Report &record) {
    for (const honnin::Finding &finding : record.findings()) {
      if (finding.subject == HONNIN_SUBJECT_CARD_EXPIRY) return finding.state == HONNIN_STATE_PASSED;
    }
    return false;
  }

  std::vector<std::string> lines_of(const Error &error) const {
    std::vector<std::string> lines = {error.message(HONNIN_AUDIENCE_OPERATOR, lang.c_str())};
    for (std::string &hint : error.hints(HONNIN_AUDIENCE_OPERATOR, lang.c_str())) lines.push_back(std::move(hint));
    return lines;
  }

  // A word, a sign and a sound: once for yes, three times for no.
  bool say(bool yes, const Words &words, const std::string &before = std::string()) {
    console.print((yes ? yes_sign : no_sign).in(lang) + before + words.in(lang) + (yes ? "\a" : "\a\a\a") + "\n");
    return yes;
  }
};

}  // namespace

int main(int argc, char **argv) {
  std::uint32_t years = 20;
  std::string script, profile, lang = "ja";
  bool is_sample = false;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--years") years = static_cast<std::uint32_t>(std::atoi(argv[i + 1]));
    if (option == "--lang") lang = argv[i + 1];
    if (option == "--script") script = argv[i + 1];
    if (option == "--virtual") {
      profile = argv[i + 1];
      is_sample = true;
    }
  }
  try {
    Console console(Console::own_encoding(), Console::own_columns(), script);
    honnin::ContextOptions options;
    options.no_pcsc = is_sample;
    honnin::Context context(std::move(options));
    std::optional<honnin::VirtualCard> sample;
    if (is_sample) context.add(sample.emplace(profile));
    Gate gate = {console, context, sample ? &*sample : nullptr, years, lang};
    return gate.ask() ? 0 : 1;
  } catch (const Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
}
