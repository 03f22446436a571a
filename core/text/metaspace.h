#pragma once

#include <string>

#include "core/base/json.h"

namespace fanlight {

/// "Metaspace" as a pre-tokeniser and as a decoder: a visible character, "▁", instead of the space, and whether a text
/// gets one in front.
struct Metaspace {
    enum class Prepend { Always, First, Never };

    std::string replacement;
    Prepend prepend;
    bool split;  ///< into words that begin with the replacement
};

/// Throws Error "WHERE: …".
Metaspace read_metaspace(const Json& part, const Place& where);

}  // namespace fanlight
