#include "core/checkpoints/tensor_source.h"

#include <algorithm>
#include <iterator>

#include "core/checkpoints/gguf.h"
#include "core/checkpoints/number_scales.h"
#include "core/checkpoints/safetensors.h"

namespace fanlight {

namespace {

constexpr TensorFormat formats[] = {
    {"gguf", [](std::string_view bytes) { return bytes.starts_with("GGUF"); }, &read_gguf, &gguf_text},
    // Begins with a length instead of a magic number, so it is last: whatever no other format recognises is taken for
    // it.
    {"safetensors", [](std::string_view) { return true; }, &read_safetensors, &safetensors_metadata},
};

const TensorFormat& format_of(std::string_view bytes) {
    return *std::find_if(std::begin(formats), std::end(formats),
                         [&](const TensorFormat& format) { return format.recognises(bytes); });
}

}  // namespace

TensorSource::TensorSource(const std::filesystem::path& path)
    : file_(std::make_shared<const MappedFile>(path)),
      format_(&format_of(file_->bytes())),
      tensors_(format_->tensors(file_->bytes(), path.string())) {
    take_in_scales(tensors_, path.string());
}

std::string TensorSource::metadata(const std::string& key) const {
    return format_->metadata(file_->bytes(), file_->path().string(), key);
}

}  // namespace fanlight
