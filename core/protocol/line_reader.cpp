#include "core/protocol/line_reader.h"

namespace fanlight::protocol {

void LineReader::feed(std::string_view bytes) {
    buffer_.erase(0, start_);
    start_ = 0;
    buffer_ += bytes;
}

std::optional<std::string> LineReader::next() {
    const auto end = buffer_.find('\n', start_);
    const auto length = (end == std::string::npos ? buffer_.size() : end) - start_;
    if (length > max_line_bytes) throw Error("A message is longer than 1 MiB");
    if (end == std::string::npos) return std::nullopt;
    std::string line = buffer_.substr(start_, length);
    start_ = end + 1;
    return line;
}

}  // namespace fanlight::protocol
