/* Stands between a program and the real libpcsclite.so.1, and gives every reader a PIN pad (PC/SC part 10,
 * FEATURE_VERIFY_PIN_DIRECT). What the person types is in STAND_IN_TYPED: digits, "cancel", "timeout", "refused", or
 * "lost" (the card sees 1234, and its answer never comes). The real library is at STAND_IN_BEHIND. The structure is judged
 * as a reader would; one that is not right is answered 6B80, like all of them when "refused". */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef long LONG;
typedef unsigned long DWORD;
typedef struct { unsigned long protocol, length; } PCI;

static void *real(const char *name)
{
    static void *library;
    const char *behind = getenv("STAND_IN_BEHIND");
    void *function;
    if (library == NULL && behind != NULL) library = dlopen(behind, RTLD_NOW | RTLD_LOCAL);
    function = library ? dlsym(library, name) : NULL;
    if (function == NULL) {
        fprintf(stderr, "stand-in: no %s behind\n", name);
        exit(99);
    }
    return function;
}

#define PASS(name, parameters, arguments) \
    LONG name parameters { return ((LONG (*) parameters)real(#name)) arguments; }

PASS(SCardEstablishContext, (DWORD a, const void *b, const void *c, LONG *d), (a, b, c, d))
PASS(SCardReleaseContext, (LONG a), (a))
PASS(SCardIsValidContext, (LONG a), (a))
PASS(SCardCancel, (LONG a), (a))
PASS(SCardConnect, (LONG a, const char *b, DWORD c, DWORD d, LONG *e, DWORD *f), (a, b, c, d, e, f))
PASS(SCardReconnect, (LONG a, DWORD b, DWORD c, DWORD d, DWORD *e), (a, b, c, d, e))
PASS(SCardDisconnect, (LONG a, DWORD b), (a, b))
PASS(SCardGetStatusChange, (LONG a, DWORD b, void *c, DWORD d), (a, b, c, d))
PASS(SCardListReaders, (LONG a, const char *b, char *c, DWORD *d), (a, b, c, d))
PASS(SCardBeginTransaction, (LONG a), (a))
PASS(SCardEndTransaction, (LONG a, DWORD b), (a, b))
PASS(SCardStatus, (LONG a, char *b, DWORD *c, DWORD *d, DWORD *e, unsigned char *f, DWORD *g), (a, b, c, d, e, f, g))
PASS(SCardGetAttrib, (LONG a, DWORD b, unsigned char *c, DWORD *d), (a, b, c, d))
PASS(SCardSetAttrib, (LONG a, DWORD b, const unsigned char *c, DWORD d), (a, b, c, d))
PASS(SCardTransmit,
     (LONG a, const PCI *b, const unsigned char *c, DWORD d, PCI *e, unsigned char *f, DWORD *g),
     (a, b, c, d, e, f, g))

#define GET_FEATURES (0x42000000UL + 3400)
#define VERIFY_PIN (0x42330006UL)

static LONG answer(unsigned word, unsigned char *out, DWORD room, DWORD *length)
{
    if (room < 2) return (LONG)0x80100008UL;
    out[0] = (unsigned char)(word >> 8);
    out[1] = (unsigned char)word;
    *length = 2;
    return 0;
}

/* Judges the structure, puts the digits where it says, and sends the command to the card. */
static LONG verify(LONG card, const unsigned char *in, DWORD size, unsigned char *out, DWORD room, DWORD *length)
{
    const char *typed = getenv("STAND_IN_TYPED");
    unsigned char command[32];
    uint16_t digits;
    uint32_t count;
    PCI t0 = { 1, sizeof(PCI) }, t1 = { 2, sizeof(PCI) };
    DWORD state, protocol, atr_size = 33, name_size = 256, got = 2;
    unsigned char atr[33], word[258];
    char name[256];
    LONG code;

    if (typed == NULL || size < 19 + 5) return answer(0x6B80, out, room, length);
    memcpy(&digits, in + 5, 2);
    memcpy(&count, in + 15, 4);
    if (in[0] == 0 || in[2] != 0x82 || in[3] != 0x04 || in[4] != 0 || digits != 0x0404 || in[7] != 0x02
        || size != 19 + count || count != 9 || in[19 + 4] != 4) {
        return answer(0x6B80, out, room, length);
    }
    if (strcmp(typed, "cancel") == 0) return answer(0x6401, out, room, length);
    if (strcmp(typed, "timeout") == 0) return answer(0x6400, out, room, length);
    if (strcmp(typed, "refused") == 0) return answer(0x6B80, out, room, length);
    memcpy(command, in + 19, 9);
    if (strcmp(typed, "lost") == 0) typed = "1234";
    if (strlen(typed) != 4) return answer(0x6403, out, room, length);
    memcpy(command + 5, typed, 4);
    code = SCardStatus(card, name, &name_size, &state, &protocol, atr, &atr_size);
    if (code != 0) return code;
    got = sizeof word;
    code = SCardTransmit(card, protocol == 1 ? &t0 : &t1, command, 9, NULL, word, &got);
    if (code != 0) return code;
    if (strcmp(getenv("STAND_IN_TYPED"), "lost") == 0) return (LONG)0x8010002FUL; /* SCARD_E_COMM_DATA_LOST */
    if (got != 2) return (LONG)0x80100001UL;
    return answer(((unsigned)word[0] << 8) | word[1], out, room, length);
}

LONG SCardControl(LONG card, DWORD code, const unsigned char *in, DWORD in_size, unsigned char *out, DWORD room,
                  DWORD *length)
{
    static const unsigned char features[] = { 0x06, 4, 0x42, 0x33, 0x00, 0x06 };
    if (code == GET_FEATURES && room >= sizeof features) {
        memcpy(out, features, sizeof features);
        *length = sizeof features;
        return 0;
    }
    if (code == VERIFY_PIN) return verify(card, in, in_size, out, room, length);
    return ((LONG (*)(LONG, DWORD, const unsigned char *, DWORD, unsigned char *, DWORD, DWORD *))real("SCardControl"))(
        card, code, in, in_size, out, room, length);
}
