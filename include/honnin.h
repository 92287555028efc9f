/*
 * honnin.h - who stands at the counter, by their My Number Card. Interface version 1.
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * Made from src/capi; do not edit. C99 and later, C++11 and later. For C++17 there is honnin.hpp.
 *
 * The conventions, which every function keeps:
 *
 * Names       honnin_<noun>_<verb>. new and free are about memory, open and close about a session. Arguments come in
 *             this order: the object, inputs, options (may be NULL), outputs, honnin_error *err (may be NULL).
 * Results     Functions that can fail return honnin_result: HONNIN_OK is 0, all others are positive, and must not be
 *             ignored. A function whose purpose is a report returns the result of the report, and *out is set whenever
 *             a report was made. Outputs are first set to NULL, 0 or, for counts of tries, -1. free and close take
 *             NULL, never fail, and may come in any order. A code that this header does not have is never a pass.
 * Handles     honnin_context * and honnin_card * are numbers in a table: use after close is HONNIN_BAD_STATE, a second
 *             close does nothing. All other objects are memory: they must not be used after free.
 * Ownership   What a function gives through a pointer to a pointer is the caller's, to be freed by the function of its
 *             type. Texts that are returned are borrowed: they live as long as the object they come from. What is
 *             passed in is copied or used during the call only; user pointers of callbacks live as long as those.
 * Texts       UTF-8 with a NUL at the end, in and out. PINs and data have a pointer and a length.
 * Structs     Set struct_size (HONNIN_..._INIT does). A shorter struct of an older header is filled with zeros, and zero
 *             always is the default; a longer one in which something unknown is set is HONNIN_UNSUPPORTED_OPTION. A
 *             struct that is written is written as far as its size goes. A struct_size outside 4 to 4096 is
 *             HONNIN_INVALID_ARGUMENT, and nothing is written.
 * Times       timeout_ms: 0 is 30 seconds, HONNIN_FOREVER, HONNIN_POLL (1), or milliseconds. Moments: seconds since
 *             1970-01-01T00:00:00Z, 0 is now. Dates: "YYYY-MM-DD", unknown parts 00.
 * Which error Arguments (NULL, enumerations, sizes); NOT_SUPPORTED, NOT_PERMITTED; form (PIN_FORMAT, ..._MALFORMED);
 * wins        BAD_STATE; CANCELLED; the reader; the card; the PIN. The first four send nothing to the card.
 * Threads     Any function from any thread. Calls on one card are served one after the other, different cards at the same
 *             time. A cancel ends everything that runs then, even if a resume follows. Once a PIN was sent its result is
 *             returned, never HONNIN_CANCELLED.
 * Callbacks   Come on the calling thread (log lines and cancel: on any), with their user pointer first. They must not
 *             throw or jump out, and may not use the same card: HONNIN_BAD_STATE. Two callbacks may not each use the
 *             other's card: both would wait. A close in a callback, of any card, waits for nothing: what runs on the card
 *             is cancelled (but not what called back), and the close takes effect when it ends.
 *
 * The verified session: honnin_reader_open selects the JPKI application and reads its label. honnin_pin_verify makes the
 * session the only one on the card. What is verified is the library's own record: a card that another program left
 * verified does not sign for this one (HONNIN_PIN_REQUIRED, nothing is sent). While a PIN is verified, a call that needs
 * another application is HONNIN_BAD_STATE (nothing is sent): honnin_pin_forget first.
 *
 *   function                                             application   PIN
 *   honnin_certificate_read SIGNING                      JPKI          SIGNING
 *   honnin_certificate_read, others                      JPKI          none (on an Android phone AUTHENTICATION)
 *   honnin_sign..., honnin_cms_sign..., honnin_pdf_sign  JPKI          that of the key
 *   honnin_text_read                                     text          TEXT or TEXT_CODE_B
 *   honnin_my_number_read                                text          TEXT or TEXT_CODE_A, and the context's permit
 *   honnin_age_read                                      face          FACE_BIRTH_DATE
 *   honnin_face_read                                     face          FACE_CODE_B or FACE_CODE_A
 *   honnin_card_details_read CERTIFICATES                JPKI          none
 *   honnin_card_details_read, others                     common        none
 *
 * READER_..., CARD_..., CANCELLED, the 9xx results, PIN_OUTCOME_UNKNOWN and SIGNATURE_NOT_BY_CERTIFICATE end the verified
 * session; other results do not. honnin_card_close always does.
 */

#ifndef HONNIN_H
#define HONNIN_H

#include <stddef.h>
#include <stdint.h>

/* The calling convention of every function and callback. */
#ifndef HONNIN_CALL
#  if defined(_WIN32)
#    define HONNIN_CALL __cdecl
#  else
#    define HONNIN_CALL
#  endif
#endif

/* The result must be looked at. */
#ifndef HONNIN_MUST_USE
#  if defined(__GNUC__) || defined(__clang__)
#    define HONNIN_MUST_USE __attribute__((warn_unused_result))
#  elif defined(_MSC_VER)
#    define HONNIN_MUST_USE _Check_return_
#  else
#    define HONNIN_MUST_USE
#  endif
#endif

/* The interface that this header describes, as honnin_abi_version gives it. */
#define HONNIN_ABI_VERSION 0x00000001u

/* Whether a program that was compiled with this header works with the library whose honnin_abi_version is `library`: before
 * 1.0 with the same version only, afterwards with the same or a later one of the same major version. On Linux the loader
 * compares too. Windows does not, so ask once at the start; honnin.hpp asks in Context. */
#define HONNIN_ABI_FITS(library) \
  (((library) >> 16) == (HONNIN_ABI_VERSION >> 16) && \
   ((HONNIN_ABI_VERSION >> 16) == 0u ? (library) == HONNIN_ABI_VERSION : (library) >= HONNIN_ABI_VERSION))

/**
 * The operation has finished.
 */
#define HONNIN_OK 0

/**
 * Null, bad enumeration, bad size, bad UTF-8.
 */
#define HONNIN_INVALID_ARGUMENT 100

/**
 * An option structure from a newer header sets what this library does not know.
 */
#define HONNIN_UNSUPPORTED_OPTION 101

/**
 * The handle is closed, poisoned or re-entered, or another PIN's session is still open.
 */
#define HONNIN_BAD_STATE 102

/**
 * This reader, card or build cannot.
 */
#define HONNIN_NOT_SUPPORTED 103

/**
 * The program has not been permitted to (個人番号 and everything that reveals it).
 */
#define HONNIN_NOT_PERMITTED 104

/**
 * Stopped on request.
 */
#define HONNIN_CANCELLED 105

/**
 * No such reader, item or file.
 */
#define HONNIN_NOT_FOUND 106

/**
 * A file or stream of the caller failed.
 */
#define HONNIN_IO_ERROR 107

/**
 * The system time lies before the build date.
 */
#define HONNIN_CLOCK_IMPLAUSIBLE 108

/**
 * A wait that is not for a card ended.
 */
#define HONNIN_TIMEOUT 109

/**
 * No PC/SC library, service stopped, protocol mismatch or access refused: the reason says which.
 */
#define HONNIN_READER_SERVICE_UNAVAILABLE 200

/**
 * No reader is connected, or none of that name.
 */
#define HONNIN_READER_NOT_FOUND 201

/**
 * Another program holds the card until the deadline.
 */
#define HONNIN_READER_BUSY 202

/**
 * The reader was unplugged.
 */
#define HONNIN_READER_REMOVED 203

/**
 * The reader answers with an error of its own.
 */
#define HONNIN_READER_FAILED 204

/**
 * No card before the deadline.
 */
#define HONNIN_CARD_ABSENT 300

/**
 * The card left during an operation; no PIN was in flight.
 */
#define HONNIN_CARD_REMOVED 301

/**
 * Contact errors.
 */
#define HONNIN_CARD_UNSTABLE 302

/**
 * Reset by someone else while verified: start again.
 */
#define HONNIN_CARD_RESET 303

/**
 * Not a My Number Card.
 */
#define HONNIN_CARD_UNSUPPORTED 304

/**
 * Cards in more than one reader.
 */
#define HONNIN_CARD_AMBIGUOUS 305

/**
 * Another card came back.
 */
#define HONNIN_CARD_CHANGED 306

/**
 * A status word or data the card must not give: malformed, too long, looping.
 */
#define HONNIN_CARD_RESPONSE 307

/**
 * Proved wrong: record signature, certificate or challenge fails.
 */
#define HONNIN_CARD_NOT_GENUINE 308

/**
 * Sensed, but no answer to reset.
 */
#define HONNIN_CARD_MUTE 309

/**
 * The card's own date has passed, as the chip states it (not signed).
 */
#define HONNIN_CARD_EXPIRED 310

/**
 * Seems to have been issued without passwords (顔認証 card).
 */
#define HONNIN_CARD_WITHOUT_PIN 311

/**
 * This application is not on this card or phone.
 */
#define HONNIN_CARD_FEATURE_ABSENT 312

/**
 * The issuer's key is not known to this version: nothing was proved either way.
 */
#define HONNIN_CARD_ISSUER_UNKNOWN 313

/**
 * Certificate, text and face read in one session disagree.
 */
#define HONNIN_CARD_RECORDS_DIFFER 314

/**
 * The form is wrong; refused before anything was sent.
 */
#define HONNIN_PIN_FORMAT 400

/**
 * The card says the PIN is wrong.
 */
#define HONNIN_PIN_INCORRECT 401

/**
 * No more tries are left than the caller wants kept; nothing was sent.
 */
#define HONNIN_PIN_LAST_TRY 402

/**
 * The PIN is locked.
 */
#define HONNIN_PIN_LOCKED 403

/**
 * The operation needs a PIN that is not verified.
 */
#define HONNIN_PIN_REQUIRED 404

/**
 * Contact was lost while the PIN was in flight.
 */
#define HONNIN_PIN_OUTCOME_UNKNOWN 405

/**
 * Entry (callback or PIN pad) was not finished; nothing was sent.
 */
#define HONNIN_PIN_ENTRY_TIMEOUT 406

/**
 * The same wrong value again in this session: answered locally, no try spent.
 */
#define HONNIN_PIN_REPEATED 407

/**
 * No such certificate on this card.
 */
#define HONNIN_CERTIFICATE_ABSENT 500

/**
 * The certificate has expired.
 */
#define HONNIN_CERTIFICATE_EXPIRED 501

/**
 * The certificate is not valid yet.
 */
#define HONNIN_CERTIFICATE_NOT_YET_VALID 502

/**
 * The certificate has been revoked.
 */
#define HONNIN_CERTIFICATE_REVOKED 503

/**
 * The certificate is on hold.
 */
#define HONNIN_CERTIFICATE_ON_HOLD 504

/**
 * Nothing was given to check revocation with.
 */
#define HONNIN_CERTIFICATE_STATUS_NOT_CHECKED 505

/**
 * What was given does not cover this certificate.
 */
#define HONNIN_CERTIFICATE_STATUS_UNKNOWN 506

/**
 * No trusted anchor signed it.
 */
#define HONNIN_CERTIFICATE_UNTRUSTED 507

/**
 * Chains to the test hierarchy or to a virtual card.
 */
#define HONNIN_CERTIFICATE_TEST 508

/**
 * Key usage, policy or constraints do not fit.
 */
#define HONNIN_CERTIFICATE_UNSUITABLE 509

/**
 * Not a certificate that can be read.
 */
#define HONNIN_CERTIFICATE_MALFORMED 510

/**
 * The status given is too old for the moment asked about.
 */
#define HONNIN_CERTIFICATE_STATUS_STALE 511

/**
 * Unauthorised responder, wrong issuer, or a bad signature on the status.
 */
#define HONNIN_CERTIFICATE_STATUS_UNTRUSTED 512

/**
 * The mathematics fail.
 */
#define HONNIN_SIGNATURE_INVALID 600

/**
 * Not a signature that can be read.
 */
#define HONNIN_SIGNATURE_MALFORMED 601

/**
 * Nothing signed, no signer.
 */
#define HONNIN_SIGNATURE_MISSING 602

/**
 * The digest of the content differs.
 */
#define HONNIN_CONTENT_MISMATCH 603

/**
 * Not wholly covered by the signature, or changed later.
 */
#define HONNIN_CONTENT_CHANGED_AFTER_SIGNING 604

/**
 * SHA-1, MD5, small exponents, short keys.
 */
#define HONNIN_ALGORITHM_NOT_ALLOWED 605

/**
 * The card's signature does not fit the certificate just read; nothing is handed out.
 */
#define HONNIN_SIGNATURE_NOT_BY_CERTIFICATE 606

/**
 * The time-stamp is missing, wrong or not for this signature.
 */
#define HONNIN_TIMESTAMP_INVALID 607

/**
 * Signed attributes missing, doubled or wrong.
 */
#define HONNIN_ATTRIBUTES_INVALID 608

/**
 * The names differ.
 */
#define HONNIN_NAME_MISMATCH 700

/**
 * The addresses differ.
 */
#define HONNIN_ADDRESS_MISMATCH 701

/**
 * The birth dates differ.
 */
#define HONNIN_BIRTH_DATE_MISMATCH 702

/**
 * The sexes differ.
 */
#define HONNIN_SEX_MISMATCH 703

/**
 * A person must look.
 */
#define HONNIN_COMPARISON_UNDECIDED 704

/**
 * Not old enough on that day.
 */
#define HONNIN_AGE_NOT_MET 705

/**
 * The birth date on the card is incomplete.
 */
#define HONNIN_AGE_UNDECIDED 706

/**
 * No common script, or no such field.
 */
#define HONNIN_NOT_COMPARABLE 707

/**
 * A fault of the library.
 */
#define HONNIN_INTERNAL 900

/**
 * A panic in the library, caught at its boundary.
 */
#define HONNIN_INTERNAL_PANIC 901

/**
 * Memory ran out.
 */
#define HONNIN_OUT_OF_MEMORY 902

/**
 * Doing the same again may work.
 */
#define HONNIN_TRAIT_RETRY 1

/**
 * The person with the card can do something about it.
 */
#define HONNIN_TRAIT_CARDHOLDER_ACTS 2

/**
 * The staff, or whoever runs the machine, can do something about it.
 */
#define HONNIN_TRAIT_STAFF_ACTS 4

/**
 * Only the municipal office helps.
 */
#define HONNIN_TRAIT_OFFICE 8

/**
 * Offer another way of identification.
 */
#define HONNIN_TRAIT_FALLBACK 16

/**
 * Never to be shown or counted as a pass.
 */
#define HONNIN_TRAIT_NOT_A_PASS 32

/**
 * For readers into which the card is inserted.
 */
#define HONNIN_TAG_CONTACT 1

/**
 * For readers to which the card is held.
 */
#define HONNIN_TAG_CONTACTLESS 2

/**
 * For the plastic card.
 */
#define HONNIN_TAG_PLASTIC 4

/**
 * For a phone that is the reader. No error shows this: the program offers it.
 */
#define HONNIN_TAG_PHONE_AS_READER 8

/**
 * For a phone that is the card.
 */
#define HONNIN_TAG_PHONE_AS_CARD 16

/**
 * About the signing password (署名用パスワード).
 */
#define HONNIN_TAG_PIN_SIGNING 32

/**
 * About the PIN for authentication (利用者証明用暗証番号).
 */
#define HONNIN_TAG_PIN_AUTHENTICATION 64

/**
 * About the other 4-digit PINs.
 */
#define HONNIN_TAG_PIN_OTHER 128

/**
 * About numbers printed on the card: 照合番号A and B, 生年月日.
 */
#define HONNIN_TAG_PIN_PRINTED 256

/**
 * Sends the person to the municipal office.
 */
#define HONNIN_TAG_OFFICE 512

/**
 * Offers another way of identification. Only where the program has one: the program offers it.
 */
#define HONNIN_TAG_OTHER_WAY 1024

/**
 * For a business that serves only under the registered name: the program offers it.
 */
#define HONNIN_TAG_NAME_MUST_MATCH 2048

/**
 * The signing key.
 */
#define HONNIN_KEY_KIND_SIGNING 1

/**
 * The authentication key.
 */
#define HONNIN_KEY_KIND_AUTHENTICATION 2

/**
 * SHA-256, 32 bytes.
 */
#define HONNIN_HASH_SHA256 1

/**
 * SHA-384, 48 bytes.
 */
#define HONNIN_HASH_SHA384 2

/**
 * SHA-512, 64 bytes.
 */
#define HONNIN_HASH_SHA512 3

/**
 * DER, byte for byte as it was read.
 */
#define HONNIN_FORMAT_DER 1

/**
 * PEM, which is text.
 */
#define HONNIN_FORMAT_PEM 2

/**
 * 男
 */
#define HONNIN_SEX_MALE 1

/**
 * 女
 */
#define HONNIN_SEX_FEMALE 2

/**
 * Not stated, or not known.
 */
#define HONNIN_SEX_UNKNOWN 9

/**
 * The attributes come from the signing certificate.
 */
#define HONNIN_HOLDER_SOURCE_CERTIFICATE 1

/**
 * The attributes come from the text application.
 */
#define HONNIN_HOLDER_SOURCE_TEXT 2

/**
 * The attributes come from the face application.
 */
#define HONNIN_HOLDER_SOURCE_FACE 3

/**
 * The birth date comes from the age record of the face application.
 */
#define HONNIN_HOLDER_SOURCE_AGE 4

/**
 * Waives the finding REVOCATION. An answer that says revoked or on hold still counts.
 */
#define HONNIN_WAIVE_REVOCATION 1

/**
 * Waives the finding TEST_CARD.
 */
#define HONNIN_WAIVE_TEST_CARD 2

/**
 * Waives the finding TIMESTAMP. A time-stamp that is wrong in itself still counts.
 */
#define HONNIN_WAIVE_TIMESTAMP 4

/**
 * Waives the finding ATTRIBUTES of a signature without any signing-certificate attribute. Any
 * other fault of the attributes still counts.
 */
#define HONNIN_WAIVE_SIGNING_CERTIFICATE 8

/**
 * What may pass as equivalent unless the program says otherwise: differences of spelling.
 */
#define HONNIN_DIFFERENCES_SPELLING 4095

/**
 * Everything that a program can accept. The other kinds say why two entries differ, or why nobody can tell.
 */
#define HONNIN_DIFFERENCES_ACCEPTABLE 2097151

/**
 * As a `timeout_ms`: do not wait, look once.
 */
#define HONNIN_POLL 1

/**
 * As a `timeout_ms`: wait until it happens or is cancelled.
 */
#define HONNIN_FOREVER -1

/**
 * Nothing is logged.
 */
#define HONNIN_LOG_NONE 0

/**
 * Failures.
 */
#define HONNIN_LOG_ERROR 1

/**
 * What is odd, and was coped with.
 */
#define HONNIN_LOG_WARN 2

/**
 * The operations, one line each.
 */
#define HONNIN_LOG_INFO 3

/**
 * Every command and status word. Never data.
 */
#define HONNIN_LOG_DEBUG 4

/**
 * Everything.
 */
#define HONNIN_LOG_TRACE 5

/**
 * A stage of progress: finding out what may be done, without a PIN.
 */
#define HONNIN_STAGE_CHECKING 1

/**
 * A stage of progress: presenting a PIN.
 */
#define HONNIN_STAGE_VERIFYING 2

/**
 * A stage of progress: reading; `done` and `total` count bytes.
 */
#define HONNIN_STAGE_READING 3

/**
 * A stage of progress: the card computes a signature.
 */
#define HONNIN_STAGE_SIGNING 4

/**
 * A stage of progress: the person types the PIN on the reader's own pad. Show them that it is waiting.
 */
#define HONNIN_STAGE_ENTERING 7

/**
 * A stage of progress: reading the content that is to be signed, before the card is asked; `done` counts MiB, `total` is 0.
 */
#define HONNIN_STAGE_HASHING 5

/**
 * A stage of progress: a time-stamping authority is asked. The card is not needed any more.
 */
#define HONNIN_STAGE_TIMESTAMPING 6

/**
 * Wait until a card is there.
 */
#define HONNIN_EVENT_CARD_IN 1

/**
 * Wait until no card is there any more.
 */
#define HONNIN_EVENT_CARD_OUT 2

/**
 * Wait until a card or a reader comes or goes.
 */
#define HONNIN_EVENT_CHANGE 3

/**
 * A card is in or on the reader, though perhaps a mute one.
 */
#define HONNIN_READER_STATE_CARD_PRESENT 1

/**
 * Some program is connected to the card.
 */
#define HONNIN_READER_STATE_IN_USE 2

/**
 * Some program has the card for itself.
 */
#define HONNIN_READER_STATE_EXCLUSIVE 4

/**
 * The card does not answer to reset.
 */
#define HONNIN_READER_STATE_MUTE 8

/**
 * Cards are inserted into this reader.
 */
#define HONNIN_READER_STATE_CONTACT 16

/**
 * Cards are held to this reader.
 */
#define HONNIN_READER_STATE_CONTACTLESS 32

/**
 * The card is in software.
 */
#define HONNIN_READER_STATE_VIRTUAL 64

/**
 * What `begin`, `end` leave behind: the card stays as it is.
 */
#define HONNIN_DISPOSITION_LEAVE 0

/**
 * The card is to be reset.
 */
#define HONNIN_DISPOSITION_RESET 1

/**
 * The card is to lose its power.
 */
#define HONNIN_DISPOSITION_UNPOWER 2

/**
 * Extended-length APDUs if the reader says it can, or if the first long read succeeds.
 */
#define HONNIN_EXTENDED_LENGTH_AUTO 0

/**
 * Never extended-length APDUs.
 */
#define HONNIN_EXTENDED_LENGTH_NEVER 1

/**
 * Extended-length APDUs without asking the reader.
 */
#define HONNIN_EXTENDED_LENGTH_ALWAYS 2

/**
 * The card's own expiry.
 */
#define HONNIN_DETAIL_EXPIRY 1

/**
 * Which certificates the card has.
 */
#define HONNIN_DETAIL_CERTIFICATES 2

/**
 * The serial number, which points at a person.
 */
#define HONNIN_DETAIL_SERIAL 4

/**
 * The municipality's code, which points at a person.
 */
#define HONNIN_DETAIL_MUNICIPALITY 8

/**
 * The card has a signing certificate.
 */
#define HONNIN_CARD_CERTIFICATE_SIGNING 1

/**
 * The card has an authentication certificate.
 */
#define HONNIN_CARD_CERTIFICATE_AUTHENTICATION 2

/**
 * Whether the card has a signing certificate was not asked or not told.
 */
#define HONNIN_CARD_CERTIFICATE_SIGNING_UNKNOWN 4

/**
 * Whether the card has an authentication certificate was not asked or not told.
 */
#define HONNIN_CARD_CERTIFICATE_AUTHENTICATION_UNKNOWN 8

/**
 * The production CAs of JPKI.
 */
#define HONNIN_TRUST_ROOTS_PRODUCTION 1

/**
 * The production CAs and those of test cards.
 */
#define HONNIN_TRUST_ROOTS_PRODUCTION_AND_TEST 2

/**
 * Nobody: only what is added.
 */
#define HONNIN_TRUST_ROOTS_NONE 3

/**
 * A CA certificate to trust, DER or PEM. It does not vouch for time-stamps.
 */
#define HONNIN_TRUST_KIND_ANCHOR 1

/**
 * A CA certificate that leads to an anchor.
 */
#define HONNIN_TRUST_KIND_INTERMEDIATE 2

/**
 * A revocation list.
 */
#define HONNIN_TRUST_KIND_CRL 3

/**
 * An OCSP response.
 */
#define HONNIN_TRUST_KIND_OCSP 4

/**
 * A key of a CA for card-verifiable certificates.
 */
#define HONNIN_TRUST_KIND_CARD_CA_KEY 5

/**
 * A CA certificate to trust for time-stamping authorities, DER or PEM. It does not vouch for
 * persons.
 */
#define HONNIN_TRUST_KIND_TIMESTAMP_ANCHOR 6

/**
 * The rules for certificates on My Number Cards.
 */
#define HONNIN_PROFILE_JPKI 1

/**
 * Any path of RFC 5280.
 */
#define HONNIN_PROFILE_RFC5280 2

/**
 * A person signs a document.
 */
#define HONNIN_PURPOSE_DOCUMENT 1

/**
 * A person proves to be there.
 */
#define HONNIN_PURPOSE_AUTHENTICATION 2

/**
 * Code page 932, as Japanese consoles and displays use it.
 */
#define HONNIN_ENCODING_CP932 1

/**
 * UTF-16 in the byte order of this machine.
 */
#define HONNIN_ENCODING_UTF16 2

/**
 * Of a virtual card: the key of the issuer of cards, beside HONNIN_CERTIFICATE_KIND_….
 */
#define HONNIN_VIRTUAL_CARD_ISSUER 5

/**
 * For honnin_virtual_card_ca: the revocation list of the CA that issues signing certificates. It lists the certificate that
 * the profile calls "revoked".
 */
#define HONNIN_VIRTUAL_CARD_SIGNING_CRL 6

/**
 * For honnin_virtual_card_ca: the revocation list of the CA that issues authentication certificates.
 */
#define HONNIN_VIRTUAL_CARD_AUTHENTICATION_CRL 7

/**
 * The photo.
 */
#define HONNIN_FACE_IMAGE_PHOTO 1

/**
 * The name as printed.
 */
#define HONNIN_FACE_IMAGE_NAME 2

/**
 * The address as printed.
 */
#define HONNIN_FACE_IMAGE_ADDRESS 3

/**
 * The printed code.
 */
#define HONNIN_FACE_IMAGE_CODE 4

/**
 * The image as the card has it.
 */
#define HONNIN_IMAGE_FORMAT_AS_STORED 1

/**
 * The image as PNG.
 */
#define HONNIN_IMAGE_FORMAT_PNG 2

/**
 * What the registered name is written in is found out; it is compared in the script that both sides have.
 */
#define HONNIN_SCRIPT_AUTO 0

/**
 * The registered name is in kanji.
 */
#define HONNIN_SCRIPT_KANJI 1

/**
 * The registered name is in kana.
 */
#define HONNIN_SCRIPT_KANA 2

/**
 * The registered name is in Latin letters.
 */
#define HONNIN_SCRIPT_LATIN 3

/**
 * A report without anything that identifies a person.
 */
#define HONNIN_REPORT_PROFILE_MINIMAL 1

/**
 * A report as evidence.
 */
#define HONNIN_REPORT_PROFILE_EVIDENCE 2

/**
 * 署名用パスワード: 6 to 16 capital letters and digits.
 */
#define HONNIN_PIN_KIND_SIGNING 1

/**
 * 利用者証明用暗証番号: 4 digits.
 */
#define HONNIN_PIN_KIND_AUTHENTICATION 2

/**
 * 券面事項入力補助用暗証番号: 4 digits.
 */
#define HONNIN_PIN_KIND_TEXT 3

/**
 * 照合番号A of the text application: 12 digits, which are the 個人番号.
 */
#define HONNIN_PIN_KIND_TEXT_CODE_A 4

/**
 * 照合番号B of the text application: 14 digits.
 */
#define HONNIN_PIN_KIND_TEXT_CODE_B 5

/**
 * 生年月日 of the face application: 6 digits.
 */
#define HONNIN_PIN_KIND_FACE_BIRTH_DATE 6

/**
 * 照合番号B of the face application: 14 digits.
 */
#define HONNIN_PIN_KIND_FACE_CODE_B 7

/**
 * 照合番号A of the face application: 12 digits, which are the 個人番号.
 */
#define HONNIN_PIN_KIND_FACE_CODE_A 8

/**
 * 住民基本台帳用暗証番号 of the resident application: 4 digits.
 */
#define HONNIN_PIN_KIND_RESIDENT 9

/**
 * 住民基本台帳用暗証番号 of the common application: 4 digits.
 */
#define HONNIN_PIN_KIND_COMMON 10

/**
 * 署名用電子証明書
 */
#define HONNIN_CERTIFICATE_KIND_SIGNING 1

/**
 * 利用者証明用電子証明書
 */
#define HONNIN_CERTIFICATE_KIND_AUTHENTICATION 2

/**
 * The certificate of the CA that issued the signing certificate.
 */
#define HONNIN_CERTIFICATE_KIND_SIGNING_CA 3

/**
 * The certificate of the CA that issued the authentication certificate.
 */
#define HONNIN_CERTIFICATE_KIND_AUTHENTICATION_CA 4

/**
 * The plastic card.
 */
#define HONNIN_CARD_KIND_PLASTIC 1

/**
 * The functions on an Android phone.
 */
#define HONNIN_CARD_KIND_ANDROID 2

/**
 * The functions on an iPhone.
 */
#define HONNIN_CARD_KIND_IPHONE 3

/**
 * A JPKI card with a label that this version does not know.
 */
#define HONNIN_CARD_KIND_OTHER 9

/**
 * The reader does not tell how the card meets it.
 */
#define HONNIN_READER_INTERFACE_UNKNOWN 0

/**
 * The card is inserted.
 */
#define HONNIN_READER_INTERFACE_CONTACT 1

/**
 * The card is held to the reader.
 */
#define HONNIN_READER_INTERFACE_CONTACTLESS 2

/**
 * READER_SERVICE_UNAVAILABLE: the PC/SC library is not installed.
 */
#define HONNIN_REASON_LIBRARY_ABSENT 1

/**
 * READER_SERVICE_UNAVAILABLE: the service does not run.
 */
#define HONNIN_REASON_SERVICE_STOPPED 2

/**
 * READER_SERVICE_UNAVAILABLE: library and service are of different versions.
 */
#define HONNIN_REASON_PROTOCOL_MISMATCH 3

/**
 * READER_SERVICE_UNAVAILABLE: this user may not talk to the service.
 */
#define HONNIN_REASON_ACCESS_REFUSED 4

/**
 * CARD_UNSUPPORTED: a driver's licence.
 */
#define HONNIN_REASON_DRIVING_LICENCE 10

/**
 * CARD_UNSUPPORTED: a residence card.
 */
#define HONNIN_REASON_RESIDENCE_CARD 11

/**
 * CARD_UNSUPPORTED: a passport.
 */
#define HONNIN_REASON_PASSPORT 12

/**
 * CARD_UNSUPPORTED: an old 住基カード.
 */
#define HONNIN_REASON_JUKI 13

/**
 * CARD_UNSUPPORTED: some other card.
 */
#define HONNIN_REASON_OTHER 14

/**
 * PIN_FORMAT: four digits where the signing password is wanted.
 */
#define HONNIN_REASON_FOUR_DIGITS_FOR_SIGNING 20

/**
 * PIN_FORMAT: too few characters.
 */
#define HONNIN_REASON_TOO_SHORT 21

/**
 * PIN_FORMAT: too many characters.
 */
#define HONNIN_REASON_TOO_LONG 22

/**
 * PIN_FORMAT: a character that this PIN cannot contain.
 */
#define HONNIN_REASON_CHARACTER 23

/**
 * PIN_FORMAT: nothing was entered.
 */
#define HONNIN_REASON_EMPTY 24

/**
 * PIN_FORMAT: the digits are no date.
 */
#define HONNIN_REASON_DATE 25

/**
 * PIN_FORMAT: the check digit does not fit.
 */
#define HONNIN_REASON_CHECK_DIGIT 26

/**
 * PIN_FORMAT: a new password needs at least one letter and one digit.
 */
#define HONNIN_REASON_NEEDS_LETTER_AND_DIGIT 27

/**
 * ATTRIBUTES_INVALID: only a signing-certificate attribute is missing.
 */
#define HONNIN_REASON_SIGNING_CERTIFICATE_ABSENT 30

/**
 * NOT_PERMITTED: an earlier signature of the document does not allow this one.
 */
#define HONNIN_REASON_EARLIER_SIGNATURE 31

/**
 * INVALID_ARGUMENT: programs may read the file in different ways, so it is not signed.
 */
#define HONNIN_REASON_FILE_AMBIGUOUS 32

/**
 * For the person with the card: polite, without jargon, without blame.
 */
#define HONNIN_AUDIENCE_CARDHOLDER 1

/**
 * For the staff.
 */
#define HONNIN_AUDIENCE_OPERATOR 2

/**
 * For whoever wrote or runs the program. Always there in English.
 */
#define HONNIN_AUDIENCE_DEVELOPER 3

/**
 * For the person with the card, on a small display: at most 20 full-width or 40 half-width characters.
 */
#define HONNIN_AUDIENCE_CARDHOLDER_SHORT 4

/**
 * The mathematics of a signature.
 */
#define HONNIN_SUBJECT_SIGNATURE 1

/**
 * The content that was signed.
 */
#define HONNIN_SUBJECT_CONTENT 2

/**
 * The signed attributes.
 */
#define HONNIN_SUBJECT_ATTRIBUTES 3

/**
 * Digest and signature algorithms, key sizes.
 */
#define HONNIN_SUBJECT_ALGORITHM 4

/**
 * The path to a trust anchor.
 */
#define HONNIN_SUBJECT_CHAIN 5

/**
 * The dates of the certificate.
 */
#define HONNIN_SUBJECT_VALIDITY 6

/**
 * Key usage, policy, extensions.
 */
#define HONNIN_SUBJECT_PROFILE 7

/**
 * Whether the certificate has been revoked.
 */
#define HONNIN_SUBJECT_REVOCATION 8

/**
 * A time-stamp.
 */
#define HONNIN_SUBJECT_TIMESTAMP 9

/**
 * Which part of a document a signature covers.
 */
#define HONNIN_SUBJECT_COVERAGE 10

/**
 * Changes after a signature.
 */
#define HONNIN_SUBJECT_CHANGES 11

/**
 * A test or virtual card.
 */
#define HONNIN_SUBJECT_TEST_CARD 12

/**
 * A record of the card and its signature.
 */
#define HONNIN_SUBJECT_RECORD 13

/**
 * The card's own certificate.
 */
#define HONNIN_SUBJECT_CARD_CERTIFICATE 14

/**
 * The card's answer to a random challenge.
 */
#define HONNIN_SUBJECT_CHALLENGE 15

/**
 * The card's own expiry.
 */
#define HONNIN_SUBJECT_CARD_EXPIRY 16

/**
 * The name compared with the registered one.
 */
#define HONNIN_SUBJECT_NAME 17

/**
 * The address compared with the registered one.
 */
#define HONNIN_SUBJECT_ADDRESS 18

/**
 * The birth date compared with the registered one.
 */
#define HONNIN_SUBJECT_BIRTH_DATE 19

/**
 * The sex compared with the registered one.
 */
#define HONNIN_SUBJECT_SEX 20

/**
 * Checked, and good.
 */
#define HONNIN_STATE_PASSED 1

/**
 * Checked, and not good.
 */
#define HONNIN_STATE_FAILED 2

/**
 * Not checked, or not to the end. Counts as a failure.
 */
#define HONNIN_STATE_NOT_CHECKED 3

/**
 * Not good or not checked, and the program said by name that this does not count.
 */
#define HONNIN_STATE_WAIVED 4

/**
 * The same, character by character.
 */
#define HONNIN_VERDICT_MATCH 1

/**
 * The same but for differences that the program accepts.
 */
#define HONNIN_VERDICT_EQUIVALENT 2

/**
 * Not the same.
 */
#define HONNIN_VERDICT_MISMATCH 3

/**
 * The machine cannot tell, or the differences are not among those that the program accepts.
 */
#define HONNIN_VERDICT_UNDECIDED 4

/**
 * There is nothing to compare with: another script, or no such field.
 */
#define HONNIN_VERDICT_NOT_COMPARABLE 5

/**
 * Full-width and half-width forms.
 */
#define HONNIN_DIFFERENCE_WIDTH 1

/**
 * Spaces, and middle dots between words.
 */
#define HONNIN_DIFFERENCE_SPACE 2

/**
 * Capital and small letters.
 */
#define HONNIN_DIFFERENCE_CASE 4

/**
 * An iteration mark for a repeated character.
 */
#define HONNIN_DIFFERENCE_ITERATION_MARK 8

/**
 * Variants of one kanji.
 */
#define HONNIN_DIFFERENCE_KANJI_VARIANT 16

/**
 * A character that the certificate cannot spell was substituted.
 */
#define HONNIN_DIFFERENCE_SUBSTITUTED 32

/**
 * Kanji, full-width and ASCII digits.
 */
#define HONNIN_DIFFERENCE_NUMERAL 64

/**
 * Dashes of different kinds.
 */
#define HONNIN_DIFFERENCE_DASH 128

/**
 * Words and dashes between the numbers of a block.
 */
#define HONNIN_DIFFERENCE_BLOCK_STYLE 256

/**
 * One of the two has no prefecture or no county.
 */
#define HONNIN_DIFFERENCE_PREFECTURE_OMITTED 512

/**
 * Small words of place names: ヶ, ケ and が, ノ and の, 大字 and 字.
 */
#define HONNIN_DIFFERENCE_PLACE_SPELLING 1024

/**
 * Hiragana and katakana of one reading.
 */
#define HONNIN_DIFFERENCE_KANA_SCRIPT 2048

/**
 * Small and large kana, long vowels, ヂ and ジ.
 */
#define HONNIN_DIFFERENCE_KANA_SPELLING 4096

/**
 * Apostrophes, hyphens, dots and commas of a name in Latin letters.
 */
#define HONNIN_DIFFERENCE_PUNCTUATION 8192

/**
 * Marks on Latin letters that one of the two leaves out or writes out (Ü, U, UE).
 */
#define HONNIN_DIFFERENCE_DIACRITIC 16384

/**
 * The same words of a name in another order.
 */
#define HONNIN_DIFFERENCE_NAME_ORDER 32768

/**
 * The name agrees only with the former surname (旧氏) in brackets.
 */
#define HONNIN_DIFFERENCE_OLD_SURNAME 65536

/**
 * The name agrees only with the name in brackets (通称).
 */
#define HONNIN_DIFFERENCE_ALIAS 131072

/**
 * A former surname or another name in brackets stands on one side only.
 */
#define HONNIN_DIFFERENCE_BRACKET_OMITTED 262144

/**
 * A building or a room stands on one side only.
 */
#define HONNIN_DIFFERENCE_BUILDING_OMITTED 524288

/**
 * The street part of a Kyoto address stands on one side only.
 */
#define HONNIN_DIFFERENCE_KYOTO_STREET 1048576

/**
 * The ward of a designated city is missing or differs.
 */
#define HONNIN_DIFFERENCE_WARD 2097152

/**
 * A part stands on one side only: a word of a name, a 小字, a number, a part of a date.
 */
#define HONNIN_DIFFERENCE_PART_OMITTED 4194304

/**
 * A lot number (番地) stands beside a residence number (番, 号), or 丁目 beside 番地.
 */
#define HONNIN_DIFFERENCE_BLOCK_KIND 8388608

/**
 * The names of the buildings differ.
 */
#define HONNIN_DIFFERENCE_BUILDING_NAME 16777216

/**
 * A character is 外字 or stands for one that could not be written.
 */
#define HONNIN_DIFFERENCE_UNREADABLE 33554432

/**
 * Kana stand where the other has kanji, or the other kana.
 */
#define HONNIN_DIFFERENCE_KANA_FOR_KANJI 67108864

/**
 * The address says that the person has moved abroad (国外転出).
 */
#define HONNIN_DIFFERENCE_ABROAD 134217728

/**
 * Characters differ.
 */
#define HONNIN_DIFFERENCE_LETTERS 268435456

/**
 * The prefecture, the municipality or the town differs.
 */
#define HONNIN_DIFFERENCE_PLACE 536870912

/**
 * The numbers of the block differ.
 */
#define HONNIN_DIFFERENCE_NUMBER 1073741824

/**
 * The number of the building or the room differs.
 */
#define HONNIN_DIFFERENCE_ROOM 2147483648

/**
 * The two are in different scripts, or one side lacks the field.
 */
#define HONNIN_DIFFERENCE_SCRIPT 4294967296

/**
 * The values differ.
 */
#define HONNIN_DIFFERENCE_VALUE 8589934592

/**
 * Bytes or a text, made for the caller. A NUL stands behind the data (for UTF-16, a whole one). Wiped when freed.
 */
typedef struct honnin_buffer honnin_buffer;

/**
 * An open card: a session on it. A number in a table, never followed as a pointer.
 */
typedef struct honnin_card honnin_card;

/**
 * What a card told. None of it is signed.
 */
typedef struct honnin_card_details honnin_card_details;

/**
 * An X.509 certificate as it was read. It never changes; any number of threads may use it.
 */
typedef struct honnin_certificate honnin_certificate;

/**
 * What a program holds while it uses the library: its readers, its log, what it may do. A number in a table, never
 * followed as a pointer.
 */
typedef struct honnin_context honnin_context;

/**
 * What the card face application has: images and attributes. Wiped when freed.
 */
typedef struct honnin_face honnin_face;

/**
 * The four basic attributes (基本4情報) as far as their source has them. Wiped when freed; copies are the program's
 * business.
 */
typedef struct honnin_holder honnin_holder;

/**
 * The readers as they were at one moment.
 */
typedef struct honnin_reader_list honnin_reader_list;

/**
 * The findings of one verification. It never changes; any number of threads may use it.
 */
typedef struct honnin_report honnin_report;

/**
 * A set of trust anchors, and what else is given to validations. Once it was used it does not change any more.
 */
typedef struct honnin_trust honnin_trust;

/**
 * A My Number Card in software, with its reader. Nobody trusts its certificates unless told to.
 */
typedef struct honnin_virtual_card honnin_virtual_card;

/**
 * The answer of a fallible function: HONNIN_OK, or why it failed. Never negative.
 */
typedef int32_t honnin_result;

/**
 * What is known about a failure. Written whole by every function that is given one, after a success too.
 */
typedef struct {
  /**
   * sizeof(honnin_error), set by the caller.
   */
  uint32_t struct_size;
  /**
   * The result that the function returned.
   */
  int32_t code;
  /**
   * How many tries the PIN has left, as the card said; -1: unknown, or not about a PIN.
   */
  int32_t tries_left;
  /**
   * Whether a try was spent: 0 no, 1 yes, -1 unknown.
   */
  int32_t try_spent;
  /**
   * The PIN that it is about, HONNIN_PIN_KIND_…; 0: none.
   */
  uint32_t pin;
  /**
   * The detail within the code, HONNIN_REASON_…; 0: none.
   */
  uint32_t reason;
  /**
   * HONNIN_CARD_KIND_…; 0: not recognised.
   */
  uint32_t card_kind;
  /**
   * HONNIN_READER_INTERFACE_…
   */
  uint32_t reader_interface;
  /**
   * The status word that the card answered; 0: none.
   */
  uint32_t status_word;
  /**
   * The PC/SC return code; 0: none.
   */
  uint32_t pcsc_code;
  /**
   * Which operation failed, "pin_verify" for honnin_pin_verify. NUL-terminated.
   */
  char operation[32];
  /**
   * For developers, in English, without secrets. NUL-terminated.
   */
  char message[256];
} honnin_error;

/**
 * Receives a line of the log: its level (HONNIN_LOG_…), the part of the library, the text. Lines hold no PIN, no data
 * of the card and no person. Called on the thread that works, perhaps on several at once.
 */
typedef void (HONNIN_CALL *honnin_log_fn)(void *user, int32_t level, const char *module, const char *text);

/**
 * How a context is made. All zeros: log nothing, use PC/SC, keep away from the 個人番号.
 */
typedef struct {
  /**
   * sizeof(honnin_context_options)
   */
  uint32_t struct_size;
  /**
   * 1: the program may read the 個人番号 and what reveals it.
   */
  uint32_t permit_my_number;
  /**
   * What it reads it for, as the law asks; needed with permit_my_number, and logged.
   */
  const char *my_number_purpose;
  /**
   * How much to log, HONNIN_LOG_…; 0: HONNIN_LOG_INFO if `log` is set.
   */
  int32_t log_level;
  /**
   * 1: never speak to PC/SC; only virtual cards, or connections of the program.
   */
  uint32_t no_pcsc;
  /**
   * Receives the log; may be NULL.
   */
  honnin_log_fn log;
  /**
   * Given to `log`.
   */
  void *log_user;
} honnin_context_options;

/**
 * What to wait for. All zeros: a card, in any reader, for 30 seconds.
 */
typedef struct {
  /**
   * sizeof(honnin_wait_options)
   */
  uint32_t struct_size;
  /**
   * HONNIN_EVENT_…; 0: HONNIN_EVENT_CARD_IN.
   */
  uint32_t event;
  /**
   * In which reader; NULL: in any, and for HONNIN_EVENT_CARD_OUT in all.
   */
  const char *reader;
  /**
   * In milliseconds; 0: 30 seconds; HONNIN_FOREVER; HONNIN_POLL.
   */
  int32_t timeout_ms;
  /**
   * 0
   */
  uint32_t reserved;
} honnin_wait_options;

/**
 * Asks the person for a PIN: HONNIN_PIN_KIND_…, and how many tries are left (-1: not known). Write it into `buf`, at
 * most `cap` bytes, and its length into `len`. Called on the calling thread, outside any transaction, at most once an
 * operation. The buffer is the library's and is wiped. Any answer but HONNIN_OK ends the operation, and nothing is
 * sent: HONNIN_CANCELLED, HONNIN_PIN_ENTRY_TIMEOUT, or a code of your choice; an unknown one counts as
 * HONNIN_CANCELLED.
 */
typedef honnin_result (HONNIN_CALL *honnin_pin_fn)(void *user,
                                       uint32_t pin,
                                       int32_t tries_left,
                                       char *buf,
                                       size_t cap,
                                       size_t *len);

/**
 * Hears how far an operation has come: HONNIN_STAGE_…, how much is done, and how much there is (0: not known).
 * Called on the calling thread, between commands. An answer other than 0 cancels the operation.
 */
typedef int32_t (HONNIN_CALL *honnin_progress_fn)(void *user, uint32_t stage, uint32_t done, uint32_t total);

/**
 * How a card is opened. All zeros: shared until a PIN is verified, 30 seconds, nobody to ask for PINs.
 */
typedef struct {
  /**
   * sizeof(honnin_open_options)
   */
  uint32_t struct_size;
  /**
   * How long to wait for a card, and for another program to let go of it, in milliseconds; 0: 30 seconds;
   * HONNIN_FOREVER; HONNIN_POLL.
   */
  int32_t timeout_ms;
  /**
   * 1: no other program may use the card from the beginning; 0: from the first PIN on.
   */
  uint32_t exclusive;
  /**
   * HONNIN_EXTENDED_LENGTH_…
   */
  uint32_t extended_length;
  /**
   * How long a card that was lifted may take to come back, in milliseconds; 0: an operation ends with the contact. The
   * operation then starts again from its first command; never once a PIN was sent. What was handed out must be read
   * again the same, else HONNIN_CARD_CHANGED, and so from then on.
   */
  uint32_t grace_ms;
  /**
   * 1: the text application is read encrypted, once HONNIN_PIN_KIND_TEXT is verified. That protects what is read against
   * listeners, not the PIN, and nothing against change. HONNIN_NOT_SUPPORTED where the reader cannot.
   */
  uint32_t secure_messaging;
  /**
   * Asked for a PIN when honnin_pin_verify is given none; may be NULL.
   */
  honnin_pin_fn pin;
  /**
   * Given to `pin`.
   */
  void *pin_user;
  /**
   * Told how far an operation has come; may be NULL.
   */
  honnin_progress_fn progress;
  /**
   * Given to `progress`.
   */
  void *progress_user;
} honnin_open_options;

/**
 * Sends one command (`size` bytes) once, as given, and writes the whole answer, status word included, into `response`, at
 * most `cap` bytes, and its length into `len`. Any answer but HONNIN_OK is one of HONNIN_CARD_REMOVED,
 * HONNIN_CARD_RESET, HONNIN_CARD_UNSTABLE, HONNIN_READER_REMOVED, HONNIN_READER_FAILED; others count as the last.
 */
typedef honnin_result (HONNIN_CALL *honnin_transmit_fn)(void *user,
                                            const uint8_t *command,
                                            size_t size,
                                            uint8_t *response,
                                            size_t cap,
                                            size_t *len,
                                            int32_t timeout_ms);

/**
 * Begins a transaction: nobody else reaches the card until its end. HONNIN_CARD_RESET once if the card was reset since
 * the last one; HONNIN_READER_BUSY.
 */
typedef honnin_result (HONNIN_CALL *honnin_begin_fn)(void *user);

/**
 * Ends a transaction and does with the card what HONNIN_DISPOSITION_… says.
 */
typedef honnin_result (HONNIN_CALL *honnin_end_fn)(void *user, uint32_t disposition);

/**
 * Waits for HONNIN_EVENT_CARD_IN, at most 100 ms: called while a card that was lifted may come back (`grace_ms`).
 * HONNIN_OK once a card is there, and from then on the connection is one to that card; HONNIN_NOT_SUPPORTED, as if it were
 * NULL, if it cannot wait; anything else: not yet.
 */
typedef honnin_result (HONNIN_CALL *honnin_event_fn)(void *user, uint32_t event, int32_t timeout_ms);

/**
 * Called from another thread: the transmit that is running shall end soon. As `cancel` it may call the library, and it
 * may come when no transmit is running.
 */
typedef void (HONNIN_CALL *honnin_interrupt_fn)(void *user);

/**
 * A way to a card. All functions but `transmit` may be NULL.
 */
typedef struct {
  /**
   * sizeof(honnin_connection)
   */
  uint32_t struct_size;
  /**
   * The longest answer it can bring, status word included; 258 if it cannot do extended length; 0: not known.
   */
  uint32_t max_response;
  /**
   * Sends a command.
   */
  honnin_transmit_fn transmit;
  /**
   * Begins a transaction.
   */
  honnin_begin_fn begin;
  /**
   * Ends a transaction.
   */
  honnin_end_fn end;
  /**
   * Waits for a card that was lifted.
   */
  honnin_event_fn wait;
  /**
   * Interrupts a transmit, from another thread.
   */
  honnin_interrupt_fn cancel;
  /**
   * The connection is not used any more. Called exactly once, as the last.
   */
  honnin_interrupt_fn close;
} honnin_connection;

/**
 * How a PIN is presented. All zeros: never the last try, and exactly as given.
 */
typedef struct {
  /**
   * sizeof(honnin_pin_options)
   */
  uint32_t struct_size;
  /**
   * When only this many tries are left the PIN is not presented, HONNIN_PIN_LAST_TRY; 0: 1.
   */
  uint32_t keep_tries;
  /**
   * 1: it is presented even then; the person has been told and wants to.
   */
  uint32_t allow_last_try;
  /**
   * 1: full-width characters and small letters are folded to the capital letters and digits that the card knows.
   */
  uint32_t fold;
} honnin_pin_options;

/**
 * What a validation is asked. All zeros: now, for a resident of Japan, for what the certificate was issued, nothing
 * waived.
 */
typedef struct {
  /**
   * sizeof(honnin_validation_options)
   */
  uint32_t struct_size;
  /**
   * HONNIN_PROFILE_…; 0: HONNIN_PROFILE_JPKI.
   */
  uint32_t profile;
  /**
   * The moment asked about, in seconds since 1970-01-01T00:00:00Z; 0: now.
   */
  int64_t at_time;
  /**
   * Whom to trust; NULL: the production CAs of JPKI.
   */
  const honnin_trust *trust;
  /**
   * The nonce that an OCSP response must repeat; may be NULL.
   */
  const uint8_t *nonce;
  /**
   * Its size in bytes.
   */
  size_t nonce_size;
  /**
   * Policies of which the path must be good for one, as dotted numbers, ended by NULL; may be NULL.
   */
  const char *const *policies;
  /**
   * HONNIN_PURPOSE_…; 0: the certificate's own.
   */
  uint32_t purpose;
  /**
   * Findings that shall not count although they failed or were not checked: HONNIN_WAIVE_… bits.
   */
  uint32_t waive;
  /**
   * How many seconds the clocks of others may differ; 0: not at all.
   */
  uint32_t clock_skew_s;
  /**
   * How old a status may be, in seconds; 0: as it says itself.
   */
  uint32_t max_age_s;
  /**
   * How many CAs may stand between, those that issued to themselves not counted; 0: 8.
   * HONNIN_PROFILE_JPKI allows none.
   */
  uint32_t max_depth;
  /**
   * 0
   */
  uint32_t reserved;
} honnin_validation_options;

/**
 * What a business has registered of a person. What is NULL or 0 is not compared.
 */
typedef struct {
  /**
   * sizeof(honnin_registered)
   */
  uint32_t struct_size;
  /**
   * The script of `name`, HONNIN_SCRIPT_…
   */
  uint32_t script;
  /**
   * The name.
   */
  const char *name;
  /**
   * The reading of the name.
   */
  const char *name_kana;
  /**
   * The address.
   */
  const char *address;
  /**
   * The birth date, "YYYY-MM-DD".
   */
  const char *birth_date;
  /**
   * HONNIN_SEX_…
   */
  uint32_t sex;
  /**
   * 0
   */
  uint32_t reserved;
  /**
   * HONNIN_DIFFERENCE_… bits that may pass as equivalent; 0: HONNIN_DIFFERENCES_SPELLING.
   */
  uint64_t accept;
} honnin_registered;

/**
 * Sends a time-stamp request (RFC 3161, `size` bytes) to an authority and gives its reply in a new buffer, which the
 * library frees. Called after the application has been left.
 */
typedef honnin_result (HONNIN_CALL *honnin_timestamp_fn)(void *user,
                                             const uint8_t *request,
                                             size_t size,
                                             honnin_buffer **reply);

/**
 * How a CMS signature is made. All zeros: SHA-256, with the content inside, without a time of signing.
 */
typedef struct {
  /**
   * sizeof(honnin_cms_options)
   */
  uint32_t struct_size;
  /**
   * HONNIN_HASH_…; 0: HONNIN_HASH_SHA256.
   */
  uint32_t hash;
  /**
   * 1: the content stays outside.
   */
  uint32_t detached;
  /**
   * 1: with the time of signing, as this machine says.
   */
  uint32_t signing_time;
  /**
   * 1: with the certificate of the CA, read from the card.
   */
  uint32_t embed_ca;
  /**
   * 1: an expired certificate signs all the same.
   */
  uint32_t allow_expired;
  /**
   * 1: without a good time-stamp the result is not HONNIN_OK. The finished signature without one is in *out in any case.
   */
  uint32_t timestamp_required;
  /**
   * 0
   */
  uint32_t reserved;
  /**
   * Fetches a time-stamp; may be NULL. Called after the application has been left.
   */
  honnin_timestamp_fn timestamp;
  /**
   * Given to `timestamp`.
   */
  void *timestamp_user;
} honnin_cms_options;

/**
 * Gives the next bytes of a stream: at most `cap` into `buf`, and how many into `len`; 0 is the end.
 */
typedef honnin_result (HONNIN_CALL *honnin_read_fn)(void *user, uint8_t *buf, size_t cap, size_t *len);

/**
 * How a PDF is signed. All zeros: SHA-256, an invisible field with a name of its own.
 */
typedef struct {
  /**
   * sizeof(honnin_pdf_options)
   */
  uint32_t struct_size;
  /**
   * HONNIN_HASH_…; 0: HONNIN_HASH_SHA256.
   */
  uint32_t hash;
  /**
   * The name of the signature field; NULL: a new one.
   */
  const char *field;
  /**
   * Why it is signed; may be NULL.
   */
  const char *reason;
  /**
   * Where it is signed; may be NULL.
   */
  const char *location;
  /**
   * Who signs, as it is to be shown; NULL: a visible box shows the name of the holder in the certificate.
   */
  const char *name;
  /**
   * The page of a visible box, from 1; 0: invisible, or in the rectangle of the empty field that is to be signed. The
   * box shows the name, date and time in Japan, reason and location, upright when the page is shown, in the largest size
   * from 12 points down to 4 in which all of it fits; what does not fit then is cut with an ellipsis.
   */
  uint32_t page;
  /**
   * 0 or 1. The time of signing is in the signature in any case, as this machine says: PAdES demands it.
   */
  uint32_t signing_time;
  /**
   * 1: with the certificate of the CA, read from the card.
   */
  uint32_t embed_ca;
  /**
   * 1: an expired certificate signs all the same.
   */
  uint32_t allow_expired;
  /**
   * As in honnin_cms_options.
   */
  uint32_t timestamp_required;
  /**
   * 0
   */
  uint32_t reserved;
  /**
   * The left edge of the box, in points from the left edge of the page, as it is before /Rotate turns it.
   */
  double x;
  /**
   * The lower edge of the box, in points from the lower edge of the page.
   */
  double y;
  /**
   * The width of the box, in points.
   */
  double width;
  /**
   * The height of the box, in points.
   */
  double height;
  /**
   * Fetches a time-stamp; may be NULL. Called after the application has been left.
   */
  honnin_timestamp_fn timestamp;
  /**
   * Given to `timestamp`.
   */
  void *timestamp_user;
  /**
   * A TrueType or OpenType font file for the box, of which the glyphs used are embedded, so that it looks the same
   * everywhere and an archive file (PDF/A) stays one; NULL: nothing is embedded, and the fonts are those of the viewer.
   */
  const uint8_t *font;
  /**
   * How many bytes the font file has, at most 64 MB.
   */
  size_t font_size;
} honnin_pdf_options;

/**
 * One check and how it ended.
 */
typedef struct {
  /**
   * sizeof(honnin_finding), set by the caller.
   */
  uint32_t struct_size;
  /**
   * What was checked, HONNIN_SUBJECT_…
   */
  uint32_t subject;
  /**
   * HONNIN_OK, or what is wrong.
   */
  int32_t code;
  /**
   * Which signer, from 0; -1 where there are none.
   */
  int32_t signer;
  /**
   * How it ended, HONNIN_STATE_…
   */
  uint32_t state;
  /**
   * For comparisons: how near the two are, HONNIN_VERDICT_…; else 0.
   */
  uint32_t verdict;
  /**
   * For comparisons: HONNIN_DIFFERENCE_… bits; else 0.
   */
  uint64_t reasons;
  /**
   * For developers, in English; nothing that identifies a person. Alive as long as the report.
   */
  const char *text;
} honnin_finding;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * @defgroup error honnin_error: what is known about a failure, and the words for it
 * @{
 */

/**
 * The text that fits the situation, with the number of tries that the card gave.
 *
 * @param audience HONNIN_AUDIENCE_…
 * @param lang "ja", "en", "ja-x-easy" …; NULL and an unknown language are Japanese
 * @param out UTF-8, to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_error_message(const honnin_error *error,
                                   uint32_t audience,
                                   const char *lang,
                                   honnin_buffer **out);

/**
 * What to try next, the most helpful first: the hint at `index`, from 0, of those that fit the situation.
 *
 * @param audience HONNIN_AUDIENCE_…
 * @param lang as for honnin_error_message
 * @param out UTF-8, to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_NOT_FOUND past the last; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_error_hint(const honnin_error *error,
                                uint32_t audience,
                                uint32_t index,
                                const char *lang,
                                honnin_buffer **out);

/**
 * The hint at `index` with its tags, of those that fit the situation and what only the program can know.
 *
 * @param audience HONNIN_AUDIENCE_…
 * @param offered HONNIN_TAG_OTHER_WAY, HONNIN_TAG_PHONE_AS_READER, HONNIN_TAG_NAME_MUST_MATCH, as bits: hints with
 * these tags are left out unless they are named here; 0 is what honnin_error_hint answers, other bits are refused
 * @param lang as for honnin_error_message
 * @param out UTF-8, to be freed with honnin_buffer_free
 * @param tags HONNIN_TAG_… bits that say where the hint belongs; may be NULL
 * @return HONNIN_OK; HONNIN_NOT_FOUND past the last; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_error_hint_tagged(const honnin_error *error,
                                       uint32_t audience,
                                       uint32_t index,
                                       uint32_t offered,
                                       const char *lang,
                                       honnin_buffer **out,
                                       uint32_t *tags);

/** @} */

/**
 * @defgroup library The library itself, and the words for its results
 * @{
 */

/**
 * The version of the library, "1.2.3".
 *
 * @return a constant of the library; never NULL
 * @since 0.1
 */
const char *HONNIN_CALL honnin_version(void);

/**
 * The version of this interface: (major << 16) | minor. Before 1.0 a program works with a library of its own version only;
 * afterwards with every library of its own major version and its own or a later minor version. HONNIN_ABI_FITS compares.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_abi_version(void);

/**
 * The name of a result, "PIN_LOCKED"; "UNKNOWN" for one that this version does not know.
 *
 * @return a constant of the library; never NULL
 * @since 0.1
 */
const char *HONNIN_CALL honnin_result_name(honnin_result result);

/**
 * Who can act on a result, and whether it is ever a pass: HONNIN_TRAIT_… bits. HONNIN_TRAIT_NOT_A_PASS for one that
 * this version does not know.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_result_traits(honnin_result result);

/**
 * The text for a result that is true for every PIN, card and reader. Where you have a honnin_error,
 * honnin_error_message says more.
 *
 * @param audience HONNIN_AUDIENCE_…; any other number is answered as HONNIN_AUDIENCE_CARDHOLDER
 * @param lang "ja", "en", "ja-x-easy" …; NULL and an unknown language are Japanese
 * @return a constant of the library, UTF-8; never NULL
 * @since 0.1
 */
const char *HONNIN_CALL honnin_result_message(honnin_result result, uint32_t audience, const char *lang);

/** @} */

/**
 * @defgroup buffer Buffers: bytes and texts that are made for the caller
 * @{
 */

/**
 * Copies bytes into a new buffer: for callbacks that give one back.
 *
 * @param data `size` bytes; may be NULL if `size` is 0
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE honnin_result HONNIN_CALL honnin_buffer_new(const uint8_t *data, size_t size, honnin_buffer **out);

/**
 * The bytes of a buffer, followed by a NUL; alive as long as the buffer. NULL for NULL.
 *
 * @since 0.1
 */
const uint8_t *HONNIN_CALL honnin_buffer_data(const honnin_buffer *buffer);

/**
 * How many bytes a buffer has, the NUL not counted. 0 for NULL.
 *
 * @since 0.1
 */
size_t HONNIN_CALL honnin_buffer_size(const honnin_buffer *buffer);

/**
 * Wipes and frees a buffer. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_buffer_free(honnin_buffer *buffer);

/** @} */

/**
 * @defgroup context Contexts
 * @{
 */

/**
 * Makes a context. Nothing is loaded and nobody is spoken to before the first question about readers.
 *
 * @param options may be NULL
 * @param out to be freed with honnin_context_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT, also for permit_my_number without a purpose;
 *         HONNIN_UNSUPPORTED_OPTION
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_context_new(const honnin_context_options *options,
                                 honnin_context **out,
                                 honnin_error *err);

/**
 * Ends a context: what runs in it and in its cards on other threads ends HONNIN_CANCELLED and is waited for, and the
 * log callback is not called again. Called from a callback, it waits for nothing. Its cards stay open until
 * they are closed. NULL and a context that is gone are nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_context_free(honnin_context *context);

/**
 * Replaces the receiver of the log. When this returns the old one is not running and is not called again.
 *
 * @param level how much to log, HONNIN_LOG_NONE … HONNIN_LOG_TRACE
 * @param log may be NULL: nothing is logged
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE from within a log callback
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_context_set_log(honnin_context *context,
                                     int32_t level,
                                     honnin_log_fn log,
                                     void *user);

/**
 * Ends everything that runs in the context, and in its cards: HONNIN_CANCELLED. What begins later ends so too, until
 * honnin_context_resume. From any thread.
 *
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_context_cancel(honnin_context *context);

/**
 * Lets operations begin again after honnin_context_cancel. What was cancelled stays so.
 *
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
 * @since 0.1
 */
HONNIN_MUST_USE honnin_result HONNIN_CALL honnin_context_resume(honnin_context *context);

/** @} */

/**
 * @defgroup text_convert Texts for consoles and displays that do not speak UTF-8
 * @{
 */

/**
 * Converts a text. What CP932 does not have becomes a question mark and is counted.
 *
 * @param utf8 the text
 * @param encoding HONNIN_ENCODING_CP932 or HONNIN_ENCODING_UTF16 (in the byte order of this machine)
 * @param out the converted text, to be freed with honnin_buffer_free; its size counts bytes
 * @param replaced how many characters were replaced; may be NULL
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_text_convert(const char *utf8,
                                  uint32_t encoding,
                                  honnin_buffer **out,
                                  uint32_t *replaced,
                                  honnin_error *err);

/** @} */

/**
 * @defgroup virtual_card Virtual cards: a My Number Card in software
 * @{
 */

/**
 * Makes a virtual card, inserted into a reader of its own.
 *
 * @param profile_json the person and the card, see the manual of the virtual card; NULL: 番号 花子, signing password
 *        ABC123, other PINs 1234
 * @param out to be freed with honnin_virtual_card_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT: the message says which value
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_virtual_card_new(const char *profile_json,
                                      honnin_virtual_card **out,
                                      honnin_error *err);

/**
 * Frees a virtual card. Contexts that it was added to keep their reader, with the card as it lies. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_virtual_card_free(honnin_virtual_card *card);

/**
 * Puts the card on its reader.
 *
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE honnin_result HONNIN_CALL honnin_virtual_card_insert(honnin_virtual_card *card);

/**
 * Takes the card away from its reader.
 *
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE honnin_result HONNIN_CALL honnin_virtual_card_remove(honnin_virtual_card *card);

/**
 * Every command that the card saw, as a JSON array of {"header", "lc", "le", "extended", "response", "sw"}. Never data.
 *
 * @param json to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_virtual_card_transcript(const honnin_virtual_card *card,
                                             honnin_buffer **json);

/**
 * The certificate of the virtual CA, its revocation list, or the key of the virtual issuer of cards: for a honnin_trust of tests.
 *
 * @param kind HONNIN_CERTIFICATE_KIND_…: the CA that issued that certificate, or the CA itself; or
 *        HONNIN_VIRTUAL_CARD_ISSUER: the key, to be added as HONNIN_TRUST_KIND_CARD_CA_KEY; or
 *        HONNIN_VIRTUAL_CARD_SIGNING_CRL, HONNIN_VIRTUAL_CARD_AUTHENTICATION_CRL: for HONNIN_TRUST_KIND_CRL
 * @param der to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_virtual_card_ca(const honnin_virtual_card *card,
                                     uint32_t kind,
                                     honnin_buffer **der);

/**
 * Adds the reader of a virtual card to a context. It is listed in no other.
 *
 * @param reader_name the name it is listed under, alive as long as the context; may be NULL
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_context_add_virtual_card(honnin_context *context,
                                              honnin_virtual_card *card,
                                              const char **reader_name,
                                              honnin_error *err);

/** @} */

/**
 * @defgroup reader Readers: which there are, and waiting for a card
 * @{
 */

/**
 * The readers that there are now: those of PC/SC, then the virtual ones. None at all is no error.
 *
 * @param out to be freed with honnin_reader_list_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE; HONNIN_READER_SERVICE_UNAVAILABLE with the cause as
 *         `reason`; HONNIN_READER_FAILED
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_reader_list_new(honnin_context *context,
                                     honnin_reader_list **out,
                                     honnin_error *err);

/**
 * Frees a list of readers. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_reader_list_free(honnin_reader_list *list);

/**
 * How many readers are in the list. 0 for NULL.
 *
 * @since 0.1
 */
size_t HONNIN_CALL honnin_reader_list_size(const honnin_reader_list *list);

/**
 * The name of a reader, from 0; alive as long as the list. NULL past the last.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_reader_list_name(const honnin_reader_list *list, size_t index);

/**
 * The state of a reader, from 0: HONNIN_READER_STATE_… bits. 0 past the last.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_reader_list_state(const honnin_reader_list *list, size_t index);

/**
 * Waits for a card to come or go, and gives the readers as they were then. A cancel from any thread ends it.
 *
 * @param options may be NULL
 * @param out to be freed with honnin_reader_list_free; may be NULL
 * @return HONNIN_OK; HONNIN_CARD_ABSENT if no card came in time, HONNIN_TIMEOUT if another event did not;
 *         HONNIN_CANCELLED; HONNIN_READER_NOT_FOUND; HONNIN_READER_REMOVED; HONNIN_READER_SERVICE_UNAVAILABLE;
 *         HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION; HONNIN_BAD_STATE
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_reader_wait(honnin_context *context,
                                 const honnin_wait_options *options,
                                 honnin_reader_list **out,
                                 honnin_error *err);

/** @} */

/**
 * @defgroup card Open cards
 * @{
 */

/**
 * Opens the card in a reader: selects the JPKI application and reads its label, which is how any card is recognised.
 *
 * @param name the reader; NULL: the only one with a card
 * @param options may be NULL
 * @param out to be closed with honnin_card_close
 * @return HONNIN_OK; HONNIN_READER_NOT_FOUND; HONNIN_READER_BUSY; HONNIN_CARD_ABSENT if none came in time;
 *         HONNIN_CARD_AMBIGUOUS; HONNIN_CARD_MUTE; HONNIN_CARD_UNSUPPORTED with a reason; HONNIN_CANCELLED;
 *         HONNIN_READER_SERVICE_UNAVAILABLE; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION; HONNIN_BAD_STATE
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_reader_open(honnin_context *context,
                                 const char *name,
                                 const honnin_open_options *options,
                                 honnin_card **out,
                                 honnin_error *err);

/**
 * Closes a card: leaves the application, so that nothing stays verified. What runs on it on another thread ends
 * HONNIN_CANCELLED and is waited for. From one of its own callbacks the closing takes effect when the operation ends.
 * NULL and a card that is closed are nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_card_close(honnin_card *card);

/**
 * Ends what runs on the card now: HONNIN_CANCELLED. What begins later is not affected. From any thread. Once a PIN has
 * been sent its result is returned all the same.
 *
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_card_cancel(honnin_card *card);

/**
 * What kind of card it is, HONNIN_CARD_KIND_…; 0 for NULL and a card that is closed.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_card_kind(const honnin_card *card);

/**
 * 1 if the card is virtual, else 0.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_card_is_virtual(const honnin_card *card);

/**
 * The name of its reader, alive until the card is closed; "connection" for one of the program's own. NULL for NULL and a
 * card that is closed.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_card_reader(const honnin_card *card);

/**
 * How many commands were sent since the card was opened, those of opening it included. While an operation runs: as many
 * as before it.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_card_exchanges(const honnin_card *card);

/** @} */

/**
 * @defgroup connection Connections of the program's own: a card that its stack reaches, not PC/SC
 * @{
 */

/**
 * Opens a card that the program's own stack reaches.
 *
 * @param connection the functions; the table is copied. Once it was accepted, that is for every result but
 *        HONNIN_INVALID_ARGUMENT, HONNIN_UNSUPPORTED_OPTION, HONNIN_NOT_SUPPORTED and HONNIN_BAD_STATE, its `close`
 *        is called exactly once: when the card is closed, or when opening it fails
 * @param user given to the functions
 * @param options may be NULL
 * @param out to be closed with honnin_card_close
 * @return as honnin_reader_open
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_card_open_connection(honnin_context *context,
                                          const honnin_connection *connection,
                                          void *user,
                                          const honnin_open_options *options,
                                          honnin_card **out,
                                          honnin_error *err);

/** @} */

/**
 * @defgroup details What a card tells without a PIN
 * @{
 */

/**
 * Reads what the card tells without a PIN.
 *
 * @param what HONNIN_DETAIL_… bits; 0: expiry and certificates
 * @param out to be freed with honnin_card_details_free
 * @return HONNIN_OK; HONNIN_CARD_WITHOUT_PIN if the card seems to have been issued without passwords, with *out set
 *         all the same; HONNIN_BAD_STATE with a PIN verified; HONNIN_CARD_FEATURE_ABSENT on phones;
 *         HONNIN_CARD_RESPONSE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_card_details_read(honnin_card *card,
                                       uint32_t what,
                                       honnin_card_details **out,
                                       honnin_error *err);

/**
 * The serial number, 15 digits; NULL if it was not asked for. Alive as long as the details.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_card_details_serial(const honnin_card_details *details);

/**
 * The municipality's code, 5 digits; NULL if it was not asked for. Alive as long as the details.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_card_details_municipality(const honnin_card_details *details);

/**
 * The last day on which the card is good, "YYYY-MM-DD"; NULL if it was not asked for. Alive as long as the details.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_card_details_expiry(const honnin_card_details *details);

/**
 * Which certificates the card has, HONNIN_CARD_CERTIFICATE_… bits; 0 for NULL.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_card_details_certificates(const honnin_card_details *details);

/**
 * Frees card details. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_card_details_free(honnin_card_details *details);

/** @} */

/**
 * @defgroup pin PINs
 * @{
 */

/**
 * Checks the form of a PIN. Nothing is sent; no card is needed.
 *
 * @param pin HONNIN_PIN_KIND_…
 * @param value UTF-8, `size` bytes
 * @param options may be NULL
 * @return HONNIN_OK; HONNIN_PIN_FORMAT with a reason; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pin_check(uint32_t pin,
                               const char *value,
                               size_t size,
                               const honnin_pin_options *options,
                               honnin_error *err);

/**
 * How many tries a PIN has left, as the card says, spending none.
 *
 * @param pin HONNIN_PIN_KIND_…
 * @param left -1 if the card does not say: the PIN is verified, and all are left
 * @return HONNIN_OK; HONNIN_PIN_LOCKED, with 0 in *left; HONNIN_NOT_PERMITTED for 照合番号A; HONNIN_BAD_STATE with a PIN
 *         of another application verified; HONNIN_CARD_FEATURE_ABSENT; HONNIN_CARD_RESPONSE for a count that cannot be;
 *         HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pin_tries(honnin_card *card,
                               uint32_t pin,
                               int32_t *left,
                               honnin_error *err);

/**
 * Presents a PIN: once, and never if its form is wrong or only `keep_tries` are left.
 *
 * @param pin HONNIN_PIN_KIND_…
 * @param value UTF-8, `size` bytes; NULL and 0: a PIN of 4 digits is typed on the reader's own pad if it has one
 *        (progress says HONNIN_STAGE_ENTERING, and the PIN never reaches this machine), else the PIN callback of the
 *        open options is asked
 * @param options may be NULL
 * @return HONNIN_OK; HONNIN_PIN_INCORRECT with tries_left; HONNIN_PIN_LAST_TRY, HONNIN_PIN_LOCKED, HONNIN_PIN_FORMAT,
 *         HONNIN_PIN_REPEATED, HONNIN_CERTIFICATE_ABSENT: nothing was spent (but a PIN_LOCKED with try_spent 1 was locked
 *         by this try); HONNIN_PIN_ENTRY_TIMEOUT, HONNIN_CANCELLED, HONNIN_PIN_FORMAT for an entry on the pad that was
 *         not finished; HONNIN_PIN_OUTCOME_UNKNOWN if contact was lost meanwhile; HONNIN_PIN_REQUIRED if there is
 *         nobody to ask; HONNIN_NOT_PERMITTED for 照合番号A; HONNIN_BAD_STATE with a PIN of another application verified;
 *         HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; HONNIN_UNSUPPORTED_OPTION; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pin_verify(honnin_card *card,
                                uint32_t pin,
                                const char *value,
                                size_t size,
                                const honnin_pin_options *options,
                                honnin_error *err);

/**
 * Changes a PIN: presents the old one, then sets the new one.
 *
 * @param pin HONNIN_PIN_KIND_…; codes that are printed on the card are HONNIN_NOT_SUPPORTED
 * @param old UTF-8, `old_size` bytes; NULL and 0: the PIN callback is asked
 * @param new_ UTF-8, `new_size` bytes
 * @param options may be NULL
 * @return as honnin_pin_verify; HONNIN_PIN_FORMAT for the new PIN too; after HONNIN_PIN_OUTCOME_UNKNOWN either may be in
 *         force
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pin_change(honnin_card *card,
                                uint32_t pin,
                                const char *old,
                                size_t old_size,
                                const char *new_,
                                size_t new_size,
                                const honnin_pin_options *options,
                                honnin_error *err);

/**
 * Ends the verified session: leaves the application. The card can be used on.
 *
 * @return HONNIN_OK; HONNIN_CARD_RESPONSE if the card could not be told; HONNIN_INVALID_ARGUMENT; HONNIN_BAD_STATE; reader
 *         and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pin_forget(honnin_card *card,
                                honnin_error *err);

/**
 * 照合番号B from what is printed on the card.
 *
 * @param birth_date "YYYY-MM-DD", western; unknown parts 00
 * @param expiry_year "YYYY", western, of the card's expiry
 * @param security_code 4 digits
 * @param out 14 digits, to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_PIN_FORMAT with a reason; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_code_b(const char *birth_date,
                            const char *expiry_year,
                            const char *security_code,
                            honnin_buffer **out,
                            honnin_error *err);

/**
 * A western date as the birth-date code has it: 和暦 YYMMDD.
 *
 * @param birth_date "YYYY-MM-DD", unknown parts 00
 * @param out 6 digits, to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_PIN_FORMAT, reason HONNIN_REASON_DATE, for no date, or one that lies in no era or, for lack
 *         of a day, in two; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_code_birth_date(const char *birth_date,
                                     honnin_buffer **out,
                                     honnin_error *err);

/** @} */

/**
 * @defgroup certificate Certificates
 * @{
 */

/**
 * Reads a certificate of the card. One that was read in this session is not read again.
 *
 * @param kind HONNIN_CERTIFICATE_KIND_…
 * @param out to be freed with honnin_certificate_free; it does not need the card any more
 * @return HONNIN_OK; HONNIN_PIN_REQUIRED for the signing certificate without the signing password; HONNIN_CERTIFICATE_ABSENT;
 *         HONNIN_CERTIFICATE_MALFORMED; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_certificate_read(honnin_card *card,
                                      uint32_t kind,
                                      honnin_certificate **out,
                                      honnin_error *err);

/**
 * Reads a certificate from memory: DER with nothing behind it, or PEM with one block.
 *
 * @param der_or_pem `size` bytes
 * @param out to be freed with honnin_certificate_free
 * @return HONNIN_OK; HONNIN_CERTIFICATE_MALFORMED; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_certificate_parse(const uint8_t *der_or_pem,
                                       size_t size,
                                       honnin_certificate **out,
                                       honnin_error *err);

/**
 * Frees a certificate. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_certificate_free(honnin_certificate *certificate);

/**
 * The certificate as a file.
 *
 * @param format HONNIN_FORMAT_…
 * @param out to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_certificate_export(const honnin_certificate *certificate,
                                        uint32_t format,
                                        honnin_buffer **out,
                                        honnin_error *err);

/**
 * The subject as RFC 4514 writes names; alive as long as the certificate. That of a signing certificate is not the name
 * of the person: honnin_certificate_holder has it. NULL for NULL.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_certificate_subject(const honnin_certificate *certificate);

/**
 * The issuer as RFC 4514 writes names; alive as long as the certificate. NULL for NULL.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_certificate_issuer(const honnin_certificate *certificate);

/**
 * The serial number in upper-case hexadecimal digits; alive as long as the certificate. NULL for NULL.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_certificate_serial(const honnin_certificate *certificate);

/**
 * SHA-256 over the DER in lower-case hexadecimal digits; alive as long as the certificate. NULL for NULL.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_certificate_fingerprint(const honnin_certificate *certificate);

/**
 * The first second in which it holds, since 1970-01-01T00:00:00Z. 0 for NULL.
 *
 * @since 0.1
 */
int64_t HONNIN_CALL honnin_certificate_not_before(const honnin_certificate *certificate);

/**
 * The last second in which it holds, since 1970-01-01T00:00:00Z. 0 for NULL.
 *
 * @since 0.1
 */
int64_t HONNIN_CALL honnin_certificate_not_after(const honnin_certificate *certificate);

/**
 * The four attributes of the person, as a signing certificate carries them. Whether they may be believed is for
 * honnin_certificate_validate to say.
 *
 * @param out to be freed with honnin_holder_free
 * @return HONNIN_OK; HONNIN_NOT_FOUND if there are none, as in authentication certificates;
 *         HONNIN_CERTIFICATE_MALFORMED; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_certificate_holder(const honnin_certificate *certificate,
                                        honnin_holder **out,
                                        honnin_error *err);

/** @} */

/**
 * @defgroup trust Whom a program trusts
 * @{
 */

/**
 * Makes a set of trust anchors.
 *
 * @param roots HONNIN_TRUST_ROOTS_…
 * @param out to be freed with honnin_trust_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE honnin_result HONNIN_CALL honnin_trust_new(uint32_t roots, honnin_trust **out, honnin_error *err);

/**
 * Frees a set of trust anchors. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_trust_free(honnin_trust *trust);

/**
 * Adds to a set that was not used yet. An anchor is trusted, for persons or for time-stamps and
 * never for both; a certificate may be added as each. Intermediates, revocation lists and OCSP
 * responses are not: whose they are, and whether they are fresh, is looked at in each validation.
 * A list is read once, here.
 *
 * @param kind HONNIN_TRUST_KIND_…
 * @param data `size` bytes, copied: a certificate or a revocation list in DER or PEM, an OCSP response in DER. A
 *        HONNIN_TRUST_KIND_CARD_CA_KEY is the key's identifier (16 bytes), then the objects 90 (exponent) and 91
 *        (modulus), as they stand in a card-verifiable certificate
 * @return HONNIN_OK; HONNIN_CERTIFICATE_MALFORMED, whatever of these cannot be read; HONNIN_INVALID_ARGUMENT,
 *         also for a key that is none; HONNIN_BAD_STATE once it was used
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_trust_add(honnin_trust *trust,
                               uint32_t kind,
                               const uint8_t *data,
                               size_t size,
                               honnin_error *err);

/** @} */

/**
 * @defgroup validation Validating certificates
 * @{
 */

/**
 * Validates a certificate: findings about its algorithm, chain, dates, profile, revocation, and whether it is of a test
 * card. What was not checked counts as a failure unless it is waived.
 *
 * @param options may be NULL
 * @param out to be freed with honnin_report_free; set whenever a report was made, whatever the result
 * @return the result of the report; without one HONNIN_CLOCK_IMPLAUSIBLE, HONNIN_INVALID_ARGUMENT,
 *         HONNIN_UNSUPPORTED_OPTION
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_certificate_validate(const honnin_certificate *certificate,
                                          const honnin_validation_options *options,
                                          honnin_report **out,
                                          honnin_error *err);

/**
 * The request for an OCSP responder about a certificate, for those whom the CA serves. Nothing is sent: transport is the
 * program's. The response is given to honnin_trust_add, and the nonce to the options of the validation.
 *
 * @param issuer the certificate of the CA that issued it
 * @param nonce `nonce_size` bytes, at most 128, that the response must repeat; none may be NULL
 * @param out DER, to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT, also if the issuer has another name than the certificate says
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_ocsp_request(const honnin_certificate *certificate,
                                  const honnin_certificate *issuer,
                                  const uint8_t *nonce,
                                  size_t nonce_size,
                                  honnin_buffer **out,
                                  honnin_error *err);

/** @} */

/**
 * @defgroup holder The person a card was issued to, and comparing that person with what is registered
 * @{
 */

/**
 * 氏名 as the source spells it; NULL where it has none. Alive as long as the holder.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_holder_name(const honnin_holder *holder);

/**
 * The reading of the name; NULL where the card has none. Alive as long as the holder.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_holder_name_kana(const honnin_holder *holder);

/**
 * 住所 as the source spells it; NULL where it has none. Alive as long as the holder.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_holder_address(const honnin_holder *holder);

/**
 * The birth date, "YYYY-MM-DD", unknown parts 00. Alive as long as the holder. NULL for NULL.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_holder_birth_date(const honnin_holder *holder);

/**
 * HONNIN_SEX_…; 0 where the source has none, and for NULL.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_holder_sex(const honnin_holder *holder);

/**
 * Where the attributes were read, HONNIN_HOLDER_SOURCE_…; 0 for NULL.
 *
 * @since 0.1
 */
uint32_t HONNIN_CALL honnin_holder_source(const honnin_holder *holder);

/**
 * Whether a character of the name is a substitute (代替文字): 1 yes, 0 no, -1 not said.
 *
 * @since 0.1
 */
int32_t HONNIN_CALL honnin_holder_name_substituted(const honnin_holder *holder);

/**
 * Whether a character of the address is a substitute (代替文字): 1 yes, 0 no, -1 not said.
 *
 * @since 0.1
 */
int32_t HONNIN_CALL honnin_holder_address_substituted(const honnin_holder *holder);

/**
 * Frees a holder. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_holder_free(honnin_holder *holder);

/**
 * Compares a holder with what is registered: a finding each for what is given, in the order NAME, ADDRESS, BIRTH_DATE,
 * SEX; the name and its reading are one finding. A finding has a verdict, HONNIN_VERDICT_…, and tells by its reasons,
 * HONNIN_DIFFERENCE_…, how the two differ. What only a person can judge, and every difference that `accept` does not
 * have, is HONNIN_VERDICT_UNDECIDED. Sends nothing to a card and nothing over a network.
 *
 * A text is UTF-8 of 1 to 500 characters. What may be shown to the staff is in honnin_report_json as "staff", in
 * Japanese and English; it never says what stands on either side.
 *
 * @param out to be freed with honnin_report_free; set whenever a report was made
 * @return the result of the report; HONNIN_INVALID_ARGUMENT if nothing is registered, a text is empty or too long, or a
 * date is none; HONNIN_UNSUPPORTED_OPTION for a difference in `accept` that is not in HONNIN_DIFFERENCES_ACCEPTABLE
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_holder_compare(const honnin_holder *holder,
                                    const honnin_registered *registered,
                                    honnin_report **out,
                                    honnin_error *err);

/** @} */

/**
 * @defgroup records The records of the card: text, 個人番号, age, face, and whether the card is genuine
 * @{
 */

/**
 * Reads the four attributes of the text application. Needs HONNIN_PIN_KIND_TEXT or HONNIN_PIN_KIND_TEXT_CODE_B. The texts
 * have no control characters; they may have characters that turn the direction of writing, so spell those out where
 * people read them.
 *
 * The integrity report has the findings RECORD (a signed digest is of these attributes), CARD_CERTIFICATE (by the
 * production keys; for others see honnin_genuine_check) and TEST_CARD. The record with the digest reveals the 個人番号:
 * unless the context permits it, it is not read, and the only finding is RECORD, not checked, HONNIN_NOT_PERMITTED.
 *
 * @param out to be freed with honnin_holder_free
 * @param integrity whether the record is what was issued; to be freed with honnin_report_free; may be NULL: then nothing
 *        is read for it
 * @return HONNIN_OK, of the reading alone; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE for a record that cannot be read;
 *         HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card
 *         results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_text_read(honnin_card *card,
                               honnin_holder **out,
                               honnin_report **integrity,
                               honnin_error *err);

/**
 * Reads the 個人番号. Needs HONNIN_PIN_KIND_TEXT or HONNIN_PIN_KIND_TEXT_CODE_A, and a context that permits it, whose
 * purpose is logged.
 *
 * @param out 12 digits, to be freed with honnin_buffer_free, which wipes them
 * @return HONNIN_OK; HONNIN_NOT_PERMITTED; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE; HONNIN_CARD_NOT_GENUINE if the signed
 *         digest that honnin_text_read read in this session is of another number; HONNIN_BAD_STATE; HONNIN_CANCELLED;
 *         HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_my_number_read(honnin_card *card,
                                    honnin_buffer **out,
                                    honnin_error *err);

/**
 * Reads the age record, which has the birth date only. Needs HONNIN_PIN_KIND_FACE_BIRTH_DATE, which is printed on the card.
 *
 * The integrity report has the findings RECORD, CARD_CERTIFICATE (by the production keys), TEST_CARD and CARD_EXPIRY. The
 * expiry is that of honnin_card_details_read, if it was called in this session before honnin_pin_verify; else it is not
 * checked.
 *
 * @param out to be freed with honnin_holder_free
 * @param integrity as for honnin_text_read; may be NULL
 * @return HONNIN_OK, of the reading alone; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE for a record that cannot be read, and
 *         for a birth date in the future or more than 130 years ago; HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE;
 *         HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_age_read(honnin_card *card,
                              honnin_holder **out,
                              honnin_report **integrity,
                              honnin_error *err);

/**
 * Whether the holder has reached an age: from 00:00 on the birthday; born on 29 February, in common years on 1 March.
 * Unknown parts of the birth date matter only where they decide.
 *
 * @param years the age, 1 to 200
 * @param on "YYYY-MM-DD"; NULL: today in Japan
 * @param count_eve 1: the age is reached on the eve of the birthday, as procedures count that go by the day; 0: on the
 *        birthday
 * @param met 1 yes; else 0
 * @return HONNIN_OK if *met is 1; HONNIN_AGE_NOT_MET; HONNIN_AGE_UNDECIDED; HONNIN_CARD_RESPONSE for a birth date after
 *         that day or more than 130 years before it; HONNIN_CLOCK_IMPLAUSIBLE; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_age_check(const honnin_holder *holder,
                               uint32_t years,
                               const char *on,
                               uint32_t count_eve,
                               int32_t *met,
                               honnin_error *err);

/**
 * Reads the card face. Needs HONNIN_PIN_KIND_FACE_CODE_B or HONNIN_PIN_KIND_FACE_CODE_A.
 *
 * @param out to be freed with honnin_face_free
 * @return HONNIN_OK, of the reading alone: see honnin_face_report; HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE for a record
 *         that cannot be read; HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT;
 *         reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_face_read(honnin_card *card,
                               honnin_face **out,
                               honnin_error *err);

/**
 * The attributes of the card face: birth date and sex. Name and address are images only.
 *
 * @param out to be freed with honnin_holder_free
 * @return HONNIN_OK; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_face_holder(const honnin_face *face,
                                 honnin_holder **out,
                                 honnin_error *err);

/**
 * The expiry as the card face states it, "YYYY-MM-DD", not signed; alive as long as the face. NULL for NULL.
 *
 * @since 0.1
 */
const char *HONNIN_CALL honnin_face_expiry(const honnin_face *face);

/**
 * Whether the record of the card face is what was issued: the findings RECORD, CARD_CERTIFICATE (by the production keys),
 * TEST_CARD, COVERAGE (the signature covers neither the expiry nor the security code) and CARD_EXPIRY.
 *
 * @param out to be freed with honnin_report_free; set whenever a report was made
 * @return the result of the report; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_face_report(const honnin_face *face,
                                 honnin_report **out,
                                 honnin_error *err);

/**
 * An image of the card face.
 *
 * @param which HONNIN_FACE_IMAGE_…
 * @param format HONNIN_IMAGE_FORMAT_…: the photo is stored as JPEG 2000, the others as PNG
 * @param out to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_NOT_FOUND for a photo that the card does not hold (babies); HONNIN_CARD_RESPONSE for one that
 *         cannot be decoded within the limits (32 KB; for JPEG 2000 480 by 640 dots, or as many); HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_face_image(const honnin_face *face,
                                uint32_t which,
                                uint32_t format,
                                honnin_buffer **out,
                                honnin_error *err);

/**
 * Frees a face. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_face_free(honnin_face *face);

/**
 * Whether the card is genuine: the findings CARD_CERTIFICATE (the issuer vouches for a key), RECORD (that key signed the
 * record) and CHALLENGE (the key in the record answers a fresh challenge, so the card is no copy), and TEST_CARD, which
 * fails for test cards and virtual cards whoever is trusted. Works with the text or the face application, whichever has
 * a PIN or printed code verified.
 *
 * @param trust NULL: the production keys
 * @param out to be freed with honnin_report_free; set whenever a report was made
 * @return the result of the report: HONNIN_OK, HONNIN_CARD_NOT_GENUINE, HONNIN_CARD_ISSUER_UNKNOWN, HONNIN_CERTIFICATE_TEST;
 *         HONNIN_PIN_REQUIRED; HONNIN_CARD_RESPONSE; HONNIN_CARD_FEATURE_ABSENT; HONNIN_BAD_STATE; HONNIN_CANCELLED;
 *         HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_genuine_check(honnin_card *card,
                                   const honnin_trust *trust,
                                   honnin_report **out,
                                   honnin_error *err);

/** @} */

/**
 * @defgroup signature Signatures by the card's keys, and checking signatures
 * @{
 */

/**
 * Signs data with a key of the card: RSASSA-PKCS1-v1_5. The signature is checked with the key's certificate, read in this
 * session, before it is handed out. An expired or not yet valid certificate does not sign.
 *
 * @param key HONNIN_KEY_KIND_…
 * @param hash HONNIN_HASH_…
 * @param data `size` bytes; may be NULL if `size` is 0
 * @param signature to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_PIN_REQUIRED if the key's PIN was not verified in this session; HONNIN_CERTIFICATE_EXPIRED;
 *         HONNIN_CERTIFICATE_NOT_YET_VALID; HONNIN_CLOCK_IMPLAUSIBLE; HONNIN_SIGNATURE_NOT_BY_CERTIFICATE;
 *         HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_sign(honnin_card *card,
                          uint32_t key,
                          uint32_t hash,
                          const uint8_t *data,
                          size_t size,
                          honnin_buffer **signature,
                          honnin_error *err);

/**
 * Signs a digest with a key of the card. As honnin_sign, with a digest that was made elsewhere.
 *
 * @param key HONNIN_KEY_KIND_…
 * @param hash HONNIN_HASH_…
 * @param digest `size` bytes, as many as the hash has
 * @param signature to be freed with honnin_buffer_free
 * @return as honnin_sign
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_sign_digest(honnin_card *card,
                                 uint32_t key,
                                 uint32_t hash,
                                 const uint8_t *digest,
                                 size_t size,
                                 honnin_buffer **signature,
                                 honnin_error *err);

/**
 * Checks a signature over data: the mathematics only. Whether the certificate may be relied upon is for
 * honnin_certificate_validate to say.
 *
 * @param hash HONNIN_HASH_…
 * @param data `size` bytes; may be NULL if `size` is 0
 * @param sig `sig_size` bytes
 * @return HONNIN_OK; HONNIN_SIGNATURE_INVALID; HONNIN_SIGNATURE_MALFORMED; HONNIN_ALGORITHM_NOT_ALLOWED;
 *         HONNIN_CERTIFICATE_MALFORMED; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_signature_verify(const honnin_certificate *certificate,
                                      uint32_t hash,
                                      const uint8_t *data,
                                      size_t size,
                                      const uint8_t *sig,
                                      size_t sig_size,
                                      honnin_error *err);

/**
 * Checks a signature over a digest. As honnin_signature_verify, with a digest that was made elsewhere.
 *
 * @param hash HONNIN_HASH_…
 * @param digest `size` bytes, as many as the hash has
 * @param sig `sig_size` bytes
 * @return as honnin_signature_verify
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_signature_verify_digest(const honnin_certificate *certificate,
                                             uint32_t hash,
                                             const uint8_t *digest,
                                             size_t size,
                                             const uint8_t *sig,
                                             size_t sig_size,
                                             honnin_error *err);

/**
 * Checks a signature over data with a bare public key.
 *
 * @param spki_der the DER of a SubjectPublicKeyInfo, `spki_size` bytes
 * @param hash HONNIN_HASH_…
 * @param data `size` bytes; may be NULL if `size` is 0
 * @param sig `sig_size` bytes
 * @return as honnin_signature_verify; HONNIN_INVALID_ARGUMENT if the key cannot be read
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_signature_verify_key(const uint8_t *spki_der,
                                          size_t spki_size,
                                          uint32_t hash,
                                          const uint8_t *data,
                                          size_t size,
                                          const uint8_t *sig,
                                          size_t sig_size,
                                          honnin_error *err);

/** @} */

/**
 * @defgroup cms CMS signatures: making them with a card, adding time-stamps, verifying
 * @{
 */

/**
 * Signs content as CMS SignedData, with the signed attributes of CAdES-B-B: content type, digest, certificate, algorithms.
 * One signature of the card. With `timestamp` in the options the application is left and the time-stamp fetched; what
 * was verified is not any more then.
 *
 * @param key HONNIN_KEY_KIND_…
 * @param content `size` bytes; may be NULL if `size` is 0
 * @param options may be NULL
 * @param cms DER, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
 * @return HONNIN_OK; HONNIN_PIN_REQUIRED if the key's PIN was not verified in this session; HONNIN_CERTIFICATE_EXPIRED;
 *         HONNIN_CERTIFICATE_NOT_YET_VALID; HONNIN_CLOCK_IMPLAUSIBLE; HONNIN_SIGNATURE_NOT_BY_CERTIFICATE;
 *         HONNIN_CERTIFICATE_UNTRUSTED if the CA's certificate on the card is not the issuer's; with timestamp_required
 *         HONNIN_TIMESTAMP_INVALID or HONNIN_IO_ERROR; HONNIN_BAD_STATE; HONNIN_CANCELLED; HONNIN_INVALID_ARGUMENT;
 *         HONNIN_UNSUPPORTED_OPTION; reader and card results
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_cms_sign(honnin_card *card,
                              uint32_t key,
                              const uint8_t *content,
                              size_t size,
                              const honnin_cms_options *options,
                              honnin_buffer **cms,
                              honnin_error *err);

/**
 * Signs content of any size, detached, in constant memory. It is read to its end before the card is asked.
 *
 * @param key HONNIN_KEY_KIND_…
 * @param read gives the content
 * @param user given to `read`
 * @param options may be NULL; `detached` is not looked at
 * @param cms DER, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
 * @return as honnin_cms_sign; what `read` answered if it failed, HONNIN_IO_ERROR for an unknown code
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_cms_sign_stream(honnin_card *card,
                                     uint32_t key,
                                     honnin_read_fn read,
                                     void *user,
                                     const honnin_cms_options *options,
                                     honnin_buffer **cms,
                                     honnin_error *err);

/**
 * Adds a signature to a CMS SignedData. The others stay as they are.
 *
 * @param key HONNIN_KEY_KIND_…
 * @param cms DER or PEM, `size` bytes
 * @param content `content_size` bytes, if it is outside; else NULL
 * @param options may be NULL; `detached` is not looked at
 * @param out DER, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
 * @return as honnin_cms_sign; HONNIN_SIGNATURE_MALFORMED if the CMS cannot be read; HONNIN_INVALID_ARGUMENT if content is both
 *         inside and given, or neither; HONNIN_CONTENT_MISMATCH if it is not what the others signed
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_cms_sign_add(honnin_card *card,
                                  uint32_t key,
                                  const uint8_t *cms,
                                  size_t size,
                                  const uint8_t *content,
                                  size_t content_size,
                                  const honnin_cms_options *options,
                                  honnin_buffer **out,
                                  honnin_error *err);

/**
 * Adds a time-stamp (RFC 3161) to every signature of a CMS SignedData that has none: CAdES-B-T. It is checked that the
 * time-stamp answers the question and holds in itself; whether its authority is trusted is for honnin_cms_verify to say.
 *
 * @param cms DER or PEM, `size` bytes
 * @param timestamp fetches a time-stamp
 * @param user given to `timestamp`
 * @param out DER, to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_TIMESTAMP_INVALID; HONNIN_IO_ERROR if `timestamp` failed; HONNIN_SIGNATURE_MALFORMED;
 *         HONNIN_SIGNATURE_MISSING; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_cms_timestamp_add(const uint8_t *cms,
                                       size_t size,
                                       honnin_timestamp_fn timestamp,
                                       void *user,
                                       honnin_buffer **out,
                                       honnin_error *err);

/**
 * Verifies a CMS SignedData. For each signer there are findings SIGNATURE, CONTENT, ATTRIBUTES,
 * ALGORITHM, CHAIN, VALIDITY, PROFILE, REVOCATION, TEST_CARD and TIMESTAMP; what is wrong with the
 * whole has no signer's number. Without a purpose in the options the signers must be persons who
 * sign documents. The moment is the one of the options, whatever time-stamps say. All signers and
 * time-stamps together may take about a second of work, which is counted and not timed: a document
 * that takes more has a finding SIGNATURE without a signer's number, HONNIN_SIGNATURE_MALFORMED,
 * which is never waived.
 *
 * @param cms DER, BER where RFC 5652 allows it, or PEM, `size` bytes
 * @param content `content_size` bytes, if it is outside; else NULL. Empty content that is outside is not NULL
 * @param options may be NULL
 * @param out to be freed with honnin_report_free; set whenever a report was made, also on a file that is no CMS
 * @return the result of the report; without one HONNIN_CLOCK_IMPLAUSIBLE, HONNIN_NOT_SUPPORTED, HONNIN_INVALID_ARGUMENT,
 *         HONNIN_UNSUPPORTED_OPTION
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_cms_verify(const uint8_t *cms,
                                size_t size,
                                const uint8_t *content,
                                size_t content_size,
                                const honnin_validation_options *options,
                                honnin_report **out,
                                honnin_error *err);

/**
 * Verifies a CMS SignedData over content of any size, which is outside, in constant memory.
 *
 * @param cms as honnin_cms_verify
 * @param read gives the content
 * @param user given to `read`
 * @param options may be NULL
 * @param out as honnin_cms_verify
 * @return as honnin_cms_verify; what `read` answered if it failed, HONNIN_IO_ERROR for an unknown code
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_cms_verify_stream(const uint8_t *cms,
                                       size_t size,
                                       honnin_read_fn read,
                                       void *user,
                                       const honnin_validation_options *options,
                                       honnin_report **out,
                                       honnin_error *err);

/** @} */

/**
 * @defgroup pdf PDF signatures: making them with a card, verifying
 * @{
 */

/**
 * Signs a PDF with the signing key: PAdES-B-B, with `timestamp` in the options B-T, by an incremental update. What was there
 * stays, other signatures too. One signature of the card.
 *
 * @param pdf `size` bytes
 * @param options may be NULL
 * @param out the signed PDF, to be freed with honnin_buffer_free; set whenever the card signed, also if the time-stamp failed
 * @return as honnin_cms_sign; HONNIN_INVALID_ARGUMENT also for a file that viewers could read in two ways
 *         (HONNIN_REASON_FILE_AMBIGUOUS; the message names the byte), a field that is signed already, a page
 *         that there is not, a font that cannot be read, may not be embedded or lacks a character, which the
 *         message names; HONNIN_NOT_SUPPORTED for an encrypted file; HONNIN_NOT_PERMITTED
 *         (HONNIN_REASON_EARLIER_SIGNATURE) if the signature would break an earlier one
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pdf_sign(honnin_card *card,
                              const uint8_t *pdf,
                              size_t size,
                              const honnin_pdf_options *options,
                              honnin_buffer **out,
                              honnin_error *err);

/**
 * Verifies the signatures of a PDF, in the order in which they were made; the weakest decides. For each
 * there are the findings of honnin_cms_verify, and COVERAGE and CHANGES: what came after the signature must
 * be a further signature, a time-stamp, material for validation, or another change that the signature
 * permits (docs/pdf-changes.md lists them). A file that viewers could read in two ways is
 * HONNIN_SIGNATURE_MALFORMED, and the finding names the byte. The JSON of the report has "signatures".
 *
 * @param pdf `size` bytes
 * @param options may be NULL; as in honnin_cms_verify
 * @param out to be freed with honnin_report_free; set whenever a report was made, also on a file that is no PDF
 * @return the result of the report; without one HONNIN_NOT_SUPPORTED for an encrypted file, HONNIN_CLOCK_IMPLAUSIBLE,
 *         HONNIN_INVALID_ARGUMENT, HONNIN_UNSUPPORTED_OPTION
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_pdf_verify(const uint8_t *pdf,
                                size_t size,
                                const honnin_validation_options *options,
                                honnin_report **out,
                                honnin_error *err);

/** @} */

/**
 * @defgroup report Reports: the findings of a verification
 * @{
 */

/**
 * The result of a report: HONNIN_OK only if every finding passed or was waived, else the worst code among what failed or
 * was not checked.
 *
 * @return the result; HONNIN_INVALID_ARGUMENT for NULL
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_report_result(const honnin_report *report);

/**
 * How many findings there are. 0 for NULL.
 *
 * @since 0.1
 */
size_t HONNIN_CALL honnin_report_size(const honnin_report *report);

/**
 * A finding, from 0.
 *
 * @param out its struct_size is set by the caller; as much as fits is written
 * @return HONNIN_OK; HONNIN_NOT_FOUND past the last; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_report_finding(const honnin_report *report,
                                    size_t index,
                                    honnin_finding *out);

/**
 * How many signers the verified document has. 0 for NULL.
 *
 * @since 0.1
 */
size_t HONNIN_CALL honnin_report_signer_count(const honnin_report *report);

/**
 * The certificate of a signer, from 0.
 *
 * @param out to be freed with honnin_certificate_free
 * @return HONNIN_OK; HONNIN_NOT_FOUND past the last, and where a signer's certificate is not in the document or cannot be
 *         read; HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_report_signer(const honnin_report *report,
                                   size_t index,
                                   honnin_certificate **out,
                                   honnin_error *err);

/**
 * The content that was inside a CMS and that every signer signed: only if all findings SIGNATURE and CONTENT passed.
 *
 * @param out to be freed with honnin_buffer_free
 * @return HONNIN_OK; HONNIN_NOT_FOUND if there is none to give: it does not stand for what was signed, or it was outside;
 *         HONNIN_INVALID_ARGUMENT
 * @since 0.1
 */
HONNIN_MUST_USE
honnin_result HONNIN_CALL honnin_report_content(const honnin_report *report,
                                    honnin_buffer **out,
                                    honnin_error *err);

/**
 * The report as JSON; alive as long as the report.
 *
 * @param profile HONNIN_REPORT_PROFILE_MINIMAL: nothing that identifies a person; HONNIN_REPORT_PROFILE_EVIDENCE: with the
 *        signers, who are persons
 * @return UTF-8; NULL for NULL and an unknown profile
 * @since 0.1
 */
const char *HONNIN_CALL honnin_report_json(const honnin_report *report,
                               uint32_t profile);

/**
 * Frees a report. NULL is nothing.
 *
 * @since 0.1
 */
void HONNIN_CALL honnin_report_free(honnin_report *report);

/** @} */

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* HONNIN_H */

/* Structs with their size set and everything else at its default. */
#define HONNIN_ERROR_INIT { sizeof(honnin_error), 0, -1, 0, 0, 0, 0, 0, 0, 0, { 0 }, { 0 } }
#define HONNIN_CONTEXT_OPTIONS_INIT { sizeof(honnin_context_options), 0, NULL, 0, 0, NULL, NULL }
#define HONNIN_WAIT_OPTIONS_INIT { sizeof(honnin_wait_options), 0, NULL, 0, 0 }
#define HONNIN_OPEN_OPTIONS_INIT { sizeof(honnin_open_options), 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL }
#define HONNIN_CONNECTION_INIT { sizeof(honnin_connection), 0, NULL, NULL, NULL, NULL, NULL, NULL }
#define HONNIN_PIN_OPTIONS_INIT { sizeof(honnin_pin_options), 0, 0, 0 }
#define HONNIN_VALIDATION_OPTIONS_INIT \
  { sizeof(honnin_validation_options), 0, 0, NULL, NULL, 0, NULL, 0, 0, 0, 0, 0, 0 }
#define HONNIN_REGISTERED_INIT { sizeof(honnin_registered), 0, NULL, NULL, NULL, NULL, 0, 0, 0 }
#define HONNIN_CMS_OPTIONS_INIT { sizeof(honnin_cms_options), 0, 0, 0, 0, 0, 0, 0, NULL, NULL }
#define HONNIN_PDF_OPTIONS_INIT \
  { sizeof(honnin_pdf_options), 0, NULL, NULL, NULL, NULL, 0, 0, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, NULL, NULL, NULL, 0 }
#define HONNIN_FINDING_INIT { sizeof(honnin_finding), 0, 0, 0, 0, 0, 0, NULL }
