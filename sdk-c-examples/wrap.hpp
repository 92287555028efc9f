// Lines for a screen of so many columns, in Japanese and English: full-width characters take two columns, English words are not
// broken, no line begins with a closing mark or ends with an opening one. Japanese is broken between phrases (文節), as one would
// pause: 署名用パスワードを / 入力してください. Only a phrase that is longer than a line is broken elsewhere.
#ifndef WRAP_HPP
#define WRAP_HPP

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace wrap {

// The characters of a UTF-8 text.
inline std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> all;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) end++;
    all.push_back(text.substr(at, end - at));
    at = end;
  }
  return all;
}

inline bool is_one_of(std::string_view character, std::string_view list) {
  for (const std::string_view one : characters(list)) {
    if (one == character) return true;
  }
  return false;
}

// Two for what is not ASCII: a Japanese console also shows signs such as the arrow or the degree so. Half-width kana take one.
inline std::size_t columns(std::string_view text) {
  std::size_t sum = 0;
  for (const std::string_view one : characters(text)) {
    const bool half_kana = one.size() == 3 && one >= std::string_view("｡") && one <= std::string_view("ﾟ");
    sum += one.size() == 1 || half_kana ? 1 : 2;
  }
  return sum;
}

inline bool is_katakana(std::string_view character) {
  return character.size() == 3 && character >= std::string_view("ァ") && character <= std::string_view("ヿ") && character != "・";
}

inline bool is_hiragana(std::string_view character) {
  return character.size() == 3 && character >= std::string_view("ぁ") && character <= std::string_view("ゟ");
}

inline bool is_kanji(std::string_view character) {
  return character == "々" || (character.size() == 3 && character >= std::string_view("一") && character <= std::string_view("龠"));
}

// Whether a phrase goes on with this character. A phrase begins with kanji, a loanword, a number or お and ends in kana; the kana
// inside a word such as 読み取り end none. A reading in brackets stays with its kanji: 読（よ）み.
inline bool is_within_phrase(const std::vector<std::string_view> &text, std::size_t at) {
  const std::string_view one = text[at];
  const std::string_view before = at > 0 ? text[at - 1] : "";
  const bool polite = is_one_of(one, "おご") && at + 1 < text.size() && is_kanji(text[at + 1]);
  if (is_one_of(before, "、。，．・：；！？")) return false;
  if (is_hiragana(one)) return !polite;
  const bool letter = before.size() == 1 && before[0] >= 'A' && before[0] <= 'z';
  if (is_katakana(one)) return is_kanji(before) || letter;
  if (one == "（") return is_kanji(before);
  if (!is_kanji(one)) return false;
  const bool inside_word = at > 1 && is_kanji(text[at - 2]) && is_one_of(before, "いきしちみりぎじびえけせめれげっ");
  return is_kanji(before) || is_katakana(before) || is_one_of(before, "おご") || inside_word;
}

enum class Break { between_phrases, anywhere_allowed };

// Pieces between which a line may end. A space stands at the end of its piece.
inline std::vector<std::string> pieces(std::string_view text, Break where) {
  constexpr std::string_view never_first = "、。，．・：；！？）」』】］〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜,.:;!?)]}%";
  constexpr std::string_view never_last = "（「『【［〈《〔([{";
  const std::vector<std::string_view> all_characters = characters(text);
  std::vector<std::string> all;
  for (std::size_t at = 0; at < all_characters.size(); at++) {
    const std::string_view one = all_characters[at];
    const std::string_view before = at > 0 ? all_characters[at - 1] : "";
    const bool word_goes_on = one.size() == 1 && before.size() == 1 && before != " ";
    // What is counted stays with its number: 4回.
    const bool counted = one.size() > 1 && before.size() == 1 && before[0] >= '0' && before[0] <= '9';
    const bool loanword = is_katakana(before) && is_katakana(one);
    const bool phrase = where == Break::between_phrases && is_within_phrase(all_characters, at);
    const bool joined =
        loanword || phrase || one == " " || word_goes_on || counted || is_one_of(one, never_first) || is_one_of(before, never_last);
    if (all.empty() || !joined || before == " ") all.emplace_back();
    all.back() += one;
  }
  return all;
}

inline void drop_space_at_end(std::string &line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

// Adds a text to the lines. What is longer than a line is broken where signs allow it, and if need be anywhere.
inline void add(std::vector<std::string> &lines, std::string_view text, std::size_t width, Break where) {
  for (const std::string &piece : pieces(text, where)) {
    std::string bare = piece;
    drop_space_at_end(bare);
    if (columns(bare) > width && where == Break::between_phrases) {
      add(lines, piece, width, Break::anywhere_allowed);
      continue;
    }
    if (!lines.back().empty() && columns(lines.back()) + columns(bare) > width) {
      drop_space_at_end(lines.back());
      lines.emplace_back();
    }
    if (columns(bare) <= width) {
      lines.back() += piece;
      continue;
    }
    for (const std::string_view one : characters(piece)) {
      if (columns(lines.back()) + columns(one) > width && !lines.back().empty()) lines.emplace_back();
      lines.back() += one;
    }
  }
}

// The lines of a text, each of at most that many columns.
inline std::vector<std::string> lines(std::string_view text, std::size_t width) {
  std::vector<std::string> all(1);
  add(all, text, width, Break::between_phrases);
  drop_space_at_end(all.back());
  return all;
}

}  // namespace wrap

#endif
