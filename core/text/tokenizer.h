#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fanlight {

/// Turns a prompt into the ids that the text encoder of a picture model takes, always equally many. Immutable; any
/// thread. Language models have a TextTokenizer.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    struct Encoded {
        std::vector<int64_t> ids;   ///< max_length() of them: begin, text, end, padding
        std::vector<int64_t> mask;  ///< as many: 1 for begin, text and end, 0 for padding
        int64_t text_tokens = 0;    ///< number of tokens of the text alone, before truncation
    };

    /// Like transformers' call with padding="max_length", truncation=True.
    virtual Encoded encode(std::string_view text) const = 0;

    /// Ids per prompt, including what is around its text.
    virtual int64_t max_length() const = 0;

    /// Of these, those for the text itself, of which more are cut.
    virtual int64_t room() const = 0;
};

}  // namespace fanlight
