#pragma once

#include "core/base/place.h"
#include "core/text/normalizer.h"

namespace fanlight {

/// BERT's basic tokenizer (Devlin et al. 2018): control characters removed, blanks made spaces, Chinese characters set
/// apart, accents stripped, lower case; each of them as the options of the part say.
Normalizer make_bert_normalizer(const Json& part, const Place& where);

}  // namespace fanlight
