/* SPDX-License-Identifier: MIT */
/* The command kiwidump: reads the options, opens the disc and runs the mode. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/failure.h"
#include "common/result_file.h"
#include "common/standard_streams.h"
#include "coverage.h"
#include "dump.h"
#include "console.h"
#include "sinks/sink.h"
#include "standard_input.h"

static enum exit_code exit_code(enum kiwi_status status)
{
    if (status == KIWI_ERROR_RANGE)
        return EXIT_REFUSED;
    return status == KIWI_ERROR_NOT_KIWI || status == KIWI_ERROR_NOT_FOUND ? EXIT_INPUT : EXIT_SYSTEM;
}

static int complain(const struct dump *dump, const struct kiwi_error *error)
{
    struct failure failure;
    refuse_kiwi(&failure, dump->options.path, error);
    failure.code = exit_code(error->status);
    return failure_print("kiwidump", &failure);
}

/** The exit code of work that went through: it may have found nothing, or too much. */
static int verdict(const struct dump *dump)
{
    bool nothing = dump->nothing && dump->findings.counts[KIWI_ERROR] == 0;
    if (nothing && !dump->outside && !dump->options.quiet)
        fputs("kiwidump: nothing found\n", stderr);
    if (dump->options.mode == MODE_DIFF || dump->options.mode == MODE_PROVE ||
        dump->options.mode == MODE_VERIFY)
        return dump->different || dump->unreadable ? EXIT_FINDINGS : EXIT_DONE;
    return dump->outside || nothing || dump->findings.counts[KIWI_ERROR] > 0 ? EXIT_FINDINGS : EXIT_DONE;
}

/** A file that is asked for must be there, in every mode. */
static bool has_file(const struct dump *dump, struct kiwi_error *error)
{
    const char *name = dump->options.file;
    const struct kiwi_file *file;
    return !name || dump_file(dump->disc, name, &file, error) == KIWI_OK;
}

static enum kiwi_status open_disc(struct dump *dump, struct kiwi_error *error)
{
    const struct kiwi_disc_options options = {.size = sizeof options,
                                              .finding = findings_take,
                                              .context = &dump->findings,
                                              .mapfile = dump->options.mapfile,
                                              .charset = dump->options.charset,
                                              .datum = dump->options.datum};
    if (strcmp(dump->options.path, "-") != 0)
        return kiwi_disc_open(dump->options.path, &options, &dump->disc, error);
    struct kiwi_source *source;
    enum kiwi_status status = standard_input_open(&source, error);
    if (status != KIWI_OK)
        return status;
    status = kiwi_disc_open_source(source, "standard input", &options, &dump->disc, error);
    kiwi_source_unref(source);
    return status;
}

static enum kiwi_status run(struct dump *dump, struct kiwi_error *error)
{
    switch (dump->options.mode) {
    case MODE_RECORDS: return dump_records(dump, error);
    case MODE_FEATURES:
    case MODE_FIND: return dump_features(dump, error);
    case MODE_AT: return dump_at(dump, error);
    case MODE_EXPLAIN: return dump_explain(dump, error);
    case MODE_ANNOTATE: return dump_annotate(dump, error);
    case MODE_SVG: return dump_svg(dump, error);
    case MODE_TILE: return dump_tile(dump, error);
    case MODE_DIFF: return dump_diff(dump, error);
    case MODE_EXTRACT: return dump_extract(dump, error);
    case MODE_ROUTE: return dump_route(dump, error);
    case MODE_CHECK: return dump_check(dump, error);
    case MODE_PROVE: return dump_prove(dump, error);
    case MODE_SAMPLE: return dump_sample(dump, error);
    case MODE_REPORT: return dump_report(dump, error);
    case MODE_VERIFY: return dump_verify(dump, error);
    case MODE_SUMMARY: return dump_summary(dump, error);
    default: return dump_document(dump, error);
    }
}

/** Modes that print a document; the others print lines, each an object of its own, or a picture or a page. */
static bool is_laid_out(const struct options *options)
{
    switch (options->mode) {
    case MODE_DOCUMENT:
    case MODE_AT:
    case MODE_CHECK:
    case MODE_PROVE:
    case MODE_VERIFY:
    case MODE_SCHEMA: return true;
    case MODE_FIND:
    case MODE_ROUTE: return options->sink->laid_out;
    case MODE_EXPLAIN: return !options->has_length;
    default: return false;
    }
}

/** On a terminal documents are laid out for people. */
static void lay_out(struct dump *dump)
{
    static struct output terminal = {.descriptor = STDOUT_FILENO};
    static struct console console = {.output = &terminal};
    if (!isatty(STDOUT_FILENO) || !is_laid_out(&dump->options))
        return;
    console.width = console_width(STDOUT_FILENO);
    console.colour = console_wants_colour(STDOUT_FILENO);
    dump->output->take = console_take;
    dump->output->context = &console;
    dump->terminal = &terminal;
}

/** Flushes the output; a reader that went away is no error. */
static bool finish(struct dump *dump)
{
    output_flush(dump->output);
    if (dump->terminal) {
        output_flush(dump->terminal);
        dump->output->error = dump->terminal->error;
    }
    if (dump->output->error == 0 || dump->output->error == EPIPE)
        return true;
    fprintf(stderr, "kiwidump: writing failed: %s\n", strerror(dump->output->error));
    return false;
}

/** Does what the options ask for; returns the exit code. */
static int work(struct dump *dump)
{
    struct kiwi_error error = {.status = KIWI_OK};
    if (dump->options.mode == MODE_SCHEMA) {
        dump_schema(dump);
        return finish(dump) ? EXIT_DONE : EXIT_SYSTEM;
    }
    if (open_disc(dump, &error) != KIWI_OK || !has_file(dump, &error)) {
        kiwi_disc_close(dump->disc);
        return complain(dump, &error);
    }
    coverage_check_box(dump);
    enum kiwi_status status = run(dump, &error);
    if (dump->options.mode != MODE_CHECK && dump->options.mode != MODE_SUMMARY &&
        dump->options.mode != MODE_VERIFY && dump->options.mode != MODE_REPORT) /* which have said it */
        dump_unreadable(dump, dump->disc);
    bool written = finish(dump);
    if (dump->terminal && dump->options.mode == MODE_DOCUMENT && !dump->options.quiet)
        fputs("kiwidump: --summary says what this disc is on one page\n", stderr);
    kiwi_disc_close(dump->disc);
    findings_close(&dump->findings);
    if (status != KIWI_OK)
        return complain(dump, &error);
    if (!written)
        return EXIT_SYSTEM;
    return verdict(dump);
}

int main(int count, char **arguments)
{
    static struct output output = {.descriptor = STDOUT_FILENO};
    struct dump dump = {.output = &output};
    standard_streams_keep();
    int code = options_read(&dump.options, count, arguments);
    if (code >= 0)
        return code;
    dump.json = (struct json){.output = &output};
    dump.findings.quiet = dump.options.quiet || dump.options.mode == MODE_SUMMARY ||
                          dump.options.mode == MODE_VERIFY ||
                          dump.options.mode == MODE_REPORT; /* which say them */
    lay_out(&dump);
    return result_end("kiwidump", work(&dump));
}
