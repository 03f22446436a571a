#pragma once

#include <memory>

#include "core/base/place.h"
#include "core/text/added_vocabulary.h"
#include "core/text/decoder.h"
#include "core/text/normalizer.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/text_tokenizer.h"
#include "core/text/token_model.h"

namespace fanlight {

/// What a tokenizer is made of, in the order in which a text passes through it.
struct TextTokenizer::Parts {
    AddedVocabulary added;
    Normalizer normalizer;
    PreTokenizer pre_tokenizer;
    std::unique_ptr<const TokenModel> model;
    PostProcessor post_processor;
    Decoder decoder;

    /// The parts that a tokenizer.json describes, around a model of any origin. Throws Error "WHERE, …".
    Parts(std::unique_ptr<const TokenModel> model, const Json& description, const Place& where);

    /// Appends the ids of a text between added tokens; `first`: it begins where the whole text does.
    void encode_raw(std::string_view text, bool first, bool read_special_tokens, std::vector<int64_t>& ids) const;

    /// A token as decoders see it; null if no token has this id.
    const std::string* token_of(int64_t id) const;
};

}  // namespace fanlight
