/* SPDX-License-Identifier: MIT */
/* Prints who has the address of a place, the functions around, and how their branches would be turned. */
#include "references.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    CALLER_LIMIT = 16,    /* shown, of a function */
    TABLE_LIMIT = 4096,   /* bytes from the beginning of a table, that code uses, to a word of it */
    REFERENCE_LIMIT = 64, /* shown, of a place */
};
#define PROGRAM_LIMIT ((uint64_t)128 << 20) /* of a module whose pointers are looked for */
/* Place in LOADING.KWI less address in flash, the same for both modules of Gen2.1 units that are on record.
 */
#define GEN21_FLASH UINT32_C(0x416000)

void references_say(const struct references *references, const char *format, ...)
{
    va_list arguments;
    if (references->wanted != 0 || references->script)
        return;
    va_start(arguments, format);
    vprintf(format, arguments);
    va_end(arguments);
}

void references_free(struct references *references)
{
    firmware_close(&references->program);
}

/* The load address */

/** What somebody knows about it, as if it had been found. */
static bool take_known(struct references *references, size_t length)
{
    struct xref_base *load = &references->load;
    *load = (struct xref_base){.found = true};
    for (size_t i = 0; i < references->block_count; i++) {
        const struct load_block *block = &references->blocks[i];
        if (block->offset >= length || block->length == 0 || block->length > length - block->offset)
            return refuse(references->failure, EXIT_INPUT,
                          "the block at 0x%" PRIX64 " with %" PRIu64 " bytes does not lie in the module",
                          block->offset, block->length);
        load->blocks[load->block_count++] = (struct xref_block){
            .from = (size_t)block->offset,
            .to = (size_t)(block->offset + block->length - 1),
            .address = (uint32_t)(block->address - block->offset)};
    }
    if (load->block_count == 0)
        load->blocks[load->block_count++] = (struct xref_block){.to = length - (length != 0),
                                                                .address = references->address};
    return xref_take_base(&references->program, load) || refuse_memory(references->failure);
}

static void print_load(const struct references *references, const struct kiwi_loading_module *module)
{
    const struct xref_base *load = &references->load;
    const char *order = load->little_endian ? "little" : "big";
    const char *machine = load->has_machine ? machine_name(load->machine) : "no processor that is known";
    bool known = references->has_address || references->block_count != 0;
    for (size_t i = 0; i < load->block_count && load->found; i++) {
        const struct xref_block *block = &load->blocks[i];
        references_say(references, "  load address of %s: 0x%08" PRIX32 ", %s-endian, %s", module->name,
                       block->address, order, machine);
        if (load->block_count > 1)
            references_say(references, ", for its block with the texts at 0x%zX to 0x%zX", block->from,
                           block->to);
        if (known)
            references_say(references, " (as given)\n");
        else
            references_say(references,
                           " (addresses of %zu of its %zu texts; best other: %zu, by chance: %zu)\n",
                           block->met, load->texts, block->next_best, block->chance);
        if ((uint32_t)module->offset - block->address == GEN21_FLASH)
            references_say(references,
                           "  this is its place in the flash of Jaguar and Land Rover units of Gen2.1\n");
    }
    if (!load->found)
        references_say(references,
                       "  load address of %s: none stands out (best has addresses of %zu of its %zu texts, "
                       "next best of %zu, by chance %zu)\n",
                       module->name, load->blocks[0].met, load->texts, load->blocks[0].next_best,
                       load->blocks[0].chance);
}

/** Reads a module and finds its load address, once. */
static bool load_program(struct references *references, const struct kiwi_loading_module *module)
{
    size_t length = (size_t)module->size;
    if (references->program_of == module)
        return true;
    if (module->size > PROGRAM_LIMIT)
        return refuse(references->failure, EXIT_INPUT, "module %s is too big for --xref", module->name);
    references->several = references->program_of;
    references_free(references);
    references->program_of = NULL;
    if (!firmware_open(&references->program, references->file->source, module->offset, length))
        return refuse_memory(references->failure);
    references->program_of = module;
    bool known = references->has_address || references->block_count != 0;
    if (known
            ? !take_known(references, length)
            : !xref_find_base(&references->program, &references->load) && !refuse_memory(references->failure))
        return false;
    print_load(references, module);
    return true;
}

/** Whether all that was looked at could be read. */
static bool was_read(const struct references *references)
{
    return !references->program.failed ||
           refuse(references->failure, EXIT_SYSTEM, "%s", references->program.error.text);
}

/* Places */

static void print_place(const struct references *references, size_t place)
{
    uint64_t offset = references->program_of->offset + place;
    references_say(references, "module 0x%zX, file 0x%" PRIX64, place, offset);
    if (kiwi_disc_container(references->disc) == KIWI_CONTAINER_IMAGE)
        references_say(references, ", image 0x%" PRIX64, references->base + offset);
}

static struct code code_of(struct references *references)
{
    const struct xref_base *load = &references->load;
    return (struct code){&references->program, references->program.length, load->machine, load->little_endian,
                         load->phase};
}

/* What would turn a branch */

static void print_turn(struct references *references, const struct turn *turn, const char *what)
{
    char bytes[2][9];
    if (turn->length == 0)
        return;
    for (unsigned i = 0; i < turn->length; i++) {
        snprintf(bytes[0] + 2 * i, 3, "%02X", *firmware_at(&references->program, turn->place + i));
        snprintf(bytes[1] + 2 * i, 3, "%02X", turn->bytes[i]);
    }
    references->count++;
    references_say(references, "      change %" PRIu64 ", %s: module 0x%zX: %s becomes %s\n",
                   references->count, what, turn->place, bytes[0], bytes[1]);
    if (references->count != references->wanted)
        return;
    references->turn = *turn;
    references->turn_of = references->program_of;
    snprintf(references->why, sizeof references->why, "%.100s", what);
}

static void print_decisions(struct references *references, const struct function *function, size_t place,
                            bool all)
{
    struct decision decisions[DECISION_LIMIT];
    struct code code = code_of(references);
    size_t count = flow_decisions(&code, &references->load, function, place, all, decisions);
    for (size_t i = 0; i < count; i++) {
        const struct decision *decision = &decisions[i];
        references_say(references, "    branch at ");
        print_place(references, decision->place);
        references_say(references, all               ? ": may decide\n"
                                   : decision->skips ? ": leads past it\n"
                                                     : ": leads to it\n");
        const char *always = all               ? "always taken"
                             : decision->skips ? "never gets there"
                                               : "always gets there";
        const char *never = all ? "never taken" : decision->skips ? "always gets there" : "never gets there";
        print_turn(references, &decision->always, always);
        print_turn(references, &decision->never, never);
    }
    if (count == 0)
        references_say(references, "    no branch of the function decides\n");
}

/** The places that call a function, by a call or by its address, and what decides about those. */
static bool print_callers(struct references *references, const struct function *function)
{
    struct code code = code_of(references);
    struct xrefs xrefs;
    size_t shown = 0;
    size_t at = code.phase % machine_step(code.machine);
    size_t callers[CALLER_LIMIT];
    while (shown < CALLER_LIMIT &&
           (at = flow_next_call(&code, &references->load, at, function->start)) < code.length) {
        callers[shown++] = at;
        at += machine_step(code.machine);
    }
    if (!xref_find(&references->program, &references->load, function->start, &xrefs))
        return refuse_memory(references->failure);
    for (size_t i = 0; i < xrefs.count && shown < CALLER_LIMIT; i++)
        if (xrefs.items[i].in_code)
            callers[shown++] = xrefs.items[i].place;
    free(xrefs.items);
    for (size_t i = 0; i < shown; i++) {
        struct function caller;
        flow_function(&code, &references->load, callers[i], &caller);
        references_say(references, "    called at ");
        print_place(references, callers[i]);
        references_say(references, ", in the function at module 0x%zX to 0x%zX\n", caller.start, caller.end);
        print_decisions(references, &caller, callers[i], false);
    }
    if (shown == 0)
        references_say(references, "    no caller is known\n");
    return true;
}

static bool print_code(struct references *references, size_t place, bool all)
{
    struct code code = code_of(references);
    struct function function;
    flow_function(&code, &references->load, place, &function);
    references_say(references, "    in the function at module 0x%zX to 0x%zX\n", function.start,
                   function.end);
    print_decisions(references, &function, place, all);
    return print_callers(references, &function);
}

/** The nearest place before a word of a table whose address code has: where the table begins, perhaps. */
struct table {
    const struct references *references;
    size_t word, start, place;
    bool any;
};

static bool take_table(void *context, const struct use *use)
{
    struct table *table = context;
    const struct xref_base *load = &table->references->load;
    size_t length = (size_t)table->references->program_of->size, start = use->value;
    if (!use->relative && !xref_place_of(load, length, use->value, &start))
        return true;
    if (start <= table->word && table->word - start <= TABLE_LIMIT && (!table->any || start > table->start)) {
        table->any = true;
        table->start = start;
        table->place = use->place;
    }
    return true;
}

static bool print_table(struct references *references, size_t word)
{
    struct code code = code_of(references);
    struct table table = {.references = references, .word = word};
    if (!references->load.has_machine)
        return true;
    machine_uses(&code, take_table, &table);
    if (!table.any)
        return true;
    references_say(references, "    it is in a table at module 0x%zX, whose address is made at ",
                   table.start);
    print_place(references, table.place);
    references_say(references, "\n");
    return print_code(references, table.place, true);
}

/** Whether a word of the program is only there for an instruction that is shown. */
static bool is_for_code(const struct references *references, const struct xrefs *xrefs,
                        const struct xref *word)
{
    bool by_words = references->load.has_machine && references->load.machine != MACHINE_MIPS &&
                    references->load.machine != MACHINE_POWERPC;
    for (size_t i = 0; by_words && i < xrefs->count; i++) {
        const struct xref *other = &xrefs->items[i];
        if (other->in_code && other->place < word->place && word->place - other->place <= TABLE_LIMIT)
            return true;
    }
    return false;
}

static bool print_addresses(struct references *references, size_t place, const char *what)
{
    struct xrefs xrefs;
    uint32_t address = xref_block_of(&references->load, place)->address + (uint32_t)place;
    bool good = xref_find(&references->program, &references->load, place, &xrefs) ||
                refuse_memory(references->failure);
    for (size_t i = 0; good && i < xrefs.count && i < REFERENCE_LIMIT; i++) {
        const struct xref *xref = &xrefs.items[i];
        if (!xref->in_code && is_for_code(references, &xrefs, xref))
            continue;
        references_say(references,
                       xref->in_code ? "  address of %s 0x%08" PRIX32 " made at "
                                     : "  pointer to %s 0x%08" PRIX32 " at ",
                       what, address);
        print_place(references, xref->place);
        references_say(references, "\n");
        good = xref->in_code ? print_code(references, xref->place, false)
                             : print_table(references, xref->place);
    }
    if (good && xrefs.count == 0)
        references_say(references, "  no pointer to %s 0x%08" PRIX32 "\n", what, address);
    free(xrefs.items);
    return good;
}

bool references_print(struct references *references, const struct kiwi_loading_module *module,
                      uint64_t offset, unsigned width, bool little_endian)
{
    size_t place = (size_t)(offset - module->offset);
    if (!load_program(references, module))
        return false;
    if (!references->load.found)
        return was_read(references);
    size_t start = width ? xref_text_start(&references->program, place, width, little_endian) : place;
    if (start != place && !print_addresses(references, start, "the beginning of its text"))
        return false;
    return print_addresses(references, place, "it") && was_read(references);
}
