// Exceptions that callbacks throw come out of the call that ran them, and the card is left as after any cancel.
#include <honnin.hpp>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

static void must(bool holds, const char *what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

int main() {
  honnin::ContextOptions context_options;
  context_options.no_pcsc = true;
  context_options.log_level = HONNIN_LOG_TRACE;
  context_options.log = [](int, std::string_view, std::string_view) { throw std::runtime_error("of the log"); };
  honnin::Context context(std::move(context_options));
  honnin::VirtualCard virtual_card;
  context.add(virtual_card);

  bool angry = false;
  honnin::OpenOptions options;
  options.pin = [](std::uint32_t, int) -> std::optional<std::string> { throw std::runtime_error("of the pin"); };
  options.progress = [&angry](std::uint32_t, std::uint32_t, std::uint32_t) -> bool {
    if (angry) throw std::runtime_error("of progress");
    return true;
  };
  honnin::Card card = context.open(nullptr, std::move(options));
  try {
    card.pin_verify(HONNIN_PIN_KIND_SIGNING);
    must(false, "the exception of the PIN callback was lost");
  } catch (const std::runtime_error &error) {
    must(std::string(error.what()) == "of the pin", error.what());
  }
  must(card.pin_tries(HONNIN_PIN_KIND_SIGNING) == 5, "no try was spent");
  card.pin_verify(HONNIN_PIN_KIND_SIGNING, "ABC123");
  angry = true;
  try {
    (void)card.sign(HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, "x");
    must(false, "the exception of progress was lost");
  } catch (const std::runtime_error &error) {
    must(std::string(error.what()) == "of progress", error.what());
  }
  angry = false;
  try {
    (void)card.sign(HONNIN_KEY_KIND_SIGNING, HONNIN_HASH_SHA256, "x");
    must(false, "a cancelled card is not verified any more");
  } catch (const honnin::Error &error) {
    must(error.code() == HONNIN_PIN_REQUIRED, error.what());
  }

  // A connection of the program's own that throws.
  struct Broken : honnin::Connection {
    explicit Broken(int &destroyed) : destroyed_(destroyed) {}
    ~Broken() override { destroyed_++; }
    honnin_result transmit(honnin::ByteView, std::vector<std::uint8_t> &, std::int32_t) override {
      throw std::runtime_error("of the connection");
    }
    int &destroyed_;
  };
  int destroyed = 0;
  try {
    (void)context.open(std::make_unique<Broken>(destroyed));
    must(false, "a broken connection opened");
  } catch (const honnin::Error &error) {
    must(error.code() == HONNIN_READER_FAILED && destroyed == 1, error.what());
  }
  return 0;
}
