// Validation with status data through the C++ form of the header: a root, a CA, a certificate, and what was said of it.
//   validation FOLDER
#include <honnin.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

std::string folder;

std::vector<std::uint8_t> read(const std::string &name) {
  std::ifstream file(folder + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

void expect(honnin_result found, honnin_result expected, const char *what) {
  if (found != expected) {
    std::fprintf(stderr, "%s: %s and not %s\n", what, honnin_result_name(found), honnin_result_name(expected));
    std::exit(1);
  }
}

honnin::Trust trusting(const std::vector<std::string> &lists, const std::vector<std::string> &responses) {
  honnin::Trust trust = honnin::Trust::create(HONNIN_TRUST_ROOTS_NONE);
  trust.add(HONNIN_TRUST_KIND_ANCHOR, read("root.pem"));
  trust.add(HONNIN_TRUST_KIND_INTERMEDIATE, read("between.pem"));
  for (const auto &list : lists) trust.add(HONNIN_TRUST_KIND_CRL, read(list));
  for (const auto &response : responses) trust.add(HONNIN_TRUST_KIND_OCSP, read(response));
  return trust;
}

honnin_result validate(const honnin::Trust &trust, const char *const *policies = nullptr,
                       const std::string &nonce = {}) {
  honnin_validation_options options = HONNIN_VALIDATION_OPTIONS_INIT;
  options.profile = HONNIN_PROFILE_RFC5280;
  options.trust = trust.get();
  options.policies = policies;
  options.nonce = reinterpret_cast<const std::uint8_t *>(nonce.data());
  options.nonce_size = nonce.size();
  const honnin::Report report = honnin::Certificate::parse(read("leaf.pem")).validate(&options);
  return report.result();
}

}  // namespace

int main(int argc, char **argv) {
  if (argc != 2) return 2;
  folder = argv[1];
  expect(validate(trusting({}, {})), HONNIN_CERTIFICATE_STATUS_NOT_CHECKED, "nothing given");
  expect(validate(trusting({"root.crl", "good.crl"}, {})), HONNIN_OK, "two lists");
  expect(validate(trusting({"root.crl"}, {"good-ca.ocsp"})), HONNIN_OK, "a list and a response");
  expect(validate(trusting({"root.crl"}, {"good-ca.ocsp"}), nullptr, "nonce"), HONNIN_CERTIFICATE_STATUS_UNKNOWN,
         "another nonce");
  expect(validate(trusting({"root.crl", "bad.crl"}, {"good-ca.ocsp"})), HONNIN_CERTIFICATE_REVOKED, "revoked");
  const char *const policies[] = {"1.2.3", "1.2.4", nullptr};
  expect(validate(trusting({"root.crl", "good.crl"}, {}), policies), HONNIN_CERTIFICATE_UNSUITABLE, "a policy");

  const honnin::Certificate leaf = honnin::Certificate::parse(read("leaf.pem"));
  const honnin::Buffer request = leaf.ocsp_request(honnin::Certificate::parse(read("between.pem")), "0123456789");
  std::fwrite(request.data(), 1, request.size(), stdout);
  try {
    leaf.ocsp_request(honnin::Certificate::parse(read("root.pem")));
    return 1;
  } catch (const honnin::Error &error) {
    expect(error.code(), HONNIN_INVALID_ARGUMENT, "another issuer");
  }
  try {
    trusting({"leaf.pem"}, {});
    return 1;
  } catch (const honnin::Error &error) {
    expect(error.code(), HONNIN_CERTIFICATE_MALFORMED, "no list");
  }
  return 0;
}
