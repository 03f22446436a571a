#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// Tokens of a text, and which text of a pair each belongs to (BERT's token types).
struct Encoding {
    std::vector<int64_t> ids;
    std::vector<int64_t> type_ids;

    void append(int64_t id, int64_t type_id);
    void append(const Encoding& other);
};

/// Puts special tokens around one text or two, and sets the types. In and out go one or more encodings, which in the
/// end are joined. Immutable; any thread.
using PostProcessor = std::function<void(std::vector<Encoding>& encodings, bool add_special_tokens)>;

/// The "post_processor" of a tokenizer.json; null does nothing. Throws Error "WHERE, post-processor …: …".
PostProcessor make_post_processor(const Json& post_processor, const Place& where);

}  // namespace fanlight
