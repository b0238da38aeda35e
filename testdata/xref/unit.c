/* SPDX-License-Identifier: MIT */
/*
 * What the search for load addresses is tried on: a program that nobody runs, with texts that tables and code
 * point at, and a screen that two branches decide about. tests/firmware/matrix.py compiles it for many
 * processors.
 */
#ifndef OTHER
#define TEXT(text) text
#else
#define TEXT(text) OTHER text
#endif

typedef unsigned int word;

void put(const char *text);
int key(void);
word get(int number);
extern volatile word device[16];

struct screen {
    const char *title;
    word lines;
};

static const struct screen screens[] = {{TEXT("Main menu"), 6}, {TEXT("Volume of the voice"), 3}, {TEXT("Route options"), 4}, {TEXT("Address book"), 9}};

__attribute__((noinline)) void agree(void)
{
    if (device[3] & 1)
        return;
    put(TEXT("Obey traffic law and watch the road."));
    put(TEXT("I Agree"));
    while (!key())
        ;
}

__attribute__((noinline)) void show(word number)
{
    if (number >= sizeof screens / sizeof *screens) {
        put(TEXT("No such screen"));
        return;
    }
    put(screens[number].title);
    for (word i = 0; i < screens[number].lines; i++)
        put(TEXT("line"));
}

__attribute__((noinline)) void disc(void)
{
    switch (get(4)) {
    case 0: put(TEXT("Please insert the map disc")); break;
    case 1: put(TEXT("The disc cannot be read")); break;
    case 2: put(TEXT("Loading the program")); break;
    case 3: put(TEXT("Searching for satellites")); break;
    default: put(TEXT("Unknown state of the drive")); break;
    }
    if (get(7) > 40)
        put(TEXT("Too warm: the unit switches off"));
}

__attribute__((noinline)) void route(void)
{
    word left = get(1);
    put(left > 1000 ? TEXT("Turn left in one kilometre") : TEXT("Turn left now"));
    if (get(2) == 17)
        put(TEXT("Make a U-turn"));
    if (get(3) != device[5])
        put(TEXT("Calculating the route again"));
}

__attribute__((section(".text.start"), used)) void start(void)
{
    put(TEXT("NAVIGATION UNIT VERSION 2.11"));
    disc();
    agree();
    for (;;) {
        show(get(9));
        route();
    }
}

volatile word device[16] = {1, 2, 3};

__attribute__((noinline)) void put(const char *text)
{
    while (*text)
        device[0] = (word)*text++;
}

__attribute__((noinline)) int key(void)
{
    return device[1] & 1;
}

__attribute__((noinline)) word get(int number)
{
    return device[number];
}
