// A till that identifies a customer and has a contract signed, in the two flows of a counter:
//
//   REST  the card lies in a tray or slot: checked without password, password, signature, "take your card"
//   TAP   a hand-held reader: the password first, held for at most a minute, then one tap does everything
//
//   pos_identify [--tap] [--lang ja|en] [--columns N] [--script FILE] [--encoding utf-8|cp932] [--log FILE]
//
// Every sentence about a failure comes from the library. Nothing is signed that was not shown. The log has no personal
// data: the library writes none, and the till writes results only. With --script the virtual cards of the script are used.
#include "console.hpp"
#include "words.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

using honnin::Card;
using honnin::Error;

constexpr std::chrono::seconds ENTRY_LIMIT(90);
constexpr std::chrono::seconds HOLD_LIMIT(60);

// A password: wiped wherever it is left.
class Secret {
 public:
  explicit Secret(std::string value) : value_(std::move(value)) {}
  Secret(Secret &&other) noexcept : value_(std::move(other.value_)) { other.wipe(); }
  Secret(const Secret &) = delete;
  ~Secret() { wipe(); }
  const std::string &value() const { return value_; }

 private:
  void wipe() { honnin::detail::wipe(value_); }
  std::string value_;
};

// How a customer's visit ended.
enum class End { done, other_way, stopped };

// What this shop asks of a certificate. Here on virtual cards: their CA is trusted, and that nothing was asked about revocation
// and that the card is a test card is waived by name. A script changes it with "rules".
struct Rules {
  bool trust_virtual_cards = true;
  // Their revocation list is there.
  bool has_list = false;
  std::uint32_t waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD;
};

class Till {
 public:
  Till(Console &console, honnin::Context &context, std::ofstream &log, bool tap, const std::string &lang)
      : console_(console), context_(context), log_(log), tap_(tap), lang_(lang) {}

  // Customers, one after the other, until the script is over or q is pressed.
  void serve() {
    while (!console_.is_over()) {
      happen(false);
      if (console_.is_over() && !customer_came_) return;
      customer_came_ = false;
      if (!no_card_left_behind()) return;
      End end = End::stopped;
      try {
        end = tap_ ? serve_tap() : serve_rest();
      } catch (const Error &error) {
        explain(error);
        if ((error.traits() & HONNIN_TRAIT_FALLBACK) != 0) end = End::other_way;
      }
      finish(end);
    }
  }

 private:
  // --- the two flows ---

  End serve_rest() {
    welcome();
    if (!wait_for_card()) return End::stopped;
    for (int attempt = 0; attempt < 3; attempt++) {
      try {
        Card card = open();
        if (!check(card)) return End::other_way;
        if (!consented_ && !consent()) return End::stopped;
        const End verified = verify(card);
        if (verified != End::done) return verified;
        return sign(card);
      } catch (const Error &error) {
        const End next = after_failure(error);
        if (next != End::done) return next;
      }
    }
    return End::other_way;
  }

  End serve_tap() {
    welcome();
    if (!consent()) return End::stopped;
    bool last_try = false;
    for (;;) {
      std::optional<Secret> password = ask(-1);
      if (!password) return End::stopped;
      const auto until = std::chrono::steady_clock::now() + HOLD_LIMIT;
      show(say(words::tap_now), say(words::waiting_for_tap));
      try {
        if (!wait_for_card(until)) return End::stopped;
        Card card = open();
        if (!check(card)) return End::other_way;
        present(card, *password, last_try);
        return sign(card);
      } catch (const Error &error) {
        last_try = false;
        const std::optional<End> next = after_wrong(error, last_try);
        if (next && *next != End::done) return *next;
        if (!next) {
          const End mended = after_failure(error);
          if (mended != End::done) return mended;
        }
      }
    }
  }

  // --- the steps ---

  void welcome() {
    consented_ = false;
    kind_ = 0;
    tries_ = -1;
    console_.print("\n==== " + std::string(say(words::heading)) + " ====\n");
    show(say(words::welcome), say(tap_ ? words::by_tap : words::by_rest));
  }

  Card open() {
    honnin::OpenOptions options;
    options.timeout_ms = 5000;
    // A card that slips may come back; never once a password was sent.
    options.grace_ms = 1500;
    options.progress = [this](std::uint32_t stage, std::uint32_t, std::uint32_t) {
      progress(stage);
      return !console_.stop_pressed();
    };
    Card card = context_.open(nullptr, std::move(options));
    note("card opened", HONNIN_OK);
    return card;
  }

  // What can be known without the password. False: this card cannot sign.
  bool check(Card &card) {
    kind_ = card.kind();
    tries_ = -1;
    const honnin::CardDetails details = card.details(HONNIN_DETAIL_CERTIFICATES);
    const std::uint32_t certificates = details.certificates();
    if (details.seems_without_pin()) return refuse(HONNIN_CARD_WITHOUT_PIN);
    if ((certificates & (HONNIN_CARD_CERTIFICATE_SIGNING | HONNIN_CARD_CERTIFICATE_SIGNING_UNKNOWN)) == 0) {
      return refuse(HONNIN_CERTIFICATE_ABSENT);
    }
    if (kind_ == HONNIN_CARD_KIND_PLASTIC) {
      const std::optional<std::string> expiry = card.details(HONNIN_DETAIL_EXPIRY).expiry();
      show("", say(words::card_expiry) + expiry.value_or(say(words::unknown)));
      if (expiry && *expiry < today()) return refuse(HONNIN_CARD_EXPIRED);
    }
    tries_ = card.pin_tries(HONNIN_PIN_KIND_SIGNING);
    return true;
  }

  bool refuse(honnin_result result) {
    explain(result);
    return false;
  }

  // In Japan, which is nine hours ahead.
  static std::string today() {
    const std::time_t there = std::time(nullptr) + 9 * 60 * 60;
    char text[sizeof("2026-04-15")];
    return std::strftime(text, sizeof(text), "%Y-%m-%d", std::gmtime(&there)) == 0 ? std::string() : std::string(text);
  }

  bool consent() {
    show(say(words::read_all), say(words::show_all));
    const std::string contract = say(words::contract);
    for (std::size_t at = 0; at < contract.size(); at = contract.find('\n', at) + 1) {
      console_.print_lines("  ", contract.substr(at, contract.find('\n', at) - at));
    }
    consented_ = console_.choose(say(words::consent), '2') == '1';
    return consented_;
  }

  std::optional<Secret> ask(int tries) {
    std::string question = say(words::password);
    if (tries >= 0) question += " " + left(tries);
    while (std::optional<std::string> typed = console_.password(question, ENTRY_LIMIT)) {
      Secret password(std::move(*typed));
      if (has_form(password)) return password;
    }
    explain(HONNIN_PIN_ENTRY_TIMEOUT);
    return std::nullopt;
  }

  // The form is checked as soon as it was entered: nobody taps a card for four digits.
  bool has_form(const Secret &password) {
    const honnin_pin_options options = entered();
    honnin_error error = HONNIN_ERROR_INIT;
    const std::string &value = password.value();
    if (honnin_pin_check(HONNIN_PIN_KIND_SIGNING, value.data(), value.size(), &options, &error) == HONNIN_OK) return true;
    error.card_kind = kind_;
    explain(Error(error));
    return false;
  }

  // The till takes small and full-width letters for the capital ones that the card knows.
  static honnin_pin_options entered() {
    honnin_pin_options options = HONNIN_PIN_OPTIONS_INIT;
    options.fold = 1;
    return options;
  }

  void present(Card &card, const Secret &password, bool last_try) {
    honnin_pin_options options = entered();
    options.allow_last_try = last_try ? 1 : 0;
    card.pin_verify(HONNIN_PIN_KIND_SIGNING, password.value(), &options);
    note("password", HONNIN_OK);
  }

  // Until the password is right, or the customer stops.
  End verify(Card &card) {
    bool last_try = false;
    for (;;) {
      if (tries_ == 1 && !last_try) {
        if (!wants_last_try()) return End::stopped;
        last_try = true;
      }
      std::optional<Secret> password = ask(tries_);
      if (!password) return End::stopped;
      try {
        present(card, *password, last_try);
        return End::done;
      } catch (const Error &error) {
        if (error.code() == HONNIN_PIN_INCORRECT) tries_ = error.tries_left();
        last_try = false;
        const std::optional<End> next = after_wrong(error, last_try);
        if (!next) throw;
        if (*next != End::done) return *next;
      }
    }
  }

  // What follows a password that was not taken. End::done: ask again. Nothing: it is another failure.
  std::optional<End> after_wrong(const Error &error, bool &last_try) {
    switch (error.code()) {
      case HONNIN_PIN_REPEATED:
      case HONNIN_PIN_INCORRECT: {
        explain(error);
        const char key = console_.choose(say(words::after_wrong), '3');
        return key == '1' ? End::done : key == '2' ? End::other_way : End::stopped;
      }
      case HONNIN_PIN_LAST_TRY:
        tries_ = error.tries_left();
        last_try = wants_last_try();
        return last_try ? End::done : End::stopped;
      case HONNIN_PIN_LOCKED:
      case HONNIN_CERTIFICATE_ABSENT:
        explain(error);
        return End::other_way;
      default:
        return std::nullopt;
    }
  }

  // The screen before a try that may lock the password. Its default is to stop.
  bool wants_last_try() {
    explain(HONNIN_PIN_LAST_TRY);
    return console_.choose(say(words::last_try), '3') == '1';
  }

  End sign(Card &card) {
    const honnin::Certificate certificate = card.certificate();
    const honnin_result valid = validate(certificate);
    if (valid != HONNIN_OK) {
      explain(valid);
      return End::other_way;
    }
    const honnin::Holder holder = certificate.holder();
    const std::string contract = say(words::contract);
    const honnin::Buffer signature = card.sign(HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, contract);
    certificate.verify(HONNIN_HASH_SHA256, contract, signature);
    // Shown to the customer only; the staff's line and the log have no person in them.
    show(holder.name().value_or("") + say(words::signed_by), say(words::not_revocation));
    note("signed", HONNIN_OK);
    return End::done;
  }

  honnin_result validate(const honnin::Certificate &certificate) {
    honnin::Trust trust(honnin::Trust::create());
    honnin_validation_options options = HONNIN_VALIDATION_OPTIONS_INIT;
    options.purpose = HONNIN_PURPOSE_DOCUMENT;
    options.waive = HONNIN_WAIVE_REVOCATION;
    if (console_.is_scripted()) {
      options.waive = rules_.waive;
      if (rules_.trust_virtual_cards && !cards_.empty()) {
        trust.add(HONNIN_TRUST_KIND_ANCHOR, cards_.back()->ca(HONNIN_CERTIFICATE_KIND_SIGNING_CA));
        if (rules_.has_list) trust.add(HONNIN_TRUST_KIND_CRL, cards_.back()->ca(HONNIN_VIRTUAL_CARD_SIGNING_CRL));
      }
    }
    options.trust = trust.get();
    return certificate.validate(&options).result();
  }

  // What can be done about a failure of contact. End::done: try again.
  End after_failure(const Error &error) {
    explain(error);
    switch (error.code()) {
      case HONNIN_PIN_OUTCOME_UNKNOWN:
        count_again();
        return End::other_way;
      case HONNIN_CANCELLED:
        return End::stopped;
      case HONNIN_READER_BUSY:
        show(say(words::wait_moment), "");
        for (int i = 0; i < 20 && !happen(false); i++) {
          if (!pause()) return End::stopped;
        }
        return End::done;
      case HONNIN_CARD_MUTE:
      case HONNIN_CARD_AMBIGUOUS:
      case HONNIN_CARD_CHANGED:
        show(say(words::take_out), say(words::waiting));
        if (!wait_until_empty()) return End::other_way;
        return wait_for_card() ? End::done : End::stopped;
      default:
        if ((error.traits() & HONNIN_TRAIT_RETRY) == 0) return End::other_way;
        show(say(words::lay_again), say(words::waiting));
        return wait_for_card() ? End::done : End::stopped;
    }
  }

  // After a lost answer nobody knows whether a try was spent: the card does.
  void count_again() {
    try {
      if (!wait_for_card()) return;
      Card card = context_.open();
      const std::string count = std::to_string(card.pin_tries(HONNIN_PIN_KIND_SIGNING));
      show(say(words::count_is) + count + say(words::times), say(words::counted_again));
    } catch (const Error &error) {
      explain(error);
    }
  }

  void finish(End end) {
    show(say(words::finished[static_cast<int>(end)]), say(end == End::other_way ? words::another_way : words::next_customer));
    if (has_card()) show(say(words::take_card), say(words::mind_card));
    note("finished", HONNIN_OK);
  }

  // --- the card's coming and going ---

  bool has_card() {
    for (const honnin::Reader &reader : context_.readers()) {
      if (reader.has_card()) return true;
    }
    return false;
  }

  // The next customer does not begin with the last one's card.
  bool no_card_left_behind() {
    bool warned = false;
    while (has_card()) {
      if (!warned) show(say(words::card_left), say(words::former_card));
      warned = true;
      if (happen(false)) continue;
      if (console_.is_scripted() || !pause()) return false;
    }
    return true;
  }

  bool wait_until_empty() {
    while (has_card()) {
      if (!happen(false) && (console_.is_scripted() || !pause())) return false;
    }
    return true;
  }

  bool wait_for_card() {
    // A script has no hands to wait for.
    const int seconds = console_.is_scripted() ? 2 : 30;
    return wait_for_card(std::chrono::steady_clock::now() + std::chrono::seconds(seconds));
  }

  bool wait_for_card(std::chrono::steady_clock::time_point until) {
    happen(true);
    if (context_.readers().empty()) throw failure(HONNIN_READER_NOT_FOUND);
    while (std::chrono::steady_clock::now() < until) {
      try {
        context_.wait(HONNIN_EVENT_CARD_IN, 200);
        return true;
      } catch (const Error &error) {
        if (error.code() != HONNIN_CARD_ABSENT && error.code() != HONNIN_READER_NOT_FOUND) throw;
      }
      if (!happen(true) && !pause()) return false;
    }
    explain(HONNIN_CARD_ABSENT);
    return false;
  }

  // A moment; false if q was pressed meanwhile.
  bool pause() {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    if (!console_.stop_pressed()) return true;
    explain(HONNIN_CANCELLED);
    return false;
  }

  // What the script lets happen now. False if nothing.
  bool happen(bool awaited) {
    bool any = false;
    while (const std::optional<std::string> line = console_.happening(awaited)) {
      any = true;
      const std::string about = line->substr(std::min(line->size(), line->find(' ') + 1));
      if (line->rfind("customer ", 0) == 0) announce(about);
      if (line->rfind("rules ", 0) == 0) {
        rules_.trust_virtual_cards = about != "production";
        rules_.has_list = about == "crl";
        const bool asks_revocation = about == "revocation" || about == "crl";
        rules_.waive = about == "virtual" ? Rules().waive : asks_revocation ? HONNIN_WAIVE_TEST_CARD : HONNIN_WAIVE_REVOCATION;
      }
      if (line->rfind("card ", 0) == 0) lay(about);
      if (line->rfind("held ", 0) == 0) hold(about);
      if (const std::optional<std::string> second = console_.second_card()) lay(second->substr(5));
      if (*line == "lift") lift();
      if (*line == "release") held_.reset();
      if (*line == "place" && !cards_.empty()) cards_.back()->insert();
      // One thing after the other: the till looks at the reader in between.
      if (awaited || line->rfind("customer ", 0) == 0) return true;
    }
    return any;
  }

  // "title in Japanese / in English"
  void announce(const std::string &title) {
    customer_came_ = true;
    const std::size_t middle = title.find(" / ");
    const bool whole = middle == std::string::npos;
    const std::string own = whole ? title : lang_ == "ja" ? title.substr(0, middle) : title.substr(middle + 3);
    console_.print("\n\n");
    console_.print_lines("######## ", own);
  }

  void lay(const std::string &profile) {
    cards_.push_back(std::make_unique<honnin::VirtualCard>(profile));
    context_.add(*cards_.back());
  }

  // A card that another program uses until the script says "release".
  void hold(const std::string &profile) {
    lay(profile);
    honnin::ContextOptions options;
    options.no_pcsc = true;
    other_program_.emplace(std::move(options));
    other_program_->add(*cards_.back());
    honnin::OpenOptions alone;
    alone.exclusive = true;
    held_.emplace(other_program_->open(nullptr, std::move(alone)));
  }

  void lift() {
    held_.reset();
    for (const std::unique_ptr<honnin::VirtualCard> &card : cards_) card->remove();
  }

  // --- the two screens and the log ---

  const char *say(const Words &words) const { return words.in(lang_); }

  std::string left(int tries) const {
    const std::string count = std::to_string(tries);
    if (lang_ == "ja") return "残り" + count + "回";
    return count + (tries == 1 ? " try left" : " tries left");
  }

  void show(const std::string &customer, const std::string &staff) {
    if (!customer.empty()) show_to(words::customer, customer);
    if (!staff.empty()) show_to(words::staff, staff);
  }

  // "Staff | text" in lines; the bar stands before each of them.
  void show_to(const Words &whom, const std::string &text, const std::string &bullet = std::string()) {
    std::string name = bullet.empty() ? say(whom) : "";
    name.append(6 - wrap::columns(name), ' ');
    console_.print_lines(name + "| " + bullet, text, "      | " + std::string(wrap::columns(bullet), ' '));
  }

  void progress(std::uint32_t stage) {
    if (stage < 1 || stage > 4 || stage == last_stage_) return;
    last_stage_ = stage;
    show_to(words::customer, "[" + std::string(say(words::stages[stage])) + "]", " ");
  }

  // The message for both, then what the customer can try, then what the staff can.
  void explain(const Error &error) {
    last_stage_ = 0;
    for (const auto &[audience, whom] : {std::pair(HONNIN_AUDIENCE_CARDHOLDER, words::customer),
                                         std::pair(HONNIN_AUDIENCE_OPERATOR, words::staff)}) {
      const auto number = static_cast<std::uint32_t>(audience);
      show_to(whom, error.message(number, lang_.c_str()));
      // This shop has another way of identification, and says so where the catalogue does.
      for (const honnin::Hint &hint : error.tagged_hints(HONNIN_TAG_OTHER_WAY, number, lang_.c_str())) {
        show_to(whom, hint.text, lang_ == "ja" ? "・" : "- ");
      }
    }
    note(error.operation(), error.code());
  }

  void explain(honnin_result result) { explain(failure(result)); }

  // A failure that the till itself found.
  Error failure(honnin_result result) const {
    honnin_error facts = HONNIN_ERROR_INIT;
    facts.code = result;
    facts.pin = HONNIN_PIN_KIND_SIGNING;
    facts.card_kind = kind_;
    facts.tries_left = tries_;
    // This till has a tray on which the card lies.
    facts.reader_interface = HONNIN_READER_INTERFACE_CONTACTLESS;
    return Error(facts);
  }

  void note(const std::string &what, honnin_result result) {
    if (log_.is_open()) log_ << "till " << what << ' ' << honnin_result_name(result) << std::endl;
  }

  Console &console_;
  honnin::Context &context_;
  std::ofstream &log_;
  bool tap_;
  std::string lang_;
  Rules rules_;
  bool customer_came_ = false;
  bool consented_ = false;
  int tries_ = -1;
  std::uint32_t kind_ = 0;
  std::uint32_t last_stage_ = 0;
  std::vector<std::unique_ptr<honnin::VirtualCard>> cards_;
  std::optional<honnin::Context> other_program_;
  std::optional<Card> held_;
};

}  // namespace

int main(int argc, char **argv) {
  std::string script;
  std::string log_path;
  std::string lang = "ja";
  bool tap = false;
  std::size_t columns = Console::own_columns();
  std::uint32_t encoding = Console::own_encoding();
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    const bool more = i + 1 < argc;
    if (argument == "--tap") tap = true;
    else if (argument == "--script" && more) script = argv[++i];
    else if (argument == "--log" && more) log_path = argv[++i];
    else if (argument == "--lang" && more) lang = std::string(argv[++i]) == "en" ? "en" : "ja";
    else if (argument == "--columns" && more) columns = static_cast<std::size_t>(std::strtoul(argv[++i], nullptr, 10));
    else if (argument == "--encoding" && more) encoding = std::string(argv[++i]) == "cp932" ? HONNIN_ENCODING_CP932 : 0;
    else {
      std::fprintf(stderr, "usage: pos_identify [--tap] [--lang ja|en] [--columns N] [--script FILE] "
                           "[--encoding utf-8|cp932] [--log FILE]\n");
      return 2;
    }
  }
  try {
    std::ofstream log;
    if (!log_path.empty()) log.open(log_path);
    honnin::ContextOptions options;
    options.no_pcsc = !script.empty();
    if (log.is_open()) {
      options.log = [&log](int level, std::string_view module, std::string_view text) {
        log << level << ' ' << module << ' ' << text << std::endl;
      };
    }
    honnin::Context context(std::move(options));
    Console console(encoding, columns, script);
    Till(console, context, log, tap, lang).serve();
    if (!console.is_scripted() || console.is_over()) return 0;
    std::fprintf(stderr, "the script says what the till did not ask for\n");
    return 3;
  } catch (const Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
