#include "core/pipelines/encoded_texts.h"

#include <ATen/ATen.h>

#include <cstring>

#include "core/base/sha256.h"
#include "core/checkpoints/encoded_text_file.h"

namespace fanlight {

namespace {

const std::string of_refiners = "refiner/";

std::optional<Dtype> dtype_of(at::ScalarType type) {
    if (type == at::kFloat) return Dtype::F32;
    if (type == at::kHalf) return Dtype::F16;
    if (type == at::kBFloat16) return Dtype::BF16;
    return std::nullopt;
}

}  // namespace

EncodedTextsPlace EncodedTextsPlace::of_refiner() const {
    EncodedTextsPlace own = *this;
    own.encoders.clear();
    for (const auto& [name, hash] : encoders)
        if (name.starts_with(of_refiners)) own.encoders[name.substr(of_refiners.size())] = hash;
    return own;
}

EncodedTexts::EncodedTexts(const EncodedTextsPlace& place, const ModelFolder& folder, const std::string& component,
                           const std::string& reading)
    : tell_(place.tell) {
    const auto hash = place.encoders.find(component);
    if (place.folder.empty() || hash == place.encoders.end()) return;
    const auto adapters = folder.adapters_of(component);
    if (!adapters) return;
    identity_ = hash->second + "\n" + *adapters + "\n" + place.computed_by + "\n" + folder.family().name + " " +
                component + " " + reading + "\n";
    folder_.emplace(place.folder, max_bytes);
}

std::string EncodedTexts::key_of(const std::string& text) const { return sha256_hex(identity_ + text); }

at::Tensor EncodedTexts::find(const std::string& text, at::ScalarType dtype, at::IntArrayRef shape) {
    constexpr std::uintmax_t most_beside = 1024;
    if (!folder_) return {};
    const std::string key = key_of(text);
    const at::Tensor made = at::empty(shape, dtype);
    const auto file = folder_->read(key, made.nbytes() + most_beside);
    if (!file) return {};
    const auto encoded = read_encoded_text(*file, key);
    if (!encoded || encoded->dtype != dtype_of(dtype) || shape != encoded->shape) {
        drop_damaged(key);
        return {};
    }
    std::memcpy(made.mutable_data_ptr(), encoded->bytes.data(), encoded->bytes.size());
    return made;
}

void EncodedTexts::drop_damaged(const std::string& key) {
    folder_->remove(key);
    if (std::exchange(told_, true) || !tell_) return;
    tell_(Sentence("The encoded text in %1 is damaged, and is encoded again", folder_->path() / key));
}

void EncodedTexts::keep(const std::string& text, const at::Tensor& encoded) {
    const auto dtype = dtype_of(encoded.scalar_type());
    if (!folder_ || !dtype) return;
    const at::Tensor numbers = encoded.cpu().contiguous();
    const std::string key = key_of(text);
    folder_->write(key,
                   encoded_text_file(key, {*dtype,
                                           numbers.sizes().vec(),
                                           {static_cast<const char*>(numbers.const_data_ptr()), numbers.nbytes()}}));
}

}  // namespace fanlight
