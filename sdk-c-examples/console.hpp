// The till's keyboard and screen: hidden entry, time limits, the width and encoding of the console, and a script that plays both.
#ifndef CONSOLE_HPP
#define CONSOLE_HPP

#include "wrap.hpp"

#include <honnin.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#ifdef _WIN32
#ifndef NOMINMAX
#define NOMINMAX
#endif
#include <conio.h>
#include <windows.h>
#else
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#endif

class Console {
 public:
  Console(std::uint32_t encoding, std::size_t columns, const std::string &script)
      : encoding_(encoding), columns_(std::max<std::size_t>(columns, 20)) {
    if (script.empty()) return;
    std::ifstream file(script);
    scripted_ = true;
    for (std::string line; std::getline(file, line);) {
      if (!line.empty() && line[0] != '#') lines_.push_back(line);
    }
  }

  // The encoding that this console shows: CP932 on Japanese Windows, else UTF-8 (which 0 stands for).
  static std::uint32_t own_encoding() {
#ifdef _WIN32
    return GetConsoleOutputCP() == 932 ? HONNIN_ENCODING_CP932 : 0;
#else
    return 0;
#endif
  }

  // How wide this console is; 80 where there is none.
  static std::size_t own_columns() {
#ifdef _WIN32
    CONSOLE_SCREEN_BUFFER_INFO seen = {};
    if (GetConsoleScreenBufferInfo(GetStdHandle(STD_OUTPUT_HANDLE), &seen)) {
      return static_cast<std::size_t>(seen.srWindow.Right - seen.srWindow.Left + 1);
    }
#else
    winsize seen = {};
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &seen) == 0 && seen.ws_col > 0) return seen.ws_col;
#endif
    return 80;
  }

  // A text in lines of this console: the first behind `first`, the others behind as much space, or behind `others`.
  void print_lines(const std::string &first, const std::string &text, std::string others = std::string()) {
    if (others.empty()) others.assign(wrap::columns(first), ' ');
    const std::string *before = &first;
    for (const std::string &line : wrap::lines(text, columns_ - wrap::columns(first))) {
      print(*before + line + "\n");
      before = &others;
    }
  }

  std::size_t columns() const { return columns_; }

  void print(const std::string &text) {
    if (encoding_ == 0) {
      std::cout << text << std::flush;
      return;
    }
    const honnin::Buffer converted = honnin::text_convert(text, encoding_);
    std::cout.write(reinterpret_cast<const char *>(converted.data()),
                    static_cast<std::streamsize>(converted.size()));
    std::cout << std::flush;
  }

  // The next line of the script, if it is none of the till's keys but something that happens: a card is put down where one
  // is awaited; else a customer comes, or a card is lifted.
  std::optional<std::string> happening(bool awaited) {
    if (lines_.empty()) return std::nullopt;
    const std::string &line = lines_.front();
    const bool comes = line.rfind("card ", 0) == 0 || line.rfind("held ", 0) == 0 || line == "place";
    const bool goes = line.rfind("customer ", 0) == 0 || line.rfind("rules ", 0) == 0 || line == "lift" ||
                      line == "release";
    return (awaited ? comes : goes) ? std::optional<std::string>(take()) : std::nullopt;
  }

  // A second card that is put down together with the first.
  std::optional<std::string> second_card() {
    if (lines_.empty() || lines_.front().rfind("also ", 0) != 0) return std::nullopt;
    return take();
  }

  bool is_scripted() const { return scripted_; }

  bool is_over() const { return scripted_ && lines_.empty(); }

  // A choice; `otherwise` is what Enter alone means, and what happens when nobody answers.
  char choose(const std::string &question, char otherwise) {
    ask(question);
    std::string answer;
    if (scripted_) {
      answer = lines_.empty() ? std::string() : take();
      print(answer + "\n");
      if (answer == "(enter)") answer.clear();
    } else if (!std::getline(std::cin, answer)) {
      return otherwise;
    }
    return answer.empty() ? otherwise : answer[0];
  }

  // Whether the key that stops everything was pressed: q.
  bool stop_pressed() {
    if (scripted_) {
      if (lines_.empty() || lines_.front() != "q") return false;
      take();
      return true;
    }
#ifdef _WIN32
    return _kbhit() != 0 && _getch() == 'q';
#else
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    return ::poll(&input, 1, 0) > 0 && std::getchar() == 'q';
#endif
  }

  // A password: hidden, only counted. Nothing if it was not finished in time, and then what was typed is wiped.
  std::optional<std::string> password(const std::string &question, std::chrono::seconds limit) {
    ask(question);
    std::string typed;
    typed.reserve(128);
    if (scripted_) {
      typed = lines_.empty() ? "(nothing)" : take();
      if (typed == "(nothing)") {
        print("\n");
        return std::nullopt;
      }
      if (typed == "(enter)") typed.clear();
      print(std::string(typed.size(), '*') + " (" + std::to_string(typed.size()) + ")\n");
      return typed;
    }
    const bool finished = type_hidden(typed, limit);
    print("\n");
    if (finished) return typed;
    honnin::detail::wipe(typed);
    return std::nullopt;
  }

 private:
  // A question; the answer has a line of its own.
  void ask(const std::string &question) {
    print_lines("", question);
    print("> ");
  }

  std::string take() {
    std::string line = std::move(lines_.front());
    lines_.pop_front();
    return line;
  }

  // One key at a time, shown as a star. False when the time is up.
  bool type_hidden(std::string &typed, std::chrono::seconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
#ifndef _WIN32
    termios before = {};
    const bool terminal = tcgetattr(STDIN_FILENO, &before) == 0;
    if (terminal) {
      termios hidden = before;
      hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON);
      tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
    }
#endif
    bool finished = false;
    while (std::chrono::steady_clock::now() < until) {
      const int key = next_key();
      if (key == '\n' || key == '\r' || key == EOF) {
        finished = true;
        break;
      }
      if ((key == 8 || key == 127) && !typed.empty()) {
        typed.pop_back();
        print("\b \b");
      } else if (key > ' ' && typed.size() < typed.capacity()) {
        // Within the capacity: nothing is left behind by growing.
        typed.push_back(static_cast<char>(key));
        print("*");
      }
    }
#ifndef _WIN32
    if (terminal) tcsetattr(STDIN_FILENO, TCSANOW, &before);
#endif
    return finished;
  }

  // A key, or 0 if none came for a moment.
  static int next_key() {
#ifdef _WIN32
    if (_kbhit() != 0) return _getch();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return 0;
#else
    pollfd input = {STDIN_FILENO, POLLIN, 0};
    if (::poll(&input, 1, 100) <= 0) return 0;
    char key = 0;
    return ::read(STDIN_FILENO, &key, 1) == 1 ? key : EOF;
#endif
  }

  std::uint32_t encoding_;
  std::size_t columns_;
  bool scripted_ = false;
  std::deque<std::string> lines_;
};

#endif
