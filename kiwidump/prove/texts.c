/* SPDX-License-Identifier: MIT */
/* Texts are texts: every byte is a character of the charset, and none controls a terminal. */
#include "prove/proof.h"

#include <string.h>

static bool is_text(const char *utf8, size_t length)
{
    static const char replaced[] = "\xEF\xBF\xBD"; /* U+FFFD stands for what the charset does not have */
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)utf8[i];
        if (byte < ' ' || byte == 0x7F)
            return false;
        if (byte == 0xC2 && i + 1 < length && (unsigned char)utf8[i + 1] < 0xA0) /* U+0080 to U+009F */
            return false;
        if (length - i >= 3 && memcmp(utf8 + i, replaced, 3) == 0)
            return false;
    }
    return true;
}

void prove_text(struct prover *prover, const struct kiwi_shape *shape)
{
    if (shape->kind != KIWI_NAME || shape->text_length == 0)
        return;
    size_t length = kiwi_disc_text(prover->dump->disc, shape->text, shape->text_length, prover->text,
                                   sizeof prover->text);
    length = length < sizeof prover->text ? length : sizeof prover->text - 1;
    prove_shape(prover, PROOF_TEXTS, is_text(prover->text, length), shape);
    prove_charsets(prover, shape->text, shape->text_length);
    prove_collect_name(prover, prover->text, length);
}
