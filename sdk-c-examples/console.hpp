// The till's keyboard and screen: hidden entry, time limits, the encoding of the console, and a script that plays both.
#ifndef CONSOLE_HPP
#define CONSOLE_HPP

#include <honnin.hpp>

#include <chrono>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iostream>
#include <optional>
#include <string>
#include <thread>

#ifdef _WIN32
#include <conio.h>
#include <windows.h>
#else
#include <poll.h>
#include <termios.h>
#include <unistd.h>
#endif

class Console {
 public:
  Console(std::uint32_t encoding, const std::string &script) : encoding_(encoding) {
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
    const bool comes = line.rfind("card ", 0) == 0 || line == "place";
    const bool goes = line.rfind("customer ", 0) == 0 || line == "lift";
    return (awaited ? comes : goes) ? std::optional<std::string>(take()) : std::nullopt;
  }

  bool is_scripted() const { return scripted_; }

  bool is_over() const { return scripted_ && lines_.empty(); }

  // A choice; `otherwise` is what Enter alone means, and what happens when nobody answers.
  char choose(const std::string &question, char otherwise) {
    print(question + " ");
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
    print(question + " ");
    std::string typed;
    typed.reserve(128);
    if (scripted_) {
      typed = lines_.empty() ? std::string() : take();
      if (typed == "(nothing)") {
        print("\n");
        return std::nullopt;
      }
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
  bool scripted_ = false;
  std::deque<std::string> lines_;
};

#endif
