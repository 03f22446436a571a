#include "core/families/stable_diffusion/traits.h"

#include <algorithm>

#include "core/families/parts/unet_traits.h"

namespace fanlight {

namespace {

/// A1111 always takes the layer before the last of OpenCLIP's text encoder, whatever its clip skip says. Checkpoints in
/// diffusers' format usually lack the last one (23 layers of 24), which makes that the last here; its activation tells
/// it from OpenAI's.
std::optional<int> a1111_clip_skip(const ReadConfig& read) {
    constexpr int a1111_layers = 23;
    try {
        const auto [encoder, file] = read("text_encoder");
        if (optional_or<std::string>(encoder, "hidden_act", "quick_gelu", file) != "gelu") return std::nullopt;
        return std::max(0, optional_or(encoder, "num_hidden_layers", a1111_layers, file) - a1111_layers);
    } catch (const Error&) {
        return std::nullopt;  // whoever loads the text encoder says what is wrong with it
    }
}

}  // namespace

ModelTraits stable_diffusion_traits(const ReadConfig& read) {
    ModelTraits traits = unet_traits(read, 50, 7.5);
    traits.a1111_clip_skip = a1111_clip_skip(read);
    return traits;
}

}  // namespace fanlight
