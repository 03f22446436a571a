#include "core/families/parts/autoencoder_tiny_config.h"

#include <algorithm>
#include <charconv>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

const Place tiny_place = "vae/config.json";
constexpr size_t most_resolutions = 12;  // each doubles the latents' sides

/// What no such decoder has had so far.
void check_tiny(const Json& json, const std::vector<int64_t>& channels, size_t resolutions) {
    if (channels.size() != resolutions)
        throw Error("%1: \"decoder_block_out_channels\" lists %2 blocks and \"num_decoder_blocks\" %3", tiny_place,
                    channels.size(), resolutions);
    for (const int64_t own : channels)
        if (own != channels.front())
            throw Error("%1: \"decoder_block_out_channels\" must be equal numbers", tiny_place);
    const std::pair<const char*, Json> known[] = {
        {"act_fn", "relu"}, {"upsample_fn", "nearest"}, {"upsampling_scaling_factor", 2}, {"out_channels", 3}};
    for (const auto& [key, only] : known)
        if (const Json value = optional_or<Json>(json, key, only, tiny_place); value != only)
            throw Error("%1: \"%2\" is %3; only %4 is supported.", tiny_place, key, excerpt(to_line(value)),
                        to_line(only));
}

}  // namespace

AutoencoderTinyConfig::AutoencoderTinyConfig(const Json& json)
    : latent_channels(whole_number_or(json, "latent_channels", 4, 1, max_width, tiny_place)),
      blocks(json.contains("num_decoder_blocks")
                 ? whole_numbers(json, "num_decoder_blocks", 1, max_block_layers, tiny_place)
                 : std::vector<int64_t>{3, 3, 3, 1}),
      scaling_factor(number_or(json, "scaling_factor", 1, 1e-3, 1e3, tiny_place)) {
    if (blocks.empty() || blocks.size() > most_resolutions)
        throw Error("%1: \"num_decoder_blocks\" must list 1 to %2 blocks", tiny_place, most_resolutions);
    const auto channels = json.contains("decoder_block_out_channels")
                              ? whole_numbers(json, "decoder_block_out_channels", 1, max_width, tiny_place)
                              : std::vector<int64_t>(4, 64);
    check_tiny(json, channels, blocks.size());
    width = channels.front();
}

std::vector<AutoencoderTinyConfig::Layer> AutoencoderTinyConfig::layers() const {
    std::vector<Layer> layers = {{0, false, false, latent_channels, width, true, 0}};
    int64_t number = 2, doublings = 0;  // an activation follows the first one
    for (const int64_t count : blocks) {
        for (int64_t i = 0; i < count; ++i) layers.push_back({number++, true, false, width, width, true, doublings});
        const bool is_last = doublings + 1 == static_cast<int64_t>(blocks.size());
        if (!is_last) ++number, ++doublings;
        layers.push_back({number++, false, !is_last, width, is_last ? 3 : width, is_last, doublings});
    }
    return layers;
}

bool is_tiny_autoencoder(const Json& config) {
    const auto name = config.find("_class_name");
    return name != config.end() && *name == "AutoencoderTiny";
}

Json tiny_config_of(const CheckpointPart& part) {
    const std::string layer = "decoder.layers.";
    const std::vector<int64_t>& first = part.shape(layer + "0.weight", 4);
    Json blocks = Json::array(), channels = Json::array();
    for (int64_t number = 2; blocks.size() < most_resolutions;) {
        int64_t count = 0;
        while (part.has(layer + std::to_string(number) + ".conv.0.weight")) ++number, ++count;
        blocks.push_back(count);
        channels.push_back(first[0]);
        if (!part.has(layer + std::to_string(number + 1) + ".weight")) break;  // the last convolution follows at once
        number += 2;
    }
    return {{"_class_name", "AutoencoderTiny"},       {"latent_channels", first[1]}, {"num_decoder_blocks", blocks},
            {"decoder_block_out_channels", channels}, {"scaling_factor", 1.0},       {"force_upcast", false}};
}

TensorEntries tiny_decoder_tensors(const CheckpointPart& part) {
    TensorEntries tensors;
    for (const auto& [key, tensor] : part.tensors()) {
        const size_t dot = std::min(key.find('.'), key.size());
        int64_t number = 0;
        const auto [end, error] = std::from_chars(key.data(), key.data() + dot, number);
        if (error != std::errc() || end != key.data() + dot || number < 1 ||
            number > static_cast<int64_t>(most_resolutions) * max_block_layers)
            part.refuse(Sentence("has an unexpected tensor \"%1\"", excerpt(key, 200)));
        tensors.emplace("decoder.layers." + std::to_string(number - 1) + key.substr(dot), tensor);
    }
    return tensors;
}

}  // namespace fanlight
