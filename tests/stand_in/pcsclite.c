/* Stands in for libpcsclite.so.1: establishing a context fails with the code in STAND_IN_ESTABLISH.
 * With INCOMPLETE it lacks a function, like a library of another kind under the same name. */
#include <stdlib.h>

#define ABSENT(name) long name(void) { return (long)0x80100001UL; }

long SCardEstablishContext(unsigned long scope, const void *a, const void *b, long *context)
{
    const char *code = getenv("STAND_IN_ESTABLISH");
    (void)scope, (void)a, (void)b;
    *context = 0;
    return code ? (long)strtoul(code, NULL, 16) : (long)0x80100001UL;
}

ABSENT(SCardReleaseContext)
ABSENT(SCardIsValidContext)
ABSENT(SCardCancel)
ABSENT(SCardConnect)
ABSENT(SCardReconnect)
ABSENT(SCardDisconnect)
ABSENT(SCardGetStatusChange)
ABSENT(SCardListReaders)
ABSENT(SCardBeginTransaction)
ABSENT(SCardEndTransaction)
ABSENT(SCardStatus)
ABSENT(SCardGetAttrib)
ABSENT(SCardSetAttrib)
ABSENT(SCardTransmit)
#ifndef INCOMPLETE
ABSENT(SCardControl)
#endif
