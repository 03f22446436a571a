#pragma once

#include <string>

namespace fanlight {

/// Why something could not be made: a kind as in protocol::Failed, and one sentence for the user.
struct Failure {
    std::string kind;
    std::string message;

    bool operator==(const Failure&) const = default;
};

}  // namespace fanlight
