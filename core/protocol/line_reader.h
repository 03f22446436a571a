#pragma once

#include <optional>
#include <string>

#include "core/protocol/messages.h"

namespace fanlight::protocol {

/// Cuts a stream of bytes into lines. Throws Error when a line grows beyond 1 MiB: the other side is not speaking the
/// protocol, and must not fill our memory.
class LineReader {
public:
    void feed(std::string_view bytes);

    /// The next complete line without its newline, or nothing yet.
    std::optional<std::string> next();

private:
    std::string buffer_;
    size_t start_ = 0;  ///< of the first line not yet handed out
};

}  // namespace fanlight::protocol
