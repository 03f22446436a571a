#pragma once

#include <string>
#include <vector>

#include "core/base/json.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

/// A tensor of a .safetensors file.
struct FileTensor {
    std::string name, dtype;
    std::vector<int64_t> shape;
    std::string bytes;
};

inline std::string tensors_file(const std::vector<FileTensor>& tensors) {
    Json header = Json::object();
    std::string data;
    for (const FileTensor& tensor : tensors) {
        header[tensor.name] = {{"dtype", tensor.dtype},
                               {"shape", tensor.shape},
                               {"data_offsets", {data.size(), data.size() + tensor.bytes.size()}}};
        data += tensor.bytes;
    }
    return safetensors_bytes(header.dump(), data);
}

}  // namespace fanlight
