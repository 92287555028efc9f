// A counter that looks at the person and at the chip: reads the photo and the four attributes with what is printed on the
// card, no password, and shows them to the staff, who compare photo and person.
//
//   counter_check PHOTO.png [--virtual PROFILE] [--script FILE]
//
// The photo is written as PNG and removed when the staff have looked. --virtual uses a card in software (JSON, "{}" the
// default one), whose issuer is trusted here and nowhere else.
#include "console.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace {

using honnin::Card;
using honnin::Error;

constexpr std::chrono::seconds ENTRY_LIMIT(90);

// 照合番号B of what is printed on the card. Wiped by honnin::Buffer.
honnin::Buffer ask_code(Console &console) {
  const auto ask = [&](const char *question) { return console.password(question, ENTRY_LIMIT).value_or(""); };
  const std::string birth = ask("生年月日（西暦 YYYY-MM-DD）:");
  const std::string year = ask("カードの有効期限の年（西暦4桁）:");
  const std::string code = ask("券面のセキュリティコード（4桁）:");
  return honnin::code_b(birth, year, code);
}

// What was asked, as the staff would say it.
const char *question(std::uint32_t subject) {
  switch (subject) {
    case HONNIN_SUBJECT_RECORD: return "券面の記録（写真・お名前・ご住所）に変更がないか";
    case HONNIN_SUBJECT_CARD_CERTIFICATE: return "カードの発行者";
    case HONNIN_SUBJECT_CHALLENGE: return "ICチップが複製でないか";
    case HONNIN_SUBJECT_CARD_EXPIRY: return "カードの有効期限";
    case HONNIN_SUBJECT_TEST_CARD: return "本物のカードか";
    default: return "そのほかの確認";
  }
}

// What was found, in words; true if nothing speaks against the card.
bool show(Console &console, const honnin::Report &report, std::initializer_list<std::uint32_t> subjects, bool is_sample) {
  bool good = true;
  for (const honnin::Finding &finding : report.findings()) {
    if (std::find(subjects.begin(), subjects.end(), finding.subject) == subjects.end()) continue;
    const bool passed = finding.state == HONNIN_STATE_PASSED;
    const bool sample = is_sample && finding.code == HONNIN_CERTIFICATE_TEST;
    good = good && (passed || sample);
    console.print(std::string(passed ? "  ○ " : "  × ") + question(finding.subject) + (sample ? "（見本）" : "") + "\n");
    if (!passed && !sample) {
      honnin_error facts = HONNIN_ERROR_INIT;
      facts.code = finding.code;
      console.print_lines("    ", Error(facts).message(HONNIN_AUDIENCE_OPERATOR, "ja"));
    }
  }
  return good;
}

std::string sex_of(const honnin::Holder &holder) {
  if (holder.sex() == HONNIN_SEX_MALE) return "男";
  return holder.sex() == HONNIN_SEX_FEMALE ? "女" : "記載なし";
}

int check(Console &console, honnin::Context &context, honnin::VirtualCard *sample, const std::string &photo) {
  const honnin::Buffer code = ask_code(console);
  honnin::Trust trust = honnin::Trust::create();
  if (sample != nullptr) trust.add(HONNIN_TRUST_KIND_CARD_CA_KEY, sample->ca(HONNIN_VIRTUAL_CARD_ISSUER));

  Card card = context.open(nullptr, honnin::OpenOptions());
  const bool is_sample = sample != nullptr && card.is_virtual();
  card.pin_verify(HONNIN_PIN_KIND_FACE_CODE_B, code.text());
  const honnin::Face face = card.face();
  // The chip and its issuer; and that what the face holds was not changed, and has not expired.
  const bool genuine = show(console, card.genuine(&trust),
                            {HONNIN_SUBJECT_CARD_CERTIFICATE, HONNIN_SUBJECT_RECORD, HONNIN_SUBJECT_CHALLENGE,
                             HONNIN_SUBJECT_TEST_CARD, HONNIN_SUBJECT_CARD_EXPIRY},
                            is_sample);
  const bool unchanged = show(console, face.report(), {HONNIN_SUBJECT_RECORD, HONNIN_SUBJECT_CARD_EXPIRY}, is_sample);
  // The text application has a code of its own, with the same digits; the other must be left first.
  card.pin_forget();
  card.pin_verify(HONNIN_PIN_KIND_TEXT_CODE_B, code.text());
  const honnin::Holder holder = card.text();
  card.close();
  console.print("終わりました。カードをお取りください。\n\n");

  const honnin::Holder printed = face.holder();
  const bool agree = printed.birth_date() == holder.birth_date() && printed.sex() == holder.sex();
  // The face has name and address as pictures only; these letters come from a record that no signature was checked of.
  console.print("氏名:       " + holder.name().value_or("") + "\n住所:       " + holder.address().value_or("") +
                "\n生年月日:   " + holder.birth_date() + "\n性別:       " + sex_of(holder) +
                "\nカード期限: " + face.expiry() + "（署名の対象外）\n");
  bool has_photo = true;
  try {
    const honnin::Buffer picture = face.image();
    std::ofstream file(photo, std::ios::binary);
    file.write(reinterpret_cast<const char *>(picture.data()), static_cast<std::streamsize>(picture.size()));
    console.print("顔写真:     " + photo + "\n");
  } catch (const Error &error) {
    if (error.code() != HONNIN_NOT_FOUND) throw;
    has_photo = false;
    console.print("顔写真:     なし\n");
  }
  const char answer = console.choose("写真とお客様は同じ方ですか（y/n）", 'n');
  if (has_photo) std::filesystem::remove(photo);
  const bool accepted = answer == 'y' && genuine && unchanged && agree && has_photo;
  console.print(accepted ? "確認しました。\n" : "確認できませんでした。別の方法をご案内ください。\n");
  return accepted ? 0 : 1;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: counter_check PHOTO.png [--virtual PROFILE] [--script FILE]\n");
    return 2;
  }
  std::string script, profile;
  bool is_sample = false;
  for (int i = 2; i + 1 < argc; i += 2) {
    const std::string option = argv[i];
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
    return check(console, context, sample ? &*sample : nullptr, argv[1]);
  } catch (const Error &error) {
    console.print(error.message(HONNIN_AUDIENCE_CARDHOLDER, "ja") + "\n");
    console.print("係員の方へ: " + error.message(HONNIN_AUDIENCE_OPERATOR, "ja") + "\n");
    return 1;
  }
}
