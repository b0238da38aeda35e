/* SPDX-License-Identifier: MIT */
/*
 * A program as a navigation unit might have it, to try kiwipatch on: it checks the sums of its blocks, shows
 * a screen that has to be agreed to, waits for a key and runs the map. It talks to Linux alone (32-bit MIPS,
 * big-endian; for tools/long-tests also SuperH and ARM), without a library.
 *
 * The file consists of blocks, see agree.ld: 16 bytes of head that are not summed, the content, and a check
 * value that makes the sum of all words behind the head zero (or, other than MIPS, is their sum).
 */
typedef unsigned int word;

struct block {
    char tag[4];
    word number;
    word words; /* of the block, with head and check value */
    word version;
};

extern const struct block block_program, block_screens, block_words;

/* What is shown one after the other; a screen with action 1 waits for a key. */
struct screen {
    const char *text;
    word action;
};

#define IN_SCREENS __attribute__((section(".screens"), used))
#define IN_WORDS __attribute__((section(".words")))

static const char start_text[] IN_WORDS = "KIWI DEMO UNIT 1000\n";
static const char agree_text[] IN_WORDS =
    "Obey traffic law and watch the road. Use this unit at your own risk.\n[ I Agree ]\n";
static const char map_text[] IN_WORDS = "MAP IS RUNNING\n";
static const char error_text[] IN_WORDS = "PROGRAM BLOCK DAMAGED, PLEASE LOAD AGAIN\n";

/* A table of pointers to texts: what find --xref looks for. It ends with a screen without text. */
const struct screen screens[] IN_SCREENS = {{start_text, 0}, {agree_text, 1}, {map_text, 0}, {0, 0}};
static const char volume_text[] IN_WORDS = "Volume of the voice\n", route_text[] IN_WORDS = "Route options\n";
static const char home_text[] IN_WORDS = "Way home\n", language_text[] IN_WORDS = "Language\n",
                              disc_text[] IN_WORDS = "Insert the map disc\n";
const char *const messages[] IN_SCREENS = {error_text, volume_text,   route_text,
                                           home_text,  language_text, disc_text};

#ifdef __mips__
enum { EXIT = 4001, READ = 4003, WRITE = 4004 };

static long call(long number, long a, long b, long c)
{
    register long v0 __asm__("$2") = number;
    register long a0 __asm__("$4") = a;
    register long a1 __asm__("$5") = b;
    register long a2 __asm__("$6") = c;
    register long a3 __asm__("$7");
    __asm__ volatile("syscall"
                     : "+r"(v0), "=r"(a3)
                     : "r"(a0), "r"(a1), "r"(a2)
                     : "$1", "$3", "$8", "$9", "$10", "$11", "$12", "$13", "$14", "$15", "$24", "$25", "hi",
                       "lo", "memory");
    return a3 ? -v0 : v0;
}
#else
enum { EXIT = 1, READ = 3, WRITE = 4 };

static long call(long number, long a, long b, long c)
{
#ifdef __arm__
    register long result __asm__("r0") = a;
    register long second __asm__("r1") = b;
    register long third __asm__("r2") = c;
    register long code __asm__("r7") = number;
    __asm__ volatile("svc 0" : "+r"(result) : "r"(second), "r"(third), "r"(code) : "memory");
#else
    register long code __asm__("r3") = number;
    register long first __asm__("r4") = a;
    register long second __asm__("r5") = b;
    register long third __asm__("r6") = c;
    register long result __asm__("r0");
    __asm__ volatile("trapa #0x13"
                     : "=r"(result)
                     : "r"(code), "r"(first), "r"(second), "r"(third)
                     : "memory", "t");
#endif
    return result;
}
#endif

__attribute__((noinline, used)) void show(const char *text)
{
    long length = 0;
    while (text[length])
        length++;
    call(WRITE, 1, (long)text, length);
}

__attribute__((noinline, used)) void wait_for_key(void)
{
    char key;
    if (call(READ, 0, (long)&key, 1) != 1) /* without a key there is no map */
        call(EXIT, 3, 0, 0);
}

static int is_good(const struct block *block)
{
    const word *words = (const word *)block;
    word sum = 0;
#ifdef __mips__
    for (word i = sizeof *block / sizeof *words; i < block->words; i++)
        sum += words[i];
    return sum == 0;
#else
    for (word i = sizeof *block / sizeof *words; i < block->words - 1; i++)
        sum += words[i];
    return sum == words[block->words - 1];
#endif
}

static void check_blocks(void)
{
    const struct block *const blocks[] = {&block_program, &block_screens, &block_words};
    for (word i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (!is_good(blocks[i])) {
            show(error_text);
            call(EXIT, 2, 0, 0);
        }
    }
}

__attribute__((used)) void start(void)
{
    check_blocks();
}

__attribute__((used)) void stop(void)
{
    call(EXIT, 0, 0, 0);
}

#ifdef __mips__
/*
 * In assembler, so that the recipes' code step fits whatever the compiler is. The instruction to change is
 * the branch over wait_for_key: made unconditional, no screen waits. (Loads need a delay slot only on the
 * oldest of these processors.)
 */
__asm__(".section .start,\"ax\"\n"
        ".set push\n"
        ".set noreorder\n"
        ".globl __start\n"
        "__start:\n"
        "    addiu $sp, $sp, -32\n"
        "    jal start\n"
        "    nop\n"
        "    lui $16, %hi(screens)\n"
        "    addiu $16, $16, %lo(screens)\n"
        "1:  lw $4, 0($16)\n"
        "    nop\n"
        "    beqz $4, 3f\n"
        "    nop\n"
        "    jal show\n"
        "    nop\n"
        "    lw $8, 4($16)\n"
        "    nop\n"
        "    beqz $8, 2f\n"
        "    nop\n"
        "    jal wait_for_key\n"
        "    nop\n"
        "2:  b 1b\n"
        "    addiu $16, $16, 8\n"
        "3:  jal stop\n"
        "    nop\n"
        ".set pop\n"
        ".previous");
#elif defined __sh__
/* Also in assembler: gcc 12 leaves out the comparison of such a loop (and not only of this one) for SH-4. */
__asm__(".section .start,\"ax\"\n"
        ".align 2\n"
        ".globl __start\n"
        "__start:\n"
        "    mov.l 4f, r0\n"
        "    jsr @r0\n"
        "    nop\n"
        "    mov.l 5f, r8\n"
        "1:  mov.l @r8, r4\n"
        "    tst r4, r4\n"
        "    bt 3f\n"
        "    mov.l 6f, r0\n"
        "    jsr @r0\n"
        "    nop\n"
        "    mov.l @(4,r8), r1\n"
        "    tst r1, r1\n"
        "    bt 2f\n"
        "    mov.l 7f, r0\n"
        "    jsr @r0\n"
        "    nop\n"
        "2:  bra 1b\n"
        "    add #8, r8\n"
        "3:  mov.l 8f, r0\n"
        "    jsr @r0\n"
        "    nop\n"
        ".align 2\n"
        "4:  .long start\n"
        "5:  .long screens\n"
        "6:  .long show\n"
        "7:  .long wait_for_key\n"
        "8:  .long stop\n"
        ".previous");
#else
__attribute__((section(".start"), used)) void __start(void)
{
    const struct screen *screen = screens;
    start();
    __asm__("" : "+r"(screen)); /* or the compiler would read the table, which recipes change */
    for (; screen->text; screen++) {
        show(screen->text);
        if (screen->action)
            wait_for_key();
    }
    stop();
}
#endif
