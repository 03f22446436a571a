#pragma once

#include <optional>
#include <string>

#include "core/protocol/messages.h"

namespace fanlight::protocol {

/// Splits a stream of bytes into lines. Throws Error if a line exceeds 1 MiB: the other side is not speaking the
/// protocol, and must not fill memory.
class LineReader {
public:
    void feed(std::string_view bytes);

    /// The next complete line without its newline; nullopt if there is none yet.
    std::optional<std::string> next();

private:
    std::string buffer_;
    size_t start_ = 0;  ///< of the first line not yet returned
};

}  // namespace fanlight::protocol
