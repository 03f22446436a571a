// Fuzzes the .safetensors reader with libFuzzer. Not part of the build:
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address,undefined -I. tests/fuzz/fuzz_safetensors.cpp
//       core/checkpoints/safetensors.cpp core/checkpoints/tensor_entry.cpp core/base/json.cpp core/base/text.cpp
//       core/base/file.cpp -o fuzz_safetensors
//   ./fuzz_safetensors -dict=tests/fuzz/safetensors.dict -max_len=1024 -max_total_time=120

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/base/error.h"
#include "core/checkpoints/safetensors.h"

namespace {

/// The first two bytes are the header's length, so that mutations seldom break it; the reader sees eight.
std::string file_of(const uint8_t* data, size_t size) {
    std::string file(reinterpret_cast<const char*>(data), size);
    if (size >= 2) file.insert(2, 6, '\0');
    return file;
}

}  // namespace

/// Either an Error, or tensors whose bytes lie in the file, cover its data once and can all be read.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const std::string file = file_of(data, size);
    try {
        size_t covered = 0;
        for (const auto& [name, tensor] : fanlight::read_safetensors(file, "fuzz.safetensors")) {
            const bool inside = tensor.bytes.data() >= file.data() &&
                                tensor.bytes.data() + tensor.bytes.size() <= file.data() + file.size();
            if (!inside) std::abort();
            covered += tensor.bytes.size();
        }
        const size_t header = static_cast<unsigned char>(file[0]) | static_cast<unsigned char>(file[1]) << 8;
        if (8 + header + covered != file.size()) std::abort();
    } catch (const fanlight::Error&) {  // refused, as most inputs are
    }
    return 0;
}
