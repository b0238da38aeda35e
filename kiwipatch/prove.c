/* SPDX-License-Identifier: MIT */
/* Checksum rules prove themselves on the blocks as they are, before a plan relies on them. */
#include "plan.h"

#include <stdlib.h>
#include <string.h>

#include "solver.h"

static bool same_rule(const struct checksum_rule *a, const struct checksum_rule *b)
{
    char first[CHECKSUM_RULE_TEXT], second[CHECKSUM_RULE_TEXT];
    checksum_rule_text(a, first);
    checksum_rule_text(b, second);
    return strcmp(first, second) == 0;
}

/** Whether a step before this one has the same rule. */
static bool was_proven(const struct recipe *recipe, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (recipe->steps[i].kind == STEP_CHECKSUM && !recipe->steps[i].boot &&
            same_rule(&recipe->steps[i].rule, &recipe->steps[index].rule))
            return true;
    return false;
}

static bool prove(const struct plan *plan, const struct recipe *recipe, size_t index,
                  struct solver_block *blocks, struct failure *failure)
{
    const struct checksum_rule *rule = &recipe->steps[index].rule;
    const struct region region = {plan->target.image.source, plan->region, plan->region_size};
    struct solver_result result;
    size_t count = 0;
    char text[CHECKSUM_RULE_TEXT];
    for (size_t i = index; i < recipe->step_count; i++) {
        const struct step *step = &recipe->steps[i];
        if (step->kind != STEP_CHECKSUM || step->boot || !same_rule(&step->rule, rule))
            continue;
        if (step->at > plan->region_size || step->length > plan->region_size - step->at)
            return refuse(failure, EXIT_REFUSED, "the block at %llu does not lie in the module or file",
                          (unsigned long long)step->at);
        blocks[count++] = (struct solver_block){plan->target.image.source, plan->region + step->at,
                                                step->length};
    }
    if (!solver_run(&region, blocks, count, rule, &result, failure))
        return false;
    checksum_rule_text(rule, text);
    if (result.verdict == SOLVER_NO_RULE)
        return refuse(failure, EXIT_REFUSED, "checksum rule %s does not fit the untouched blocks", text);
    if (result.verdict == SOLVER_AMBIGUOUS)
        return refuse(
            failure, EXIT_REFUSED,
            "checksum rule %s is not proven: other rules fit the blocks of the recipe, too (see kiwipatch "
            "checksum)",
            text);
    if (result.verdict == SOLVER_CHANCE)
        return refuse(
            failure, EXIT_REFUSED,
            "checksum rule %s is not proven: the blocks of the recipe are too few or too short to rule out "
            "chance (see kiwipatch checksum)",
            text);
    if (result.verdict != SOLVER_PROVEN)
        return refuse(failure, EXIT_REFUSED,
                      "checksum rule %s is not proven: the recipe has to name at least %d different blocks "
                      "that obey it, also untouched ones",
                      text, rule->constant_kind == CHECKSUM_PLAIN ? 2 : 3);
    return true;
}

bool plan_prove_rules(const struct plan *plan, const struct recipe *recipe, struct failure *failure)
{
    struct solver_block *blocks = calloc(recipe->step_count + 1, sizeof *blocks);
    bool good = blocks || refuse_memory(failure);
    for (size_t i = 0; good && i < recipe->step_count; i++)
        if (recipe->steps[i].kind == STEP_CHECKSUM && !recipe->steps[i].boot && !was_proven(recipe, i))
            good = prove(plan, recipe, i, blocks, failure);
    free(blocks);
    return good;
}
