/* Stands in for libpcsclite.so.1: establishing a context fails with the code in STAND_IN_ESTABLISH. With 0 there it
 * succeeds; then STAND_IN_READERS has the states of its readers in hex, separated by commas (none: no reader), and
 * everything else fails. With INCOMPLETE it lacks a function, like a library of another kind under the same name. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ABSENT(name) long name(void) { return (long)0x80100001UL; }

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *context)
{
    const char *code = getenv("STAND_IN_ESTABLISH");
    (void)scope, (void)a, (void)b;
    *context = 1;
    return code ? (long)strtoul(code, NULL, 16) : (long)0x80100001UL;
}

long SCardReleaseContext(long context) { return context == 1 ? 0 : (long)0x80100003UL; }

/* The state of the reader with that number; -1 if there is none. */
static long state(int number)
{
    const char *states = getenv("STAND_IN_READERS");
    while (states && *states && number-- > 0) {
        states = strchr(states, ',');
        if (states) states++;
    }
    return states && *states ? strtol(states, NULL, 16) : -1;
}

long SCardListReaders(long context, const char *groups, char *names, unsigned long *size)
{
    char all[256];
    unsigned long used = 0;
    int number;
    (void)context, (void)groups;
    for (number = 0; number < 9 && state(number) >= 0; number++) {
        used += (unsigned long)snprintf(all + used, 20, "Stand-in 0%d", number) + 1;
    }
    if (number == 0) return (long)0x8010002EUL; /* SCARD_E_NO_READERS_AVAILABLE */
    all[used++] = 0;
    if (names && *size < used) return (long)0x80100008UL;
    if (names) memcpy(names, all, used);
    *size = used;
    return 0;
}

struct reader_state {
    const char *name;
    void *user;
    unsigned long current, event, atr_size;
    unsigned char atr[33];
};

long SCardGetStatusChange(long context, unsigned long timeout, struct reader_state *states, unsigned long count)
{
    unsigned long i;
    (void)context, (void)timeout;
    for (i = 0; i < count; i++) {
        size_t last = strlen(states[i].name) - 1;
        long now = state(states[i].name[last] - '0');
        if (now < 0) return (long)0x80100009UL; /* SCARD_E_UNKNOWN_READER */
        states[i].event = (unsigned long)now;
        states[i].atr_size = 0;
    }
    return 0;
}

ABSENT(SCardIsValidContext)
ABSENT(SCardCancel)
ABSENT(SCardConnect)
ABSENT(SCardReconnect)
ABSENT(SCardDisconnect)
ABSENT(SCardBeginTransaction)
ABSENT(SCardEndTransaction)
ABSENT(SCardStatus)
ABSENT(SCardGetAttrib)
ABSENT(SCardSetAttrib)
ABSENT(SCardTransmit)
#ifndef INCOMPLETE
ABSENT(SCardControl)
#endif
