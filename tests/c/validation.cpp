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

  // An anchor for time-stamps vouches for no person.
  honnin::Trust stamps = honnin::Trust::create(HONNIN_TRUST_ROOTS_NONE);
  stamps.add(HONNIN_TRUST_KIND_TIMESTAMP_ANCHOR, read("root.pem"));
  stamps.add(HONNIN_TRUST_KIND_INTERMEDIATE, read("between.pem"));
  expect(validate(stamps), HONNIN_CERTIFICATE_UNTRUSTED, "an anchor for time-stamps");

  // A signature by the plain openssl command binds no certificate.
  const honnin::Trust both = trusting({"root.crl", "good.crl"}, {});
  honnin_validation_options options = HONNIN_VALIDATION_OPTIONS_INIT;
  options.profile = HONNIN_PROFILE_RFC5280;
  options.trust = both.get();
  const auto verify = [&options] { return honnin::cms_verify(read("plain.p7s"), std::nullopt, &options); };
  expect(verify().result(), HONNIN_ATTRIBUTES_INVALID, "no signing-certificate attribute");
  options.waive = HONNIN_WAIVE_REVOCATION | HONNIN_WAIVE_TEST_CARD | HONNIN_WAIVE_TIMESTAMP;
  expect(verify().result(), HONNIN_ATTRIBUTES_INVALID, "other waivers");
  options.waive = HONNIN_WAIVE_SIGNING_CERTIFICATE;
  expect(verify().result(), HONNIN_OK, "waived by name");
  honnin_error reason = HONNIN_ERROR_INIT;
  options.waive = 0;
  honnin_report *made = nullptr;
  const std::vector<std::uint8_t> plain = read("plain.p7s");
  const honnin_result result = honnin_cms_verify(plain.data(), plain.size(), nullptr, 0, &options, &made, &reason);
  honnin_report_free(made);
  expect(result, HONNIN_ATTRIBUTES_INVALID, "the same in C");
  if (reason.reason != HONNIN_REASON_SIGNING_CERTIFICATE_ABSENT) return 1;
  options.waive = 16;
  try {
    verify();
    return 1;
  } catch (const honnin::Error &error) {
    expect(error.code(), HONNIN_INVALID_ARGUMENT, "no such waiver");
  }
  try {
    trusting({"leaf.pem"}, {});
    return 1;
  } catch (const honnin::Error &error) {
    expect(error.code(), HONNIN_CERTIFICATE_MALFORMED, "no list");
  }
  return 0;
}
