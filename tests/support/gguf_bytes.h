#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/safetensors_bytes.h"

namespace fanlight {

/// A GGUF file assembled by hand, so that it can be wrong in any way.
class GgufBytes {
public:
    std::string magic = "GGUF";
    uint32_t version = 3;
    std::optional<uint64_t> said_tensors = {}, said_metadata = {};  ///< in place of the right counts

    static std::string text(const std::string& text) { return bytes_of<uint64_t>({text.size()}) + text; }
    /// A list's value, of `count` elements.
    static std::string list(uint32_t type, uint64_t count, const std::string& elements) {
        return bytes_of<uint32_t>({type}) + bytes_of<uint64_t>({count}) + elements;
    }

    GgufBytes& value(const std::string& key, uint32_t type, const std::string& value) {
        metadata_ += text(key) + bytes_of<uint32_t>({type}) + value;
        ++values_;
        return *this;
    }

    /// `sizes`: columns first, as they are stored.
    GgufBytes& tensor(const std::string& name, const std::vector<uint64_t>& sizes, uint32_t type, uint64_t offset) {
        described_ += text(name) + bytes_of<uint32_t>({static_cast<uint32_t>(sizes.size())}) + bytes_of(sizes) +
                      bytes_of<uint32_t>({type}) + bytes_of<uint64_t>({offset});
        ++tensors_;
        return *this;
    }

    /// With the data at a multiple of `alignment`.
    std::string file(const std::string& data, size_t alignment = 32) const {
        std::string bytes = magic + bytes_of<uint32_t>({version}) +
                            bytes_of<uint64_t>({said_tensors.value_or(tensors_), said_metadata.value_or(values_)}) +
                            metadata_ + described_;
        bytes.resize((bytes.size() + alignment - 1) / alignment * alignment);
        return bytes + data;
    }

private:
    std::string metadata_, described_;
    uint64_t values_ = 0, tensors_ = 0;
};

}  // namespace fanlight
