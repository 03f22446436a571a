#pragma once

#include <string>

#include "core/base/sentence.h"

namespace fanlight {

/// Why something could not be made: a kind as in protocol::Failed, and one sentence for the user.
struct Failure {
    std::string kind;
    Sentence message;

    bool operator==(const Failure&) const = default;
};

}  // namespace fanlight
