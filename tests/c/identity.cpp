// A comparison through honnin.hpp: what fails is thrown, what only differs is in the report.
#include <honnin.hpp>

#include <cstdlib>
#include <iostream>

namespace {

void need(bool holds, const char *what) {
  if (holds) return;
  std::cerr << what << "\n";
  std::exit(1);
}

}  // namespace

int main() {
  honnin::VirtualCard person = honnin::VirtualCard::create(R"({"name": "高橋　花子", "name_substituted": "10000"})");
  honnin::ContextOptions options;
  options.no_pcsc = true;
  honnin::Context context = honnin::Context::create(options);
  context.add(person);
  honnin::Card card = context.open();
  card.pin_verify(HONNIN_PIN_KIND_SIGNING, "ABC123");
  const honnin::Holder holder = card.certificate().holder();

  honnin_registered registered = HONNIN_REGISTERED_INIT;
  registered.name = "髙橋 花子";
  registered.sex = HONNIN_SEX_MALE;
  const honnin::Report report = holder.compare(registered);
  need(report.result() == HONNIN_SEX_MISMATCH, "the worst finding speaks");
  const std::vector<honnin::Finding> findings = report.findings();
  need(findings.size() == 2 && findings[0].verdict == HONNIN_VERDICT_EQUIVALENT, "the name is equivalent");
  need(findings[0].reasons ==
           (HONNIN_DIFFERENCE_WIDTH | HONNIN_DIFFERENCE_KANJI_VARIANT | HONNIN_DIFFERENCE_SUBSTITUTED),
       "by these reasons");
  need((findings[0].reasons & ~std::uint64_t{HONNIN_DIFFERENCES_SPELLING}) == 0, "all of them spelling");
  need(report.json().find("髙橋") == std::string::npos, "the report repeats nothing");

  registered.accept = HONNIN_DIFFERENCE_WIDTH;
  need(holder.compare(registered).findings()[0].verdict == HONNIN_VERDICT_UNDECIDED, "nothing else is accepted");
  registered.accept = HONNIN_DIFFERENCE_NUMBER;
  try {
    (void)holder.compare(registered);
    need(false, "what can never pass cannot be accepted");
  } catch (const honnin::Error &error) {
    need(error.code() == HONNIN_UNSUPPORTED_OPTION, "and says so");
  }
  std::cout << "good\n";
}
