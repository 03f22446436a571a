#include "core/checkpoints/encoded_text_file.h"

#include "core/base/json.h"
#include "core/base/sha256.h"

namespace fanlight {

namespace {

constexpr int version = 1;
constexpr size_t max_head_bytes = 1024, max_dimensions = 4;

/// nullopt: it would have no bytes, or more than there can be.
std::optional<uint64_t> bytes_of(Dtype dtype, const std::vector<int64_t>& shape) {
    uint64_t bytes = block_of(dtype).bytes;
    for (const int64_t size : shape)
        if (size < 1 || __builtin_mul_overflow(bytes, static_cast<uint64_t>(size), &bytes)) return std::nullopt;
    return bytes;
}

}  // namespace

std::string encoded_text_file(const std::string& key, const EncodedText& text) {
    const Json head = {{"fanlight_encoded_text", version},
                       {"key", key},
                       {"dtype", std::string(name_of(text.dtype))},
                       {"shape", text.shape},
                       {"sha256", sha256_hex(text.bytes)}};
    return to_line(head) + "\n" + std::string(text.bytes);
}

std::optional<EncodedText> read_encoded_text(std::string_view file, const std::string& key) {
    const size_t end = file.substr(0, max_head_bytes).find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    try {
        const Json head = parse_json(file.substr(0, end), "");
        if (member<int>(head, "fanlight_encoded_text") != version || member<std::string>(head, "key") != key)
            return std::nullopt;
        const auto dtype = dtype_named(member<std::string>(head, "dtype"));
        EncodedText text{.dtype = dtype.value_or(Dtype::BOOL),
                         .shape = member<std::vector<int64_t>>(head, "shape"),
                         .bytes = file.substr(end + 1)};
        const bool is_number = text.dtype == Dtype::F32 || text.dtype == Dtype::F16 || text.dtype == Dtype::BF16;
        if (!is_number || text.shape.size() > max_dimensions || bytes_of(text.dtype, text.shape) != text.bytes.size() ||
            member<std::string>(head, "sha256") != sha256_hex(text.bytes))
            return std::nullopt;
        return text;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace fanlight
