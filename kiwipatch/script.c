/* SPDX-License-Identifier: MIT */
/* Scripts for Ghidra and rizin: blocks at their addresses, texts, and who points at them. */
#include "script.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "xref_votes.h"

enum { NAME_LENGTH = 24 /* characters of a text in its name */ };

/** The words of a program, with the values in this order. */
struct dialect {
    const char *name;
    const char *begin;
    const char *block; /* number, address, length, place in the module, whether it lies over another one */
    const char *text;  /* name, address, length */
    const char *reference; /* from, to */
};

static const struct dialect dialects[] = {
    {"ghidra",
     "# Import the module (kiwidump DISC --extract FOLDER --file LOADING.KWI writes it) into Ghidra as a "
     "raw\n"
     "# binary in that language, do not analyze it yet, and run this script.\n"
     "# @category kiwi\n"
     "from ghidra.program.model.symbol import RefType, SourceType\n"
     "\n"
     "memory = currentProgram.getMemory()\n"
     "data = memory.getAllFileBytes()[0]\n"
     "references = currentProgram.getReferenceManager()\n"
     "for old in list(memory.getBlocks()):\n"
     "    memory.removeBlock(old, monitor)\n"
     "\n"
     "def block(number, address, length, place, overlay):\n"
     "    made = memory.createInitializedBlock(\"block%d\" % number, toAddr(address), data, place, length, "
     "overlay)\n"
     "    made.setPermissions(True, True, True)\n"
     "\n"
     "def text(name, address, length):\n"
     "    createAsciiString(toAddr(address), length)\n"
     "    createLabel(toAddr(address), name, True)\n"
     "\n"
     "def reference(start, target):\n"
     "    references.addMemoryReference(toAddr(start), toAddr(target), RefType.DATA, "
     "SourceType.USER_DEFINED, 0)\n"
     "\n",
     "block(%zu, \"0x%08" PRIX32 "\", 0x%zX, 0x%zX, %d == 1)\n", "text(\"%s\", \"0x%08" PRIX32 "\", %zu)\n",
     "reference(\"0x%08" PRIX32 "\", \"0x%08" PRIX32 "\")\n"},
    {"rizin",
     "# kiwidump DISC --extract FOLDER --file LOADING.KWI writes the module; then: rizin -n -i SCRIPT "
     "MODULE\n"
     "om-*\n",
     "om 3 0x%2$08" PRIX32 " 0x%3$zX 0x%4$zX rwx block%1$zu\n",
     "f text.%1$s %3$zu @ 0x%2$08" PRIX32 "\nCs %3$zu @ 0x%2$08" PRIX32 "\n",
     "axs 0x%2$08" PRIX32 " @ 0x%1$08" PRIX32 "\n"},
};

const char *script_name(size_t number)
{
    return number < sizeof dialects / sizeof dialects[0] ? dialects[number].name : NULL;
}

struct script {
    const struct dialect *dialect;
    struct references *references;
    struct firmware *program;
    struct numbers texts;
};

static uint32_t address_of(const struct script *script, size_t place)
{
    return xref_block_of(&script->references->load, place)->address + (uint32_t)place;
}

/* What both programs call the processors */

static void print_machine(const struct script *script)
{
    static const struct {
        const char *ghidra, *rizin;
        unsigned bits;
    } machines[] = {
        [MACHINE_MIPS] = {"MIPS:%s:32:default", "mips", 32},
        [MACHINE_SH] = {"SuperH4:%s:32:default", "sh", 32},
        [MACHINE_ARM] = {"ARM:%s:32:v7", "arm", 32},
        [MACHINE_THUMB] = {"ARM:%s:32:v7", "arm", 16},
        [MACHINE_MIPS16] = {"MIPS:%s:32:default", "mips", 16},
        [MACHINE_POWERPC] = {"PowerPC:%s:32:default", "ppc", 32},
        [MACHINE_ARM_BE8] = {"ARM:%s:32:v7", "arm", 32},
        [MACHINE_THUMB_BE8] = {"ARM:%s:32:v7", "arm", 16},
    };
    const struct xref_base *load = &script->references->load;
    if (!load->has_machine)
        return;
    printf("# %s, %s-endian%s; for Ghidra: ", machine_name(load->machine),
           load->little_endian ? "little" : "big",
           machine_kind(load->machine) != load->machine ? " data, little-endian instructions" : "");
    printf(machines[load->machine].ghidra, machine_kind(load->machine) != load->machine ? "LEBE"
                                           : load->little_endian                        ? "LE"
                                                                                        : "BE");
    puts("");
    if (strcmp(script->dialect->name, "rizin") != 0)
        return;
    printf("e asm.arch=%s\ne asm.bits=%u\ne cfg.bigendian=%s\n", machines[load->machine].rizin,
           machines[load->machine].bits, load->little_endian ? "false" : "true");
}

/* Blocks */

static int by_place(const void *left, const void *right)
{
    const struct xref_block *a = left, *b = right;
    return a->from < b->from ? -1 : a->from > b->from;
}

/** Found ones reach half the way to the next; given ones are as they were given. */
static void print_blocks(const struct script *script)
{
    struct xref_block blocks[XREF_BLOCKS];
    const struct xref_base *load = &script->references->load;
    size_t count = load->block_count, start = 0, length = script->program->length;
    memcpy(blocks, load->blocks, sizeof blocks);
    qsort(blocks, count, sizeof blocks[0], by_place);
    for (size_t i = 0; i < count && length != 0; i++) {
        bool given = script->references->block_count != 0;
        size_t end = i + 1 == count ? length : blocks[i].to + 1 + (blocks[i + 1].from - blocks[i].to) / 2;
        if (given) {
            start = blocks[i].from;
            end = blocks[i].to + 1;
        }
        bool over = false;
        for (size_t k = 0; k < i; k++)
            over |= blocks[k].address + (uint32_t)blocks[k].from <= blocks[i].address + (uint32_t)end - 1 &&
                    blocks[i].address + (uint32_t)start <= blocks[k].address + (uint32_t)blocks[k].to;
        printf(script->dialect->block, i, blocks[i].address + (uint32_t)start, end - start, start, (int)over);
        blocks[i].from = start;
        blocks[i].to = end - 1;
        start = end;
    }
}

/* Texts */

static void print_text(const struct script *script, size_t place)
{
    char name[NAME_LENGTH + 12];
    size_t length = 0, used = 0;
    uint32_t address = address_of(script, place);
    while (place + length < script->program->length && *firmware_at(script->program, place + length) != 0) {
        uint8_t byte = *firmware_at(script->program, place + length++);
        if (used < NAME_LENGTH)
            name[used++] = isalnum(byte) ? (char)byte : '_';
    }
    snprintf(name + used, sizeof name - used, "_%08" PRIX32, address);
    printf(script->dialect->text, name, address, length + 1);
}

/* References */

static bool is_text(const struct script *script, uint32_t address, size_t *place)
{
    return xref_place_of(&script->references->load, script->program->length, address, place) &&
           numbers_have(&script->texts, (uint32_t)*place);
}

/** An instruction that has the address of a text, or of a word that is the address of one. */
static bool print_use(void *context, const struct use *use)
{
    const struct script *script = context;
    const struct xref_base *load = &script->references->load;
    size_t place = use->value, text, length = script->program->length;
    const struct code code = {script->program, length, load->machine, load->little_endian, load->phase};
    if (!use->relative && !xref_place_of(load, length, use->value, &place))
        return true;
    bool word = length >= 4 && place <= length - 4 && (place - load->phase) % 4 == 0;
    if (numbers_have(&script->texts, (uint32_t)place) ||
        (word && is_text(script, code_number(&code, place), &text)))
        printf(script->dialect->reference, address_of(script, use->place), address_of(script, place));
    return true;
}

static void print_references(struct script *script)
{
    const struct xref_base *load = &script->references->load;
    size_t length = script->program->length, text;
    const struct code code = {script->program, length, load->machine, load->little_endian, load->phase};
    for (size_t place = load->phase; place <= length && length - place >= 4; place += 4)
        if (is_text(script, code_number(&code, place), &text))
            printf(script->dialect->reference, address_of(script, place), address_of(script, text));
    if (load->has_machine)
        machine_uses(&code, print_use, script);
}

bool script_print(struct references *references, const char *name)
{
    const struct kiwi_loading_module *module = references->program_of;
    struct script script = {.references = references, .program = &references->program};
    if (!module || !references->load.found)
        return refuse(references->failure, EXIT_INPUT, "%s",
                      module ? "no load address stands out; give it by --base"
                             : "what was found does not lie in a module");
    for (size_t i = 0; script_name(i); i++)
        if (strcmp(name, script_name(i)) == 0)
            script.dialect = &dialects[i];
    if (!xref_texts(script.program, &script.texts)) {
        free(script.texts.items);
        return refuse_memory(references->failure);
    }
    /* Not the path of the file: what it has behind a line feed would be run. */
    printf("# Module %s, %zu bytes, by kiwipatch find --xref --script %s.\n", module->name,
           script.program->length, name);
    print_machine(&script);
    fputs(script.dialect->begin, stdout);
    print_blocks(&script);
    for (size_t i = 0; i < script.texts.count; i++)
        print_text(&script, script.texts.items[i]);
    print_references(&script);
    free(script.texts.items);
    return !script.program->failed ||
           refuse(references->failure, EXIT_SYSTEM, "%s", script.program->error.text);
}
