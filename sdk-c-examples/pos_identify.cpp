// A till that identifies a customer and has a contract signed, in the two flows of a counter:
//
//   REST  the card lies in a tray or slot: checked without password, password, signature, "take your card"
//   TAP   a hand-held reader: the password first, held for at most a minute, then one tap does everything
//
//   pos_identify [--tap] [--script FILE] [--encoding utf-8|cp932] [--log FILE]
//
// Every sentence about a failure comes from the library. Nothing is signed that was not shown. The log has no personal
// data: the library writes none, and the till writes results only. With --script the virtual cards of the script are used.
#include "console.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

using honnin::Card;
using honnin::Error;

constexpr const char *CONTRACT =
    "  携帯電話サービス契約申込書（第 2026-0415 号）\n"
    "  料金プラン: 標準 30GB   月額 3,300円（税込）   契約期間: 定めなし\n"
    "  上の内容で申し込みます。\n";
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

class Till {
 public:
  Till(Console &console, honnin::Context &context, std::ofstream &log, bool tap)
      : console_(console), context_(context), log_(log), tap_(tap) {}

  // Customers, one after the other, until the script is over or q is pressed.
  void serve() {
    while (!console_.is_over()) {
      happen(false);
      if (console_.is_over()) return;
      if (!no_card_left_behind()) return;
      End end = End::stopped;
      try {
        end = tap_ ? serve_tap() : serve_rest();
      } catch (const Error &error) {
        explain(error);
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
        if (attempt == 0 && !consent()) return End::stopped;
        const End verified = verify(card);
        if (verified != End::done) return verified;
        return sign(card);
      } catch (const Error &error) {
        if (!may_go_on(error)) return End::other_way;
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
      show("カードをかざしてください。「終わりました」と出るまで動かさないでください。", "タッチ待ち（最長60秒）");
      try {
        if (!wait_for_card(until)) return End::stopped;
        Card card = open();
        if (!check(card)) return End::other_way;
        present(card, *password, last_try);
        return sign(card);
      } catch (const Error &error) {
        last_try = false;
        const End next = after_wrong(error, last_try);
        if (next != End::done && !may_go_on(error)) return next;
        if (next == End::stopped) return next;
      }
    }
  }

  // --- the steps ---

  void welcome() {
    heading("ご本人の確認");
    show("マイナンバーカードの署名用電子証明書から、お名前・ご住所・生年月日・性別を読み取ります。"
         "携帯電話の契約のご本人確認のためです。個人番号（マイナンバー）は読み取りません。",
         tap_ ? "かざす方式" : "カードを置いていただく方式");
  }

  Card open() {
    honnin::OpenOptions options;
    options.timeout_ms = 5000;
    options.progress = [this](std::uint32_t stage, std::uint32_t done, std::uint32_t total) {
      progress(stage, done, total);
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
    if (details.seems_without_pin() || (certificates & (HONNIN_CARD_CERTIFICATE_SIGNING |
                                                        HONNIN_CARD_CERTIFICATE_SIGNING_UNKNOWN)) == 0) {
      explain(details.seems_without_pin() ? HONNIN_CARD_WITHOUT_PIN : HONNIN_CERTIFICATE_ABSENT);
      return false;
    }
    tries_ = card.pin_tries(HONNIN_PIN_KIND_SIGNING);
    if (card.kind() == HONNIN_CARD_KIND_PLASTIC) {
      show("", "カードの有効期限 " + card.details(HONNIN_DETAIL_EXPIRY).expiry().value_or("不明") +
                   "、残り" + std::to_string(tries_) + "回");
    }
    return true;
  }

  bool consent() {
    show("次の文書に電子署名をします。全文をお読みください。", "お客様に全文を見ていただく");
    console_.print(CONTRACT);
    return console_.choose("［1 同意して進む］［2 やめる］", '2') == '1';
  }

  std::optional<Secret> ask(int tries) {
    std::string question = "署名用パスワード（英数字6〜16文字。4桁の数字ではありません）";
    if (tries >= 0) question += "  残り" + std::to_string(tries) + "回";
    std::optional<std::string> typed = console_.password(question, ENTRY_LIMIT);
    if (typed) return Secret(std::move(*typed));
    explain(HONNIN_PIN_ENTRY_TIMEOUT);
    return std::nullopt;
  }

  void present(Card &card, const Secret &password, bool last_try) {
    honnin_pin_options options = HONNIN_PIN_OPTIONS_INIT;
    // The till takes small and full-width letters for the capital ones that the card knows.
    options.fold = 1;
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
        const End next = after_wrong(error, last_try);
        if (next != End::done) return next;
      }
    }
  }

  // What follows a password that was not taken. End::done: ask again. Other failures are thrown on.
  End after_wrong(const Error &error, bool &last_try) {
    switch (error.code()) {
      case HONNIN_PIN_FORMAT:
      case HONNIN_PIN_REPEATED:
        explain(error);
        return End::done;
      case HONNIN_PIN_INCORRECT: {
        explain(error);
        const char key = console_.choose("［1 もう一度］［2 別の方法］［3 やめる］", '3');
        return key == '1' ? End::done : key == '2' ? End::other_way : End::stopped;
      }
      case HONNIN_PIN_LAST_TRY:
        last_try = wants_last_try();
        return last_try ? End::done : End::stopped;
      case HONNIN_PIN_LOCKED:
      case HONNIN_CERTIFICATE_ABSENT:
        explain(error);
        return End::other_way;
      default:
        throw error;
    }
  }

  // The screen before a try that may lock the password. Its default is to stop.
  bool wants_last_try() {
    explain(HONNIN_PIN_LAST_TRY);
    return console_.choose("［1 最後の1回を入力する］［Enter やめる］", '3') == '1';
  }

  End sign(Card &card) {
    const honnin::Certificate certificate = card.certificate();
    const honnin::Holder holder = certificate.holder();
    const honnin::Buffer signature = card.sign(HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, CONTRACT);
    certificate.verify(HONNIN_HASH_SHA256, CONTRACT, signature);
    console_.print("\n");
    // Shown to the customer only; the staff's line and the log have no person in them.
    show(holder.name().value_or("") + " 様の証明書で、文書に署名しました。",
         "署名 " + std::to_string(signature.size()) + " バイト、カードとのやり取り " +
             std::to_string(card.exchanges()) + " 回。失効の確認はまだ");
    note("signed", HONNIN_OK);
    return End::done;
  }

  // Whether a failure of contact can be mended by putting the card back.
  bool may_go_on(const Error &error) {
    explain(error);
    if (error.code() == HONNIN_PIN_OUTCOME_UNKNOWN || (error.traits() & HONNIN_TRAIT_RETRY) == 0 ||
        error.code() == HONNIN_CANCELLED) {
      if (error.code() == HONNIN_PIN_OUTCOME_UNKNOWN) count_again();
      return false;
    }
    show("カードを置き直してください。", "カード待ち");
    return wait_for_card();
  }

  // After a lost answer nobody knows whether a try was spent: the card does.
  void count_again() {
    try {
      if (!wait_for_card()) return;
      Card card = context_.open();
      const int left = card.pin_tries(HONNIN_PIN_KIND_SIGNING);
      show("パスワードはあと" + std::to_string(left) + "回入力できます。", "回数を読み直した");
    } catch (const Error &error) {
      explain(error);
    }
  }

  void finish(End end) {
    static const char *const words[] = {"終わりました。", "別の方法でご本人を確認します。係員がご案内します。",
                                        "中止しました。カードはこれまでどおり使えます。"};
    show(words[static_cast<int>(end)], end == End::other_way ? "別の本人確認方法へ" : "次のお客様へ");
    if (has_card()) show("カードをお取りください。", "カードの取り忘れに注意");
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
      if (!warned) show("カードが残っています。お取りください。", "前のお客様のカードが残っている");
      warned = true;
      if (happen(false)) continue;
      if (console_.is_scripted() || !pause()) return false;
    }
    return true;
  }

  bool wait_for_card(std::chrono::steady_clock::time_point until = std::chrono::steady_clock::now() +
                                                                   std::chrono::seconds(30)) {
    happen(true);
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
      if (line->rfind("customer ", 0) == 0) console_.print("\n\n######## " + line->substr(9) + "\n");
      if (line->rfind("card ", 0) == 0) {
        cards_.push_back(std::make_unique<honnin::VirtualCard>(line->substr(5)));
        context_.add(*cards_.back());
      }
      if (*line == "lift" && !cards_.empty()) cards_.back()->remove();
      if (*line == "place" && !cards_.empty()) cards_.back()->insert();
      // One thing after the other: the till looks at the reader in between.
      if (awaited || line->rfind("customer ", 0) == 0) return true;
    }
    return any;
  }

  // --- the two screens and the log ---

  void heading(const std::string &text) { console_.print("\n==== " + text + " ====\n"); }

  void show(const std::string &customer, const std::string &staff) {
    if (!customer.empty()) console_.print("  お客様 | " + customer + "\n");
    if (!staff.empty()) console_.print("  係員   | " + staff + "\n");
  }

  void progress(std::uint32_t stage, std::uint32_t done, std::uint32_t total) {
    static const char *const stages[] = {"", "確認中", "パスワードの照合中", "読み取り中", "署名中"};
    if (stage < 1 || stage > 4 || stage == last_stage_) return;
    last_stage_ = stage;
    (void)done;
    (void)total;
    console_.print(std::string("  [") + stages[stage] + "]\n");
  }

  void explain(const Error &error) {
    last_stage_ = 0;
    show(error.message(HONNIN_AUDIENCE_CARDHOLDER), error.message(HONNIN_AUDIENCE_OPERATOR));
    for (const std::string &hint : error.hints(HONNIN_AUDIENCE_CARDHOLDER)) console_.print("         ・" + hint + "\n");
    note(error.operation(), error.code());
  }

  void explain(honnin_result result) {
    honnin_error facts = HONNIN_ERROR_INIT;
    facts.code = result;
    facts.pin = HONNIN_PIN_KIND_SIGNING;
    facts.card_kind = kind_;
    facts.tries_left = tries_;
    explain(Error(facts));
  }

  void note(const std::string &what, honnin_result result) {
    if (log_.is_open()) log_ << "till " << what << ' ' << honnin_result_name(result) << std::endl;
  }

  Console &console_;
  honnin::Context &context_;
  std::ofstream &log_;
  bool tap_;
  int tries_ = -1;
  std::uint32_t kind_ = 0;
  std::uint32_t last_stage_ = 0;
  std::vector<std::unique_ptr<honnin::VirtualCard>> cards_;
};

}  // namespace

int main(int argc, char **argv) {
  std::string script;
  std::string log_path;
  bool tap = false;
  std::uint32_t encoding = Console::own_encoding();
  for (int i = 1; i < argc; i++) {
    const std::string argument = argv[i];
    const bool more = i + 1 < argc;
    if (argument == "--tap") tap = true;
    else if (argument == "--script" && more) script = argv[++i];
    else if (argument == "--log" && more) log_path = argv[++i];
    else if (argument == "--encoding" && more) encoding = std::string(argv[++i]) == "cp932" ? HONNIN_ENCODING_CP932 : 0;
    else {
      std::fprintf(stderr, "usage: pos_identify [--tap] [--script FILE] [--encoding utf-8|cp932] [--log FILE]\n");
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
    Console console(encoding, script);
    Till(console, context, log, tap).serve();
    return 0;
  } catch (const Error &error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
