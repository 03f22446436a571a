#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/pipelines/embedding_cache.h"
#include "core/pipelines/encoded_texts.h"
#include "core/pipelines/pipeline.h"

namespace fanlight {

/// Where the text encoders of a part work. `network`: where their network is.
Weights::Placement placement_of_encoders(const Weights::Placement& network, const Part& part);

/// What text encoders have made of texts, as their network takes it: it is in main memory, on disk (for each encoder
/// apart), or nowhere yet. One thread.
class KnownTexts {
public:
    /// `network`: the dtype and device of what it takes.
    explicit KnownTexts(const Weights::Placement& network)
        : dtype_(network.dtype), device_(network.device), cache_(network.device) {}

    /// `key`: as EncodedTexts::find() takes it, with the encoder. Undefined: nothing is known.
    at::Tensor find(const std::string& key, at::IntArrayRef shape, EncodedTexts& disk);

    /// `encoded`: on any device. Returns it as the network takes it.
    at::Tensor keep(const std::string& key, const at::Tensor& encoded, EncodedTexts& disk);

    /// Whether so many more can be read before they are asked for that none is forgotten until then.
    bool has_room() const { return cache_.bytes() < EmbeddingCache::default_bytes / 4 * 3; }

private:
    const at::ScalarType dtype_;
    const at::Device device_;
    EmbeddingCache cache_;
};

/// Numbers as a part of a key.
template <typename Number>
std::string key_part(const std::vector<Number>& numbers) {
    return {reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number)};
}

}  // namespace fanlight
