/* SPDX-License-Identifier: MIT */
/* Types are codes of the tables: bits read at the wrong place are often none of them. */
#include "prove/proof.h"

void prove_codes(struct prover *prover, const struct kiwi_shape *shape)
{
    bool road = shape->kind == KIWI_ROAD;
    enum proof_number number = road                             ? PROOF_ROAD_CODES
                               : shape->kind == KIWI_BACKGROUND ? PROOF_BACKGROUND_CODES
                                                                : PROOF_NAME_CODES;
    const struct kiwi_enumeration *codes = road ? &kiwi_enum_road_type : &kiwi_enum_type_code;
    prove_shape(prover, number, kiwi_enumeration_name(codes, shape->type), shape);
}
