// A counter that looks at the person and at the chip: reads the photo and the four attributes with what is printed on the
// card, no password, and shows them to the staff, who compare photo and person.
//
//   counter_check PHOTO.png [--lang ja|en] [--virtual PROFILE] [--script FILE]
//
// The photo is written as PNG and removed when the staff have looked. --virtual uses a card in software (JSON, "{}" the
// default one), whose issuer is trusted here and nowhere else.
#include "console.hpp"
#include "words.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

using honnin::Card;
using honnin::Error;

constexpr std::chrono::seconds ENTRY_LIMIT(90);

// 照合番号B of what is printed on the card. Wiped by honnin::Buffer.
honnin::Buffer ask_code(Console &console, const std::string &lang) {
  const auto ask = [&](const Words &question) { return console.password(question.in(lang), ENTRY_LIMIT).value_or(""); };
  const std::string birth = ask({"生年月日（西暦 YYYY-MM-DD）:", "Birth date (YYYY-MM-DD):"});
  const std::string year = ask({"カードの有効期限の年（西暦4桁）:", "Year in which the card expires (4 digits):"});
  const std::string code = ask({"券面のセキュリティコード（4桁）:", "Security code printed on the card (4 digits):"});
  return honnin::code_b(birth, year, code);
}

// What was asked, as the staff would say it.
Words question(std::uint32_t subject) {
  switch (subject) {
    case HONNIN_SUBJECT_RECORD:
      return {"券面の記録（写真・お名前・ご住所）に変更がないか", "What the card shows (photo, name, address) is unchanged"};
    case HONNIN_SUBJECT_CARD_CERTIFICATE: return {"カードの発行者", "Who issued the card"};
    case HONNIN_SUBJECT_CHALLENGE: return {"ICチップが複製でないか", "The chip is no copy"};
    case HONNIN_SUBJECT_CARD_EXPIRY: return {"カードの有効期限", "The card has not expired"};
    case HONNIN_SUBJECT_TEST_CARD: return {"本物のカードか", "It is a real card"};
    default: return {"そのほかの確認", "Another check"};
  }
}

// What was found, in words; true if nothing speaks against the card.
bool show(Console &console, const std::string &lang, const honnin::Report &report,
          std::initializer_list<std::uint32_t> subjects, bool is_sample) {
  bool good = true;
  for (const honnin::Finding &finding : report.findings()) {
    if (std::find(subjects.begin(), subjects.end(), finding.subject) == subjects.end()) continue;
    const bool passed = finding.state == HONNIN_STATE_PASSED;
    const bool sample = is_sample && finding.code == HONNIN_CERTIFICATE_TEST;
    good = good && (passed || sample);
    const Words mark = passed ? Words{"  ○ ", "  yes  "} : Words{"  × ", "  NO   "};
    console.print(std::string(mark.in(lang)) + question(finding.subject).in(lang) +
                  (sample ? Words{"（見本）", " (sample)"}.in(lang) : "") + "\n");
    if (!passed && !sample) {
      honnin_error facts = HONNIN_ERROR_INIT;
      facts.code = finding.code;
      console.print_lines("    ", Error(facts).message(HONNIN_AUDIENCE_OPERATOR, lang.c_str()));
    }
  }
  return good;
}

Words sex_of(const honnin::Holder &holder) {
  if (holder.sex() == HONNIN_SEX_MALE) return {"男", "male"};
  return holder.sex() == HONNIN_SEX_FEMALE ? Words{"女", "female"} : Words{"記載なし", "not stated"};
}

int check(Console &console, honnin::Context &context, honnin::VirtualCard *sample, const std::string &photo,
          const std::string &lang) {
  const honnin::Buffer code = ask_code(console, lang);
  honnin::Trust trust = honnin::Trust::create();
  if (sample != nullptr) trust.add(HONNIN_TRUST_KIND_CARD_CA_KEY, sample->ca(HONNIN_VIRTUAL_CARD_ISSUER));

  Card card = context.open(nullptr, honnin::OpenOptions());
  const bool is_sample = sample != nullptr && card.is_virtual();
  card.pin_verify(HONNIN_PIN_KIND_FACE_CODE_B, code.text());
  const honnin::Face face = card.face();
  // The chip and its issuer; and that what the face holds was not changed, and has not expired.
  const bool genuine = show(console, lang, card.genuine(&trust),
                            {HONNIN_SUBJECT_CARD_CERTIFICATE, HONNIN_SUBJECT_RECORD, HONNIN_SUBJECT_CHALLENGE,
                             HONNIN_SUBJECT_TEST_CARD, HONNIN_SUBJECT_CARD_EXPIRY},
                            is_sample);
  const bool unchanged = show(console, lang, face.report(), {HONNIN_SUBJECT_RECORD, HONNIN_SUBJECT_CARD_EXPIRY}, is_sample);
  // The text application has a code of its own, with the same digits; the other must be left first.
  card.pin_forget();
  card.pin_verify(HONNIN_PIN_KIND_TEXT_CODE_B, code.text());
  const honnin::Holder holder = card.text();
  card.close();
  console.print(Words{"終わりました。カードをお取りください。\n\n", "Done. Please take your card.\n\n"}.in(lang));

  const honnin::Holder printed = face.holder();
  const bool agree = printed.birth_date() == holder.birth_date() && printed.sex() == holder.sex();
  // The face has name and address as pictures only; these letters come from a record that no signature was checked of.
  const auto line = [&](const Words &name, const std::string &value) { console.print(name.in(lang) + value + "\n"); };
  line({"氏名:       ", "Name:        "}, holder.name().value_or(""));
  line({"住所:       ", "Address:     "}, holder.address().value_or(""));
  line({"生年月日:   ", "Birth date:  "}, holder.birth_date());
  line({"性別:       ", "Sex:         "}, sex_of(holder).in(lang));
  line({"カード期限: ", "Expires:     "}, face.expiry() + Words{"（署名の対象外）", " (not covered by the signature)"}.in(lang));
  bool has_photo = true;
  try {
    const honnin::Buffer picture = face.image();
    std::ofstream file(photo, std::ios::binary);
    file.write(reinterpret_cast<const char *>(picture.data()), static_cast<std::streamsize>(picture.size()));
    line({"顔写真:     ", "Photo:       "}, photo);
  } catch (const Error &error) {
    if (error.code() != HONNIN_NOT_FOUND) throw;
    has_photo = false;
    line({"顔写真:     なし", "Photo:       none"}, "");
  }
  const char answer = console.choose(Words{"写真とお客様は同じ方ですか（y/n）", "Is this the person in the photo? (y/n)"}.in(lang), 'n');
  if (has_photo) std::filesystem::remove(photo);
  const bool accepted = answer == 'y' && genuine && unchanged && agree && has_photo;
  line(accepted ? Words{"確認しました。", "Confirmed."}
                : Words{"確認できませんでした。別の方法をご案内ください。", "Not confirmed. Please offer another way."}, "");
  return accepted ? 0 : 1;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: counter_check PHOTO.png [--lang ja|en] [--virtual PROFILE] [--script FILE]\n");
    return 2;
  }
  std::string script, profile, lang = "ja";
  bool is_sample = false;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
    if (option == "--lang") lang = argv[i + 1];
    if (option == "--script") script = argv[i + 1];
    if (option == "--virtual") {
      profile = argv[i + 1];
      is_sample = true;
    }
  }
  Console console(Console::own_encoding(), Console::own_columns(), script);
  try {
    honnin::ContextOptions options;
    options.no_pcsc = is_sample;
    honnin::Context context(std::move(options));
    std::optional<honnin::VirtualCard> sample;
    if (is_sample) context.add(sample.emplace(profile));
    return check(console, context, sample ? &*sample : nullptr, argv[1], lang);
  } catch (const Error &error) {
    console.print(error.message(HONNIN_AUDIENCE_CARDHOLDER, lang.c_str()) + "\n");
    console.print(Words{"係員の方へ: ", "For the staff: "}.in(lang) + error.message(HONNIN_AUDIENCE_OPERATOR, lang.c_str()) + "\n");
    return 1;
  }
}
