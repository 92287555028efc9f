// honnin.hpp - honnin.h for C++17: objects that clean up after themselves, errors that are thrown, any callable as callback.
// SPDX-License-Identifier: Apache-2.0 OR MIT
//
// Header only. The nouns, the rules and the numbers are those of honnin.h; what is said there holds here. Every class is
// move-only and owns one object of the C interface, which get() lends.
//
// Failures are thrown as honnin::Error. With HONNIN_NO_EXCEPTIONS defined, functions that can fail return Result<T>
// instead, and nothing throws; Context::create and VirtualCard::create then take the place of the constructors.
//
// An exception that a callback throws cancels the operation cleanly and comes out of the call that ran it.
#ifndef HONNIN_HPP
#define HONNIN_HPP

#include <honnin.h>

#include <cstdint>
#include <cstring>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace honnin {

class Card;
class Certificate;
class Holder;
class Report;

// Bytes that belong to somebody else.
class ByteView {
 public:
  ByteView() = default;
  ByteView(const std::uint8_t *data, std::size_t size) : data_(data), size_(size) {}
  ByteView(std::string_view text) : data_(reinterpret_cast<const std::uint8_t *>(text.data())), size_(text.size()) {}
  ByteView(const char *text) : ByteView(std::string_view(text)) {}
  ByteView(const std::string &text) : ByteView(std::string_view(text)) {}
  ByteView(const std::vector<std::uint8_t> &bytes) : data_(bytes.data()), size_(bytes.size()) {}
  const std::uint8_t *data() const noexcept { return data_; }
  std::size_t size() const noexcept { return size_; }

 private:
  const std::uint8_t *data_ = nullptr;
  std::size_t size_ = 0;
};

namespace detail {

template <class T, void(HONNIN_CALL *Free)(T *)>
struct Deleter {
  void operator()(T *object) const noexcept { Free(object); }
};
template <class T, void(HONNIN_CALL *Free)(T *)>
using Owned = std::unique_ptr<T, Deleter<T, Free>>;

inline std::string text_or_empty(const char *text) { return text == nullptr ? std::string() : std::string(text); }
inline std::optional<std::string> text_or_none(const char *text) {
  return text == nullptr ? std::nullopt : std::optional<std::string>(text);
}

// Overwrites a text so that the compiler does not leave it out.
inline void wipe(std::string &text) noexcept {
  volatile char *at = text.data();
  for (std::size_t i = 0; i < text.size(); i++) at[i] = 0;
}

}  // namespace detail

// Bytes that the library made. Wiped when destroyed.
class Buffer {
 public:
  Buffer() = default;
  explicit Buffer(honnin_buffer *buffer) : buffer_(buffer) {}
  const std::uint8_t *data() const noexcept { return honnin_buffer_data(buffer_.get()); }
  std::size_t size() const noexcept { return honnin_buffer_size(buffer_.get()); }
  std::string_view text() const noexcept {
    return size() == 0 ? std::string_view() : std::string_view(reinterpret_cast<const char *>(data()), size());
  }
  std::vector<std::uint8_t> bytes() const { return std::vector<std::uint8_t>(data(), data() + size()); }
  operator ByteView() const noexcept { return ByteView(data(), size()); }
  const honnin_buffer *get() const noexcept { return buffer_.get(); }

 private:
  detail::Owned<honnin_buffer, honnin_buffer_free> buffer_;
};

// One thing to try next.
struct Hint {
  std::string text;
  // Where it belongs: HONNIN_TAG_... bits.
  std::uint32_t tags = 0;
};

// Why an operation failed, and the words for it.
class Error : public std::runtime_error {
 public:
  explicit Error(const honnin_error &facts)
      : std::runtime_error(facts.message[0] != 0 ? facts.message : honnin_result_name(facts.code)), facts_(facts) {}

  honnin_result code() const noexcept { return facts_.code; }
  std::string name() const { return honnin_result_name(facts_.code); }
  std::uint32_t traits() const noexcept { return honnin_result_traits(facts_.code); }
  // -1: unknown, or not about a PIN.
  int tries_left() const noexcept { return facts_.tries_left; }
  // 0 no, 1 yes, -1 unknown.
  int try_spent() const noexcept { return facts_.try_spent; }
  std::uint32_t pin() const noexcept { return facts_.pin; }
  std::uint32_t reason() const noexcept { return facts_.reason; }
  std::uint32_t status_word() const noexcept { return facts_.status_word; }
  std::string operation() const { return facts_.operation; }
  const honnin_error &facts() const noexcept { return facts_; }

  // The text that fits the situation.
  std::string message(std::uint32_t audience = HONNIN_AUDIENCE_CARDHOLDER, const char *lang = "ja") const {
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_error_message(&facts_, audience, lang, &made);
    const Buffer text(made);
    return result == HONNIN_OK ? std::string(text.text()) : name();
  }

  // What to try next, the most helpful first.
  std::vector<std::string> hints(std::uint32_t audience = HONNIN_AUDIENCE_CARDHOLDER, const char *lang = "ja") const {
    std::vector<std::string> all;
    for (Hint &hint : tagged_hints(0, audience, lang)) all.push_back(std::move(hint.text));
    return all;
  }

  // The same with their tags. offered: HONNIN_TAG_OTHER_WAY and the like, which only the program can know.
  std::vector<Hint> tagged_hints(std::uint32_t offered = 0, std::uint32_t audience = HONNIN_AUDIENCE_CARDHOLDER,
                                 const char *lang = "ja") const {
    std::vector<Hint> all;
    for (std::uint32_t index = 0;; index++) {
      honnin_buffer *made = nullptr;
      Hint hint;
      const honnin_result result =
          honnin_error_hint_tagged(&facts_, audience, index, offered, lang, &made, &hint.tags);
      const Buffer text(made);
      if (result != HONNIN_OK) return all;
      hint.text = text.text();
      all.push_back(std::move(hint));
    }
  }

 private:
  honnin_error facts_;
};

// A value, or why there is none: what functions return where nothing may throw.
template <class T>
class Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::move(error)) {}
  explicit operator bool() const noexcept { return value_.has_value(); }
  honnin_result code() const noexcept { return error_ ? error_->code() : HONNIN_OK; }
  const Error &error() const { return *error_; }
  T &operator*() & { return *value_; }
  const T &operator*() const & { return *value_; }
  T &&operator*() && { return std::move(*value_); }
  T *operator->() { return &*value_; }
  const T *operator->() const { return &*value_; }

 private:
  std::optional<T> value_;
  std::optional<Error> error_;
};

template <>
class Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}
  explicit operator bool() const noexcept { return !error_; }
  honnin_result code() const noexcept { return error_ ? error_->code() : HONNIN_OK; }
  const Error &error() const { return *error_; }

 private:
  std::optional<Error> error_;
};

#ifdef HONNIN_NO_EXCEPTIONS
template <class T>
using Outcome = Result<T>;
#else
template <class T>
using Outcome = T;
#endif

namespace detail {

// An exception of a callback, on its way out of the call that ran it.
struct Thrown {
  std::exception_ptr exception;
};

inline Outcome<void> finish(honnin_result result, const honnin_error &error, Thrown *thrown = nullptr) {
#ifdef HONNIN_NO_EXCEPTIONS
  (void)thrown;
  if (result != HONNIN_OK) return Error(error);
  return {};
#else
  if (thrown != nullptr && thrown->exception) std::rethrow_exception(std::exchange(thrown->exception, nullptr));
  if (result != HONNIN_OK) throw Error(error);
#endif
}

template <class T>
Outcome<T> give(honnin_result result, const honnin_error &error, T value, Thrown *thrown = nullptr) {
#ifdef HONNIN_NO_EXCEPTIONS
  (void)thrown;
  if (result != HONNIN_OK) return Error(error);
  return value;
#else
  finish(result, error, thrown);
  return value;
#endif
}

inline honnin_error no_error() {
  honnin_error error = HONNIN_ERROR_INIT;
  return error;
}

// Runs a callback of the program; what it throws is kept, and answered by `otherwise`.
template <class Answer, class Call>
Answer run(Thrown &thrown, Answer otherwise, Call &&call) noexcept {
#ifdef HONNIN_NO_EXCEPTIONS
  (void)thrown;
  (void)otherwise;
  return call();
#else
  try {
    return call();
  } catch (...) {
    thrown.exception = std::current_exception();
    return otherwise;
  }
#endif
}

}  // namespace detail

// One check and how it ended.
struct Finding {
  std::uint32_t subject = 0;
  honnin_result code = 0;
  std::optional<std::uint32_t> signer;
  std::uint32_t state = 0;
  std::uint32_t verdict = 0;
  std::uint64_t reasons = 0;
  std::string text;
};

// The person a card was issued to.
class Holder {
 public:
  explicit Holder(honnin_holder *holder) : holder_(holder) {}
  std::optional<std::string> name() const { return detail::text_or_none(honnin_holder_name(get())); }
  std::optional<std::string> name_kana() const { return detail::text_or_none(honnin_holder_name_kana(get())); }
  std::optional<std::string> address() const { return detail::text_or_none(honnin_holder_address(get())); }
  std::string birth_date() const { return detail::text_or_empty(honnin_holder_birth_date(get())); }
  std::uint32_t sex() const noexcept { return honnin_holder_sex(get()); }
  std::uint32_t source() const noexcept { return honnin_holder_source(get()); }
  int name_substituted() const noexcept { return honnin_holder_name_substituted(get()); }
  int address_substituted() const noexcept { return honnin_holder_address_substituted(get()); }
  inline Outcome<Report> compare(const honnin_registered &registered) const;
  // Succeeds if the age is reached; HONNIN_AGE_NOT_MET or HONNIN_AGE_UNDECIDED is a failure like any other, so that no
  // answer passes for yes. Without a day: today in Japan.
  Outcome<void> age_check(std::uint32_t years, const char *on = nullptr, bool count_eve = false) const {
    honnin_error error = detail::no_error();
    std::int32_t met = 0;
    const honnin_result result = honnin_age_check(get(), years, on, count_eve ? 1 : 0, &met, &error);
    return detail::finish(result, error);
  }
  const honnin_holder *get() const noexcept { return holder_.get(); }

 private:
  detail::Owned<honnin_holder, honnin_holder_free> holder_;
};

// 照合番号B of what is printed on the card: the western birth date, the western year of expiry, the security code.
inline Outcome<Buffer> code_b(const std::string &birth_date, const std::string &expiry_year,
                              const std::string &security_code) {
  honnin_error error = detail::no_error();
  honnin_buffer *made = nullptr;
  const honnin_result result =
      honnin_code_b(birth_date.c_str(), expiry_year.c_str(), security_code.c_str(), &made, &error);
  return detail::give(result, error, Buffer(made));
}

// A western birth date as the age record is opened with.
inline Outcome<Buffer> code_birth_date(const std::string &birth_date) {
  honnin_error error = detail::no_error();
  honnin_buffer *made = nullptr;
  const honnin_result result = honnin_code_birth_date(birth_date.c_str(), &made, &error);
  return detail::give(result, error, Buffer(made));
}

// The findings of a verification. Never one "valid": look at them, or at result().
class Report {
 public:
  explicit Report(honnin_report *report) : report_(report) {}
  honnin_result result() const noexcept { return honnin_report_result(get()); }
  std::vector<Finding> findings() const {
    std::vector<Finding> all;
    for (std::size_t index = 0; index < honnin_report_size(get()); index++) {
      honnin_finding found = HONNIN_FINDING_INIT;
      if (honnin_report_finding(get(), index, &found) != HONNIN_OK) break;
      Finding finding;
      finding.subject = found.subject;
      finding.code = found.code;
      if (found.signer >= 0) finding.signer = static_cast<std::uint32_t>(found.signer);
      finding.state = found.state;
      finding.verdict = found.verdict;
      finding.reasons = found.reasons;
      finding.text = detail::text_or_empty(found.text);
      all.push_back(std::move(finding));
    }
    return all;
  }
  std::string json(std::uint32_t profile = HONNIN_REPORT_PROFILE_MINIMAL) const {
    return detail::text_or_empty(honnin_report_json(get(), profile));
  }
  Outcome<Buffer> content() const {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_report_content(get(), &made, &error);
    return detail::give(result, error, Buffer(made));
  }
  inline Outcome<std::vector<Certificate>> signers() const;
  const honnin_report *get() const noexcept { return report_.get(); }

 private:
  detail::Owned<honnin_report, honnin_report_free> report_;
};

namespace detail {
// A function that makes a report fails only if there is none.
inline Outcome<Report> report(honnin_result result, const honnin_error &error, honnin_report *made) {
  return give(made != nullptr ? HONNIN_OK : result, error, Report(made));
}
}  // namespace detail

inline Outcome<Report> Holder::compare(const honnin_registered &registered) const {
  honnin_error error = detail::no_error();
  honnin_report *made = nullptr;
  const honnin_result result = honnin_holder_compare(get(), &registered, &made, &error);
  return detail::report(result, error, made);
}

// Whom a program trusts.
class Trust {
 public:
  static Outcome<Trust> create(std::uint32_t roots = HONNIN_TRUST_ROOTS_PRODUCTION) {
    honnin_error error = detail::no_error();
    honnin_trust *made = nullptr;
    const honnin_result result = honnin_trust_new(roots, &made, &error);
    return detail::give(result, error, Trust(made));
  }
  Outcome<void> add(std::uint32_t kind, ByteView data) {
    honnin_error error = detail::no_error();
    return detail::finish(honnin_trust_add(trust_.get(), kind, data.data(), data.size(), &error), error);
  }
  const honnin_trust *get() const noexcept { return trust_.get(); }

 private:
  explicit Trust(honnin_trust *trust) : trust_(trust) {}
  detail::Owned<honnin_trust, honnin_trust_free> trust_;
};

// An X.509 certificate as it was read.
class Certificate {
 public:
  explicit Certificate(honnin_certificate *certificate) : certificate_(certificate) {}
  static Outcome<Certificate> parse(ByteView der_or_pem) {
    honnin_error error = detail::no_error();
    honnin_certificate *made = nullptr;
    const honnin_result result = honnin_certificate_parse(der_or_pem.data(), der_or_pem.size(), &made, &error);
    return detail::give(result, error, Certificate(made));
  }
  std::string subject() const { return detail::text_or_empty(honnin_certificate_subject(get())); }
  std::string issuer() const { return detail::text_or_empty(honnin_certificate_issuer(get())); }
  std::string serial() const { return detail::text_or_empty(honnin_certificate_serial(get())); }
  std::string fingerprint() const { return detail::text_or_empty(honnin_certificate_fingerprint(get())); }
  std::int64_t not_before() const noexcept { return honnin_certificate_not_before(get()); }
  std::int64_t not_after() const noexcept { return honnin_certificate_not_after(get()); }
  Outcome<Buffer> to(std::uint32_t format) const {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_certificate_export(get(), format, &made, &error);
    return detail::give(result, error, Buffer(made));
  }
  Outcome<Holder> holder() const {
    honnin_error error = detail::no_error();
    honnin_holder *made = nullptr;
    const honnin_result result = honnin_certificate_holder(get(), &made, &error);
    return detail::give(result, error, Holder(made));
  }
  Outcome<Report> validate(const honnin_validation_options *options = nullptr) const {
    honnin_error error = detail::no_error();
    honnin_report *made = nullptr;
    const honnin_result result = honnin_certificate_validate(get(), options, &made, &error);
    return detail::report(result, error, made);
  }
  // The request for an OCSP responder, by whoever issued this certificate. Nothing is sent.
  Outcome<Buffer> ocsp_request(const Certificate &issuer, ByteView nonce = {}) const {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result =
        honnin_ocsp_request(get(), issuer.get(), nonce.data(), nonce.size(), &made, &error);
    return detail::give(result, error, Buffer(made));
  }
  Outcome<void> verify(std::uint32_t hash, ByteView data, ByteView signature) const {
    honnin_error error = detail::no_error();
    const honnin_result result = honnin_signature_verify(get(), hash, data.data(), data.size(), signature.data(),
                                                         signature.size(), &error);
    return detail::finish(result, error);
  }
  const honnin_certificate *get() const noexcept { return certificate_.get(); }

 private:
  detail::Owned<honnin_certificate, honnin_certificate_free> certificate_;
};

inline Outcome<std::vector<Certificate>> Report::signers() const {
  std::vector<Certificate> all;
  honnin_error error = detail::no_error();
  for (std::size_t index = 0; index < honnin_report_signer_count(get()); index++) {
    honnin_certificate *made = nullptr;
    const honnin_result result = honnin_report_signer(get(), index, &made, &error);
    Certificate certificate(made);
    if (result != HONNIN_OK) return detail::give(result, error, std::move(all));
    all.push_back(std::move(certificate));
  }
  return detail::give(HONNIN_OK, error, std::move(all));
}

// Fills a buffer with the next bytes of a stream, and says how many; 0 is the end.
using ReadFunction = std::function<std::size_t(std::uint8_t *, std::size_t)>;
// Sends a time-stamp request (RFC 3161) to an authority, and returns its reply.
using TimestampFunction = std::function<std::vector<std::uint8_t>(ByteView)>;

namespace detail {

struct Stream : Thrown {
  Stream(Thrown thrown, ReadFunction function) : Thrown(std::move(thrown)), read(std::move(function)) {}
  ReadFunction read;
  static honnin_result HONNIN_CALL call(void *user, std::uint8_t *buffer, std::size_t room, std::size_t *length) {
    auto &self = *static_cast<Stream *>(user);
    return run(self, static_cast<honnin_result>(HONNIN_CANCELLED), [&]() -> honnin_result {
      *length = self.read ? self.read(buffer, room) : 0;
      return HONNIN_OK;
    });
  }
};

struct Authority : Thrown {
  explicit Authority(TimestampFunction function) : fetch(std::move(function)) {}
  TimestampFunction fetch;
  static honnin_result HONNIN_CALL call(void *user, const std::uint8_t *request, std::size_t size,
                                        honnin_buffer **reply) {
    auto &self = *static_cast<Authority *>(user);
    return run(self, static_cast<honnin_result>(HONNIN_IO_ERROR), [&]() -> honnin_result {
      if (!self.fetch) return HONNIN_IO_ERROR;
      const std::vector<std::uint8_t> given = self.fetch(ByteView(request, size));
      return honnin_buffer_new(given.data(), given.size(), reply);
    });
  }
};

// NULL is no content; empty content is not NULL.
inline const std::uint8_t *data_of(const std::optional<ByteView> &content) {
  static const std::uint8_t nothing = 0;
  if (!content) return nullptr;
  return content->data() == nullptr ? &nothing : content->data();
}
inline std::size_t size_of(const std::optional<ByteView> &content) { return content ? content->size() : 0; }

}  // namespace detail

// Verifies a CMS SignedData. `content` is what it is about, if that is outside.
inline Outcome<Report> cms_verify(ByteView cms, std::optional<ByteView> content = std::nullopt,
                                  const honnin_validation_options *options = nullptr) {
  honnin_error error = detail::no_error();
  honnin_report *made = nullptr;
  const honnin_result result = honnin_cms_verify(cms.data(), cms.size(), detail::data_of(content),
                                                 detail::size_of(content), options, &made, &error);
  return detail::report(result, error, made);
}

// The same, over content of any size that is outside.
inline Outcome<Report> cms_verify_stream(ByteView cms, ReadFunction read,
                                         const honnin_validation_options *options = nullptr) {
  honnin_error error = detail::no_error();
  honnin_report *made = nullptr;
  detail::Stream stream{{}, std::move(read)};
  const honnin_result result =
      honnin_cms_verify_stream(cms.data(), cms.size(), detail::Stream::call, &stream, options, &made, &error);
  return detail::give(made != nullptr ? HONNIN_OK : result, error, Report(made), &stream);
}

// Verifies the signatures of a PDF; the weakest decides.
inline Outcome<Report> pdf_verify(ByteView pdf, const honnin_validation_options *options = nullptr) {
  honnin_error error = detail::no_error();
  honnin_report *made = nullptr;
  const honnin_result result = honnin_pdf_verify(pdf.data(), pdf.size(), options, &made, &error);
  return detail::report(result, error, made);
}

// Adds a time-stamp to every signature of a CMS SignedData that has none.
inline Outcome<Buffer> cms_timestamp_add(ByteView cms, TimestampFunction fetch) {
  honnin_error error = detail::no_error();
  honnin_buffer *made = nullptr;
  detail::Authority authority(std::move(fetch));
  const honnin_result result =
      honnin_cms_timestamp_add(cms.data(), cms.size(), detail::Authority::call, &authority, &made, &error);
  return detail::give(result, error, Buffer(made), &authority);
}

// The card face: what is printed on the card, as its chip has it. Wiped when it goes.
class Face {
 public:
  explicit Face(honnin_face *face) : face_(face) {}
  // Birth date and sex; name and address are images only.
  Outcome<Holder> holder() const {
    honnin_error error = detail::no_error();
    honnin_holder *made = nullptr;
    const honnin_result result = honnin_face_holder(get(), &made, &error);
    return detail::give(result, error, Holder(made));
  }
  std::string expiry() const { return detail::text_or_empty(honnin_face_expiry(get())); }
  Outcome<Report> report() const {
    honnin_error error = detail::no_error();
    honnin_report *made = nullptr;
    const honnin_result result = honnin_face_report(get(), &made, &error);
    return detail::report(result, error, made);
  }
  Outcome<Buffer> image(std::uint32_t which = HONNIN_FACE_IMAGE_PHOTO,
                        std::uint32_t format = HONNIN_IMAGE_FORMAT_PNG) const {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_face_image(get(), which, format, &made, &error);
    return detail::give(result, error, Buffer(made));
  }
  const honnin_face *get() const noexcept { return face_.get(); }

 private:
  detail::Owned<honnin_face, honnin_face_free> face_;
};

// A My Number Card in software.
class VirtualCard {
 public:
  static Outcome<VirtualCard> create(const char *profile_json = nullptr) {
    honnin_error error = detail::no_error();
    honnin_virtual_card *made = nullptr;
    const honnin_result result = honnin_virtual_card_new(profile_json, &made, &error);
    return detail::give(result, error, VirtualCard(made));
  }
#ifndef HONNIN_NO_EXCEPTIONS
  explicit VirtualCard(const char *profile_json = nullptr) : VirtualCard(create(profile_json)) {}
  explicit VirtualCard(const std::string &profile_json) : VirtualCard(profile_json.c_str()) {}
#endif
  void insert() { (void)!honnin_virtual_card_insert(get()); }
  void remove() { (void)!honnin_virtual_card_remove(get()); }
  std::string transcript() const {
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_virtual_card_transcript(card_.get(), &made);
    const Buffer json(made);
    return result == HONNIN_OK ? std::string(json.text()) : std::string("[]");
  }
  Outcome<Buffer> ca(std::uint32_t kind) const {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    error.code = honnin_virtual_card_ca(card_.get(), kind, &made);
    return detail::give(error.code, error, Buffer(made));
  }
  honnin_virtual_card *get() const noexcept { return card_.get(); }

 private:
  explicit VirtualCard(honnin_virtual_card *card) : card_(card) {}
  detail::Owned<honnin_virtual_card, honnin_virtual_card_free> card_;
};

// A reader as it was at one moment.
struct Reader {
  std::string name;
  std::uint32_t state = 0;
  bool has_card() const noexcept { return (state & HONNIN_READER_STATE_CARD_PRESENT) != 0; }
};

using LogFunction = std::function<void(int level, std::string_view module, std::string_view text)>;
// False cancels the operation.
using ProgressFunction = std::function<bool(std::uint32_t stage, std::uint32_t done, std::uint32_t total)>;
// The PIN, or nothing to cancel. tries_left is -1 if it is not known. The text is wiped after it was taken.
using PinFunction = std::function<std::optional<std::string>(std::uint32_t pin, int tries_left)>;

struct ContextOptions {
  bool permit_my_number = false;
  std::string my_number_purpose;
  bool no_pcsc = false;
  int log_level = HONNIN_LOG_INFO;
  LogFunction log;
};

struct OpenOptions {
  std::int32_t timeout_ms = 0;
  bool exclusive = false;
  std::uint32_t extended_length = HONNIN_EXTENDED_LENGTH_AUTO;
  std::uint32_t grace_ms = 0;
  bool secure_messaging = false;
  PinFunction pin;
  ProgressFunction progress;
};

// A way to a card of the program's own. Answers are those of honnin_connection; an exception counts as
// HONNIN_READER_FAILED.
class Connection {
 public:
  virtual ~Connection() = default;
  virtual honnin_result transmit(ByteView command, std::vector<std::uint8_t> &response, std::int32_t timeout_ms) = 0;
  virtual honnin_result begin() { return HONNIN_OK; }
  virtual honnin_result end(std::uint32_t disposition) {
    (void)disposition;
    return HONNIN_OK;
  }
  virtual honnin_result wait(std::uint32_t event, std::int32_t timeout_ms) {
    (void)event;
    (void)timeout_ms;
    return HONNIN_NOT_SUPPORTED;
  }
  virtual void cancel() {}
  virtual std::uint32_t max_response() const { return 0; }
};

namespace detail {

// What a card calls back. It stays where it is while the Card is moved.
struct CardCallbacks : Thrown {
  PinFunction pin;
  ProgressFunction progress;

  static honnin_result HONNIN_CALL ask(void *user, std::uint32_t pin, std::int32_t tries, char *buf, std::size_t cap,
                                       std::size_t *len) noexcept {
    auto *self = static_cast<CardCallbacks *>(user);
    return run<honnin_result>(*self, HONNIN_CANCELLED, [&]() -> honnin_result {
      std::optional<std::string> value = self->pin(pin, tries);
      if (!value) return HONNIN_CANCELLED;
      const bool fits = value->size() <= cap;
      if (fits) {
        std::memcpy(buf, value->data(), value->size());
        *len = value->size();
      }
      wipe(*value);
      return fits ? HONNIN_OK : HONNIN_INVALID_ARGUMENT;
    });
  }

  static std::int32_t HONNIN_CALL hear(void *user, std::uint32_t stage, std::uint32_t done,
                                       std::uint32_t total) noexcept {
    auto *self = static_cast<CardCallbacks *>(user);
    return run<std::int32_t>(*self, 1, [&] { return self->progress(stage, done, total) ? 0 : 1; });
  }
};

struct ContextCallbacks {
  LogFunction log;

  static void HONNIN_CALL write(void *user, std::int32_t level, const char *module, const char *text) noexcept {
    // There is no call that an exception of a log could come out of: it ends here.
    Thrown lost;
    auto *self = static_cast<ContextCallbacks *>(user);
    run<int>(lost, 0, [&] {
      self->log(level, module, text);
      return 0;
    });
  }
};

struct ConnectionCallbacks {
  static Connection *of(void *user) noexcept { return static_cast<Connection *>(user); }
  static honnin_result HONNIN_CALL transmit(void *user, const std::uint8_t *command, std::size_t size,
                                            std::uint8_t *response, std::size_t cap, std::size_t *len,
                                            std::int32_t timeout_ms) noexcept {
    Thrown lost;
    return run<honnin_result>(lost, HONNIN_READER_FAILED, [&]() -> honnin_result {
      std::vector<std::uint8_t> answer;
      const honnin_result result = of(user)->transmit(ByteView(command, size), answer, timeout_ms);
      if (result != HONNIN_OK) return result;
      if (answer.size() > cap) return HONNIN_READER_FAILED;
      if (!answer.empty()) std::memcpy(response, answer.data(), answer.size());
      *len = answer.size();
      return HONNIN_OK;
    });
  }
  static honnin_result HONNIN_CALL begin(void *user) noexcept {
    Thrown lost;
    return run<honnin_result>(lost, HONNIN_READER_FAILED, [&] { return of(user)->begin(); });
  }
  static honnin_result HONNIN_CALL end(void *user, std::uint32_t disposition) noexcept {
    Thrown lost;
    return run<honnin_result>(lost, HONNIN_READER_FAILED, [&] { return of(user)->end(disposition); });
  }
  static honnin_result HONNIN_CALL wait(void *user, std::uint32_t event, std::int32_t timeout_ms) noexcept {
    Thrown lost;
    return run<honnin_result>(lost, HONNIN_READER_FAILED, [&] { return of(user)->wait(event, timeout_ms); });
  }
  static void HONNIN_CALL cancel(void *user) noexcept {
    Thrown lost;
    run<int>(lost, 0, [&] {
      of(user)->cancel();
      return 0;
    });
  }
  static void HONNIN_CALL close(void *user) noexcept { delete of(user); }
};

}  // namespace detail

// What a card told without a PIN.
class CardDetails {
 public:
  CardDetails(honnin_card_details *details, bool seems_without_pin)
      : details_(details), seems_without_pin_(seems_without_pin) {}
  std::optional<std::string> serial() const { return detail::text_or_none(honnin_card_details_serial(get())); }
  std::optional<std::string> municipality() const {
    return detail::text_or_none(honnin_card_details_municipality(get()));
  }
  std::optional<std::string> expiry() const { return detail::text_or_none(honnin_card_details_expiry(get())); }
  std::uint32_t certificates() const noexcept { return honnin_card_details_certificates(get()); }
  bool seems_without_pin() const noexcept { return seems_without_pin_; }
  const honnin_card_details *get() const noexcept { return details_.get(); }

 private:
  detail::Owned<honnin_card_details, honnin_card_details_free> details_;
  bool seems_without_pin_;
};

// What a program holds while it uses the library.
class Context {
 public:
  // Fails only on a library of an interface that this header does not fit (HONNIN_ABI_FITS), or on options that no
  // library takes.
  static Outcome<Context> create(ContextOptions options = {}) {
    honnin_error error = detail::no_error();
    const std::uint32_t library = honnin_abi_version();
    if (!HONNIN_ABI_FITS(library)) {
      error.code = HONNIN_NOT_SUPPORTED;
      return detail::give(error.code, error, Context());
    }
    Context made;
    made.callbacks_ = std::make_unique<detail::ContextCallbacks>();
    made.callbacks_->log = std::move(options.log);
    honnin_context_options given = HONNIN_CONTEXT_OPTIONS_INIT;
    given.permit_my_number = options.permit_my_number ? 1 : 0;
    given.my_number_purpose = options.my_number_purpose.empty() ? nullptr : options.my_number_purpose.c_str();
    given.no_pcsc = options.no_pcsc ? 1 : 0;
    given.log_level = options.log_level;
    if (made.callbacks_->log) {
      given.log = detail::ContextCallbacks::write;
      given.log_user = made.callbacks_.get();
    }
    honnin_context *context = nullptr;
    const honnin_result result = honnin_context_new(&given, &context, &error);
    made.context_.reset(context);
    return detail::give(result, error, std::move(made));
  }
#ifndef HONNIN_NO_EXCEPTIONS
  explicit Context(ContextOptions options) : Context(create(std::move(options))) {}
#endif

  void cancel() { (void)!honnin_context_cancel(get()); }
  void resume() { (void)!honnin_context_resume(get()); }

  // Adds the reader of a virtual card, and gives its name.
  Outcome<std::string> add(VirtualCard &card) {
    honnin_error error = detail::no_error();
    const char *name = nullptr;
    const honnin_result result = honnin_context_add_virtual_card(get(), card.get(), &name, &error);
    return detail::give(result, error, detail::text_or_empty(name));
  }

  Outcome<std::vector<Reader>> readers() {
    honnin_error error = detail::no_error();
    honnin_reader_list *made = nullptr;
    const honnin_result result = honnin_reader_list_new(get(), &made, &error);
    return detail::give(result, error, listed(made));
  }

  Outcome<std::vector<Reader>> wait(std::uint32_t event = HONNIN_EVENT_CARD_IN, std::int32_t timeout_ms = 0,
                                    const char *reader = nullptr) {
    honnin_error error = detail::no_error();
    honnin_wait_options options = HONNIN_WAIT_OPTIONS_INIT;
    options.event = event;
    options.timeout_ms = timeout_ms;
    options.reader = reader;
    honnin_reader_list *made = nullptr;
    const honnin_result result = honnin_reader_wait(get(), &options, &made, &error);
    return detail::give(result, error, listed(made));
  }

  // Opens the card in that reader; without a name, the only card that there is.
  inline Outcome<Card> open(const char *reader = nullptr, OpenOptions options = {});
  inline Outcome<Card> open(std::unique_ptr<Connection> connection, OpenOptions options = {});

  honnin_context *get() const noexcept { return context_.get(); }

 private:
  Context() = default;
  static std::vector<Reader> listed(honnin_reader_list *made) {
    const detail::Owned<honnin_reader_list, honnin_reader_list_free> list(made);
    std::vector<Reader> all;
    for (std::size_t index = 0; index < honnin_reader_list_size(made); index++) {
      all.push_back({detail::text_or_empty(honnin_reader_list_name(made, index)),
                     honnin_reader_list_state(made, index)});
    }
    return all;
  }

  // The context goes first: then nobody calls back any more.
  std::unique_ptr<detail::ContextCallbacks> callbacks_;
  detail::Owned<honnin_context, honnin_context_free> context_;
};

// An open card. Destroying it closes it, and nothing stays verified.
class Card {
 public:
  std::uint32_t kind() const noexcept { return honnin_card_kind(get()); }
  bool is_virtual() const noexcept { return honnin_card_is_virtual(get()) != 0; }
  std::string reader() const { return detail::text_or_empty(honnin_card_reader(get())); }
  std::uint32_t exchanges() const noexcept { return honnin_card_exchanges(get()); }
  void cancel() { (void)!honnin_card_cancel(get()); }
  void close() noexcept { card_.reset(); }

  Outcome<CardDetails> details(std::uint32_t what = 0) {
    honnin_error error = detail::no_error();
    honnin_card_details *made = nullptr;
    const honnin_result result = honnin_card_details_read(get(), what, &made, &error);
    return give(made != nullptr ? HONNIN_OK : result, error,
                CardDetails(made, result == HONNIN_CARD_WITHOUT_PIN));
  }

  // -1: verified, all are left.
  Outcome<int> pin_tries(std::uint32_t pin) {
    honnin_error error = detail::no_error();
    std::int32_t left = -1;
    const honnin_result result = honnin_pin_tries(get(), pin, &left, &error);
    return give(result, error, static_cast<int>(left));
  }
  Outcome<void> pin_verify(std::uint32_t pin, std::string_view value, const honnin_pin_options *options = nullptr) {
    honnin_error error = detail::no_error();
    const char *data = value.data() == nullptr ? "" : value.data();
    return finish(honnin_pin_verify(get(), pin, data, value.size(), options, &error), error);
  }
  // Has a PIN of 4 digits typed on the reader's pad if it has one; else asks the PIN callback of the open options.
  Outcome<void> pin_verify(std::uint32_t pin, const honnin_pin_options *options = nullptr) {
    honnin_error error = detail::no_error();
    return finish(honnin_pin_verify(get(), pin, nullptr, 0, options, &error), error);
  }
  Outcome<void> pin_change(std::uint32_t pin, std::string_view old, std::string_view new_value,
                           const honnin_pin_options *options = nullptr) {
    honnin_error error = detail::no_error();
    return finish(honnin_pin_change(get(), pin, old.data(), old.size(), new_value.data(), new_value.size(), options,
                                    &error),
                  error);
  }
  Outcome<void> pin_forget() {
    honnin_error error = detail::no_error();
    return finish(honnin_pin_forget(get(), &error), error);
  }

  Outcome<Certificate> certificate(std::uint32_t kind = HONNIN_CERTIFICATE_KIND_SIGNING) {
    honnin_error error = detail::no_error();
    honnin_certificate *made = nullptr;
    const honnin_result result = honnin_certificate_read(get(), kind, &made, &error);
    return give(result, error, Certificate(made));
  }
  Outcome<Buffer> sign(std::uint32_t key, std::uint32_t hash, ByteView data) {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_sign(get(), key, hash, data.data(), data.size(), &made, &error);
    return give(result, error, Buffer(made));
  }
  Outcome<Buffer> sign_digest(std::uint32_t key, std::uint32_t hash, ByteView digest) {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_sign_digest(get(), key, hash, digest.data(), digest.size(), &made, &error);
    return give(result, error, Buffer(made));
  }
  // Where a time-stamp was required and could not be had, the finished signature goes to *without_timestamp.
  Outcome<Buffer> cms_sign(std::uint32_t key, ByteView content, const honnin_cms_options *options = nullptr,
                           Buffer *without_timestamp = nullptr) {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_cms_sign(get(), key, content.data(), content.size(), options, &made, &error);
    return signed_document(result, error, made, without_timestamp);
  }
  // Detached, in constant memory. `read` fills the buffer and says how much it gave; 0 is the end.
  Outcome<Buffer> cms_sign_stream(std::uint32_t key, ReadFunction read, const honnin_cms_options *options = nullptr,
                                  Buffer *without_timestamp = nullptr) {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    detail::Stream stream{{}, std::move(read)};
    const honnin_result result =
        honnin_cms_sign_stream(get(), key, detail::Stream::call, &stream, options, &made, &error);
    if (stream.exception) callbacks_->exception = std::exchange(stream.exception, nullptr);
    return signed_document(result, error, made, without_timestamp);
  }
  // `content` is what the others signed, if it is outside.
  Outcome<Buffer> cms_sign_add(std::uint32_t key, ByteView cms, std::optional<ByteView> content = std::nullopt,
                               const honnin_cms_options *options = nullptr, Buffer *without_timestamp = nullptr) {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result =
        honnin_cms_sign_add(get(), key, cms.data(), cms.size(), detail::data_of(content), detail::size_of(content),
                            options, &made, &error);
    return signed_document(result, error, made, without_timestamp);
  }
  Outcome<Buffer> pdf_sign(ByteView pdf, const honnin_pdf_options *options = nullptr,
                           Buffer *without_timestamp = nullptr) {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_pdf_sign(get(), pdf.data(), pdf.size(), options, &made, &error);
    return signed_document(result, error, made, without_timestamp);
  }
  // With `integrity` the findings about the record are put there.
  Outcome<Holder> text(std::optional<Report> *integrity = nullptr) {
    return record(honnin_text_read, integrity);
  }
  Outcome<Holder> age(std::optional<Report> *integrity = nullptr) { return record(honnin_age_read, integrity); }
  Outcome<Face> face() {
    honnin_error error = detail::no_error();
    honnin_face *made = nullptr;
    const honnin_result result = honnin_face_read(get(), &made, &error);
    return give(result, error, Face(made));
  }
  Outcome<Buffer> my_number() {
    honnin_error error = detail::no_error();
    honnin_buffer *made = nullptr;
    const honnin_result result = honnin_my_number_read(get(), &made, &error);
    return give(result, error, Buffer(made));
  }
  Outcome<Report> genuine(const Trust *trust = nullptr) {
    honnin_error error = detail::no_error();
    honnin_report *made = nullptr;
    const honnin_result result =
        honnin_genuine_check(get(), trust == nullptr ? nullptr : trust->get(), &made, &error);
    return give(made != nullptr ? HONNIN_OK : result, error, Report(made));
  }

  honnin_card *get() const noexcept { return card_.get(); }

 private:
  friend class Context;
  using ReadRecord = honnin_result(HONNIN_CALL *)(honnin_card *, honnin_holder **, honnin_report **, honnin_error *);
  Outcome<Holder> record(ReadRecord read, std::optional<Report> *integrity) {
    honnin_error error = detail::no_error();
    honnin_holder *made = nullptr;
    honnin_report *report = nullptr;
    const honnin_result result = read(get(), &made, integrity == nullptr ? nullptr : &report, &error);
    if (integrity != nullptr) {
      integrity->reset();
      if (report != nullptr) integrity->emplace(report);
    }
    return give(result, error, Holder(made));
  }
  Card() : callbacks_(std::make_unique<detail::CardCallbacks>()) {}
  honnin_open_options prepare(OpenOptions options) {
    honnin_open_options given = HONNIN_OPEN_OPTIONS_INIT;
    given.timeout_ms = options.timeout_ms;
    given.exclusive = options.exclusive ? 1 : 0;
    given.extended_length = options.extended_length;
    given.grace_ms = options.grace_ms;
    given.secure_messaging = options.secure_messaging ? 1 : 0;
    callbacks_->pin = std::move(options.pin);
    callbacks_->progress = std::move(options.progress);
    if (callbacks_->pin) given.pin = detail::CardCallbacks::ask;
    if (callbacks_->progress) given.progress = detail::CardCallbacks::hear;
    given.pin_user = given.progress_user = callbacks_.get();
    return given;
  }
  Outcome<void> finish(honnin_result result, const honnin_error &error) {
    return detail::finish(result, error, callbacks_.get());
  }
  Outcome<Buffer> signed_document(honnin_result result, const honnin_error &error, honnin_buffer *made,
                                  Buffer *without_timestamp) {
    Buffer document(made);
    if (result != HONNIN_OK && without_timestamp != nullptr) *without_timestamp = std::move(document);
    return give(result, error, std::move(document));
  }
  template <class T>
  Outcome<T> give(honnin_result result, const honnin_error &error, T value) {
    return detail::give(result, error, std::move(value), callbacks_.get());
  }

  // The card goes first: then nobody calls back any more.
  std::unique_ptr<detail::CardCallbacks> callbacks_;
  detail::Owned<honnin_card, honnin_card_close> card_;
};

inline Outcome<Card> Context::open(const char *reader, OpenOptions options) {
  honnin_error error = detail::no_error();
  Card made;
  const honnin_open_options given = made.prepare(std::move(options));
  honnin_card *card = nullptr;
  const honnin_result result = honnin_reader_open(get(), reader, &given, &card, &error);
  made.card_.reset(card);
  detail::Thrown *thrown = made.callbacks_.get();
  return detail::give(result, error, std::move(made), thrown);
}

inline Outcome<Card> Context::open(std::unique_ptr<Connection> connection, OpenOptions options) {
  using Calls = detail::ConnectionCallbacks;
  honnin_error error = detail::no_error();
  Card made;
  const honnin_open_options given = made.prepare(std::move(options));
  honnin_connection table = HONNIN_CONNECTION_INIT;
  table.max_response = connection ? connection->max_response() : 0;
  table.transmit = connection ? Calls::transmit : nullptr;
  table.begin = Calls::begin;
  table.end = Calls::end;
  table.wait = Calls::wait;
  table.cancel = Calls::cancel;
  table.close = Calls::close;
  honnin_card *card = nullptr;
  const honnin_result result =
      honnin_card_open_connection(get(), &table, connection.get(), &given, &card, &error);
  const bool refused = result == HONNIN_INVALID_ARGUMENT || result == HONNIN_UNSUPPORTED_OPTION ||
                       result == HONNIN_NOT_SUPPORTED || result == HONNIN_BAD_STATE;
  // Once it was accepted, the library closes it, which destroys it.
  if (!refused) (void)connection.release();
  made.card_.reset(card);
  detail::Thrown *thrown = made.callbacks_.get();
  return detail::give(result, error, std::move(made), thrown);
}

// Checks the form of a PIN. Nothing is sent; no card is needed.
inline Outcome<void> pin_check(std::uint32_t pin, std::string_view value,
                               const honnin_pin_options *options = nullptr) {
  honnin_error error = detail::no_error();
  const char *data = value.data() == nullptr ? "" : value.data();
  return detail::finish(honnin_pin_check(pin, data, value.size(), options, &error), error);
}

// Converts a text for a console or display; `replaced` counts what could not be converted.
inline Outcome<Buffer> text_convert(const std::string &utf8, std::uint32_t encoding,
                                    std::uint32_t *replaced = nullptr) {
  honnin_error error = detail::no_error();
  honnin_buffer *made = nullptr;
  const honnin_result result = honnin_text_convert(utf8.c_str(), encoding, &made, replaced, &error);
  return detail::give(result, error, Buffer(made));
}

}  // namespace honnin

#endif  // HONNIN_HPP
