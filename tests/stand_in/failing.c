/* Stands between a program and the libpcsclite.so.1 that STAND_IN_REAL names: every call is passed on, unless the file that
 * STAND_IN_PLAN names says that it fails. A line of that file is one of
 *   before FUNCTION NTH CODE   the NTH call of the function from now on is not passed on, and answers CODE (hex)
 *   after FUNCTION NTH CODE    it is passed on, and answers CODE all the same: what came of it is lost
 *   unplugged                  the readers are gone: a call answers as that of pcscd does from the moment at which one was
 *                              unplugged, and what the card answered meanwhile is lost
 *   seed SEED ONE_IN           of all calls one in so many fails, chosen by that seed; half of them were passed on
 * The file is read at every call; "from now on" is since it changed. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef long LONG;
typedef unsigned long DWORD;
typedef const void *IN;
typedef void *OUT;

enum { FUNCTIONS = 16, LINES = 32 };
static const char *const names[FUNCTIONS] = {
    "SCardEstablishContext", "SCardReleaseContext", "SCardIsValidContext", "SCardCancel",
    "SCardConnect", "SCardReconnect", "SCardDisconnect", "SCardGetStatusChange",
    "SCardListReaders", "SCardBeginTransaction", "SCardEndTransaction", "SCardStatus",
    "SCardGetAttrib", "SCardSetAttrib", "SCardTransmit", "SCardControl",
};
/* Not among them: that the card is gone. Whoever is told so rightly believes that it has lost its power. */
static const LONG codes[] = {
    (LONG)0x80100001, (LONG)0x80100003, (LONG)0x80100006, (LONG)0x80100009, (LONG)0x8010000A,
    (LONG)0x8010000B, (LONG)0x80100013, (LONG)0x80100016, (LONG)0x80100017, (LONG)0x8010001D,
    (LONG)0x8010001E, (LONG)0x8010002F, (LONG)0x80100066, (LONG)0x80100067, (LONG)0x80100068,
};

struct line {
    int before, function;
    unsigned long nth, code;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char plan[4096];
static struct line lines[LINES];
static int line_count, unplugged;
static unsigned long calls[FUNCTIONS], state, one_in;

static int number_of(const char *name)
{
    for (int i = 0; i < FUNCTIONS; i++)
        if (strcmp(names[i], name) == 0) return i;
    return -1;
}

static void read_plan(void)
{
    char now[sizeof plan] = "", *rest = NULL;
    const char *path = getenv("STAND_IN_PLAN");
    FILE *file = path ? fopen(path, "r") : NULL;
    if (file) {
        now[fread(now, 1, sizeof now - 1, file)] = 0;
        fclose(file);
    }
    if (strcmp(now, plan) == 0) return;
    memcpy(plan, now, sizeof plan);
    memset(calls, 0, sizeof calls);
    line_count = 0;
    one_in = 0;
    unplugged = 0;
    for (char *text = strtok_r(now, "\n", &rest); text; text = strtok_r(NULL, "\n", &rest)) {
        char when[8], name[32];
        struct line *line = &lines[line_count];
        if (strcmp(text, "unplugged") == 0) unplugged = 1;
        if (sscanf(text, "seed %lu %lu", &state, &one_in) == 2) continue;
        if (line_count < LINES && sscanf(text, "%7s %31s %lu %lx", when, name, &line->nth, &line->code) == 4) {
            line->before = strcmp(when, "before") == 0;
            line->function = number_of(name);
            line_count++;
        }
    }
}

static unsigned long drawn(void)
{
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return state >> 33;
}

/* What a call answers when there is no reader any more; 0: nothing to do with readers. */
static LONG without_reader(int function)
{
    switch (function) {
    case 4: case 7: return (LONG)0x80100009; /* SCardConnect, SCardGetStatusChange: no such reader */
    case 8: return (LONG)0x8010002E;         /* SCardListReaders: no readers */
    case 5: case 9: case 11: case 12: case 13: case 14: case 15: return (LONG)0x80100017;
    default: return 0;
    }
}

static LONG unplugged_meanwhile(int function)
{
    pthread_mutex_lock(&lock);
    read_plan();
    LONG code = unplugged ? without_reader(function) : 0;
    pthread_mutex_unlock(&lock);
    return code;
}

/* Whether this call fails: with the code, and whether it is passed on before. */
static int fails(int function, LONG *code, int *passed_on)
{
    int found = 0;
    pthread_mutex_lock(&lock);
    read_plan();
    calls[function]++;
    if (unplugged && without_reader(function)) {
        *code = without_reader(function);
        *passed_on = 0;
        found = 1;
    }
    for (int i = 0; i < line_count && !found; i++) {
        if (lines[i].function == function && lines[i].nth == calls[function]) {
            *code = (LONG)lines[i].code;
            *passed_on = !lines[i].before;
            found = 1;
        }
    }
    if (!found && one_in && drawn() % one_in == 0) {
        *code = codes[drawn() % (sizeof codes / sizeof codes[0])];
        *passed_on = drawn() % 2 == 0;
        found = 1;
    }
    pthread_mutex_unlock(&lock);
    return found;
}

static void *real(const char *name)
{
    static void *library;
    const char *path = getenv("STAND_IN_REAL");
    pthread_mutex_lock(&lock);
    if (!library && path) library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    pthread_mutex_unlock(&lock);
    return library ? dlsym(library, name) : NULL;
}

static void nothing(const void *given)
{
    (void)given;
}

static void release(const void *context)
{
    LONG (*call)(LONG);
    *(void **)&call = real("SCardReleaseContext");
    if (call) call(*(const LONG *)context);
}

static void disconnect(const void *card)
{
    LONG (*call)(LONG, DWORD);
    *(void **)&call = real("SCardDisconnect");
    if (call) call(*(const LONG *)card, 0);
}

/* What lets go is always passed on, and what a call that fails has given is taken back: a program can do neither. */
#define FUNCTION(number, lets_go, name, arguments, values) GIVING(number, lets_go, name, arguments, values, nothing, NULL)
#define GIVING(number, lets_go, name, arguments, values, take_back, given)                  \
    LONG name arguments                                                     \
    {                                                                       \
        LONG(*call) arguments;                                              \
        LONG code = 0, answer;                                              \
        int passed_on = 1, failed = fails(number, &code, &passed_on);       \
        *(void **)&call = real(#name);                                      \
        if (!call) return (LONG)0x8010001D;                                 \
        if (failed && !passed_on && !(lets_go)) return code;                \
        answer = call values;                                               \
        if (!failed && (code = unplugged_meanwhile(number))) failed = 1;    \
        if (failed && answer == 0) take_back(given);                        \
        return failed && (answer == 0 || !passed_on) ? code : answer;       \
    }

GIVING(0, 0, SCardEstablishContext, (DWORD a, IN b, IN c, LONG *d), (a, b, c, d), release, d)
FUNCTION(1, 1, SCardReleaseContext, (LONG a), (a))
FUNCTION(2, 0, SCardIsValidContext, (LONG a), (a))
FUNCTION(3, 1, SCardCancel, (LONG a), (a))
GIVING(4, 0, SCardConnect, (LONG a, IN b, DWORD c, DWORD d, OUT e, OUT f), (a, b, c, d, e, f), disconnect, e)
FUNCTION(5, 0, SCardReconnect, (LONG a, DWORD b, DWORD c, DWORD d, OUT e), (a, b, c, d, e))
FUNCTION(6, 1, SCardDisconnect, (LONG a, DWORD b), (a, b))
FUNCTION(7, 0, SCardGetStatusChange, (LONG a, DWORD b, OUT c, DWORD d), (a, b, c, d))
FUNCTION(8, 0, SCardListReaders, (LONG a, IN b, OUT c, OUT d), (a, b, c, d))
FUNCTION(9, 0, SCardBeginTransaction, (LONG a), (a))
FUNCTION(10, 1, SCardEndTransaction, (LONG a, DWORD b), (a, b))
FUNCTION(11, 0, SCardStatus, (LONG a, OUT b, OUT c, OUT d, OUT e, OUT f, OUT g), (a, b, c, d, e, f, g))
FUNCTION(12, 0, SCardGetAttrib, (LONG a, DWORD b, OUT c, OUT d), (a, b, c, d))
FUNCTION(13, 0, SCardSetAttrib, (LONG a, DWORD b, IN c, DWORD d), (a, b, c, d))
FUNCTION(14, 0, SCardTransmit, (LONG a, IN b, IN c, DWORD d, OUT e, OUT f, OUT g), (a, b, c, d, e, f, g))
FUNCTION(15, 0, SCardControl, (LONG a, DWORD b, IN c, DWORD d, OUT e, DWORD f, OUT g), (a, b, c, d, e, f, g))
