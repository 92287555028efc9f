// Lines for a screen of so many columns, in Japanese and English: full-width characters take two columns, English words are not
// broken, no line begins with a closing mark or ends with an opening one, and loanwords and the ends of sentences stay whole.
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

// Joins the last piece with up to two kana before it.
inline void keep_ending(std::vector<std::string> &pieces) {
  for (int kana = 0; kana < 2 && pieces.size() > 1 && is_hiragana(pieces[pieces.size() - 2]); kana++) {
    const std::string end = std::move(pieces.back());
    pieces.pop_back();
    pieces.back() += end;
  }
}

// Pieces between which a line may end. A space stands at the end of its piece.
inline std::vector<std::string> pieces(std::string_view text) {
  constexpr std::string_view never_first = "、。，．・：；！？）」』】］〉》〕ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々〜,.:;!?)]}%";
  constexpr std::string_view never_last = "（「『【［〈《〔([{";
  std::vector<std::string> all;
  std::string_view before;
  for (const std::string_view one : characters(text)) {
    const bool word_goes_on = one.size() == 1 && before.size() == 1 && before != " ";
    // What is counted stays with its number: 4回.
    const bool counted = one.size() > 1 && before.size() == 1 && before[0] >= '0' && before[0] <= '9';
    const bool loanword = is_katakana(before) && is_katakana(one);
    const bool joined = loanword || one == " " || word_goes_on || counted || is_one_of(one, never_first) || is_one_of(before, never_last);
    if (all.empty() || (!joined || before == " ")) all.emplace_back();
    all.back() += one;
    before = one;
    // The mere end of a sentence is no line of its own: ます。
    if (one == "。") keep_ending(all);
  }
  return all;
}

inline void drop_space_at_end(std::string &line) {
  while (!line.empty() && line.back() == ' ') line.pop_back();
}

// The lines of a text, each of at most that many columns.
inline std::vector<std::string> lines(std::string_view text, std::size_t width) {
  std::vector<std::string> all(1);
  for (const std::string &piece : pieces(text)) {
    std::string bare = piece;
    drop_space_at_end(bare);
    if (!all.back().empty() && columns(all.back()) + columns(bare) > width) {
      drop_space_at_end(all.back());
      all.emplace_back();
    }
    if (columns(bare) <= width) {
      all.back() += piece;
      continue;
    }
    // Longer than a line, as nothing that a person reads is.
    for (const std::string_view one : characters(piece)) {
      if (columns(all.back()) + columns(one) > width && !all.back().empty()) all.emplace_back();
      all.back() += one;
    }
  }
  drop_space_at_end(all.back());
  return all;
}

}  // namespace wrap

#endif
