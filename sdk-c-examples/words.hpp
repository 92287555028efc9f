// What the till itself says, in both languages. What it says about a failure comes from the library.
#ifndef WORDS_HPP
#define WORDS_HPP

#include <string>

struct Words {
  const char *ja;
  const char *en;

  const char *in(const std::string &lang) const { return lang == "en" ? en : ja; }
};

namespace words {

// The two screens.
constexpr Words customer = {"お客様", "You"};
constexpr Words staff = {"係員", "Staff"};

constexpr Words heading = {"ご本人の確認", "Who you are"};
constexpr Words welcome = {
    "マイナンバーカードの署名用電子証明書から、お名前・ご住所・生年月日・性別を読み取ります。携帯電話の契約のご本人確認のためです。"
    "個人番号（マイナンバー）は読み取りません。",
    "We read your name, address, date of birth and sex from the signing certificate (署名用電子証明書) of your My Number Card "
    "(マイナンバーカード), to confirm who you are for a mobile phone contract. Your My Number (個人番号) is not read."};
constexpr Words by_rest = {"カードを置いていただく方式", "The card is laid down"};
constexpr Words by_tap = {"かざす方式", "The card is held to the reader"};

constexpr Words card_expiry = {"カードの有効期限 ", "The card's expiry date: "};
constexpr Words unknown = {"不明", "unknown"};

constexpr Words read_all = {"次の文書に電子署名をします。全文をお読みください。",
                            "You are going to sign this document electronically. Please read it in full."};
constexpr Words show_all = {"お客様に全文を見ていただく", "Let the customer read all of it"};
constexpr Words contract = {
    "携帯電話サービス契約申込書 2026-0415\n"
    "料金プラン: 標準 30GB   月額 3,300円（税込）   契約期間: 定めなし\n"
    "上の内容で申し込みます。\n",
    "Application for mobile phone service (no. 2026-0415)\n"
    "Plan: Standard 30 GB, 3,300 yen a month (tax included), no fixed term\n"
    "I apply for the above.\n"};
constexpr Words consent = {"［1 同意して進む］［2 やめる］", "[1 I agree] [2 Stop]"};

constexpr Words password = {"署名用パスワード（英数字6〜16文字。4桁の数字ではありません）",
                            "Signing password (署名用パスワード; 6 to 16 letters and digits, not the 4-digit PIN)"};
constexpr Words after_wrong = {"［1 もう一度］［2 別の方法］［3 やめる］", "[1 Try again] [2 Another way] [3 Stop]"};
constexpr Words last_try = {"［1 最後の1回を入力する］［Enter やめる］", "[1 Use the last try] [Enter Stop]"};
constexpr Words tap_now = {"カードをかざしてください。「終わりました」と表示されるまで、動かさないでください。",
                           "Please hold your card to the reader, and do not move it until the screen says that it has finished."};
constexpr Words waiting_for_tap = {"タッチ待ち（最長60秒）", "Waiting for the card (60 seconds at most)"};

constexpr Words stages[] = {{"", ""},
                            {"確認中", "Checking"},
                            {"パスワードの照合中", "Checking the password"},
                            {"読み取り中", "Reading"},
                            {"署名中", "Signing"}};
constexpr Words signed_by = {" 様の証明書で、文書に署名しました。", ": the document was signed with your certificate."};
constexpr Words not_revocation = {"失効の確認はまだ", "Revocation has not been checked"};

constexpr Words lay_again = {"カードを置き直してください。", "Please lay your card down again."};
constexpr Words take_out = {"一度カードをお取りください。", "Please take your card away for a moment."};
constexpr Words wait_moment = {"少しお待ちください。", "Please wait a moment."};
constexpr Words waiting = {"カード待ち", "Waiting for the card"};
constexpr Words count_is = {"パスワードはあと", "Tries that remain for the password: "};
constexpr Words times = {"回入力できます。", ""};
constexpr Words counted_again = {"回数を読み直した", "The tries were read again"};

constexpr Words finished[] = {
    {"終わりました。", "Finished."},
    {"別の方法でご本人を確認します。係員がご案内します。", "We will confirm who you are in another way. Our staff will help you."},
    {"中止しました。カードはこれまでどおり使えます。", "Stopped. Your card keeps working as before."}};
constexpr Words another_way = {"別の本人確認方法へ", "Go on with another way of identification"};
constexpr Words next_customer = {"次のお客様へ", "On to the next customer"};
constexpr Words take_card = {"カードをお取りください。", "Please take your card."};
constexpr Words mind_card = {"カードの取り忘れに注意", "See that the card is not left behind"};
constexpr Words card_left = {"カードが残っています。お取りください。", "A card has been left here. Please take it."};
constexpr Words former_card = {"前のお客様のカードが残っている", "The card of the last customer is still there"};

}  // namespace words

#endif
