#include "core/families/flux_1/config.h"

#include <algorithm>
#include <numeric>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

const Place where = "transformer/config.json";

int64_t token_in(const Json& json) { return whole_number_or(json, "in_channels", 64, 1, max_width, where); }

void refuse_others(const Json& json) {
    // What networks take besides the numbers of a picture's token that they give are other pictures.
    const int64_t in = token_in(json), out = whole_number_or(json, "out_channels", in, 1, max_width, where);
    if (out != in)
        throw Error(
            "%1: \"in_channels\" is %2: FLUX.1 Fill, Depth and Canny read pictures, which is not supported; only %3 "
            "is.",
            where, in, out);
    if (in % (Flux1Config::patch * Flux1Config::patch) != 0)
        throw Error("%1: \"%2\" is %3; only multiples of %4 are supported.", where, "in_channels", in,
                    Flux1Config::patch * Flux1Config::patch);
    if (const Json patch = json.value("patch_size", Json(1)); patch != 1)
        throw Error("%1: \"%2\" is %3; only %4 is supported.", where, "patch_size", excerpt(to_line(patch)), "1");
}

}  // namespace

Flux1Config::Flux1Config(const Json& json)
    : channels(token_in(json) / (patch * patch)),
      heads(whole_number_or(json, "num_attention_heads", 24, 1, max_width, where)),
      head_dim(whole_number_or(json, "attention_head_dim", 128, 1, max_width, where)),
      layers(whole_number_or(json, "num_layers", 19, 0, max_layers, where)),
      single_layers(whole_number_or(json, "num_single_layers", 38, 0, max_layers, where)),
      text_width(whole_number_or(json, "joint_attention_dim", 4096, 1, max_width, where)),
      pooled_width(whole_number_or(json, "pooled_projection_dim", 768, 1, max_width, where)),
      takes_guidance(optional_or<bool>(json, "guidance_embeds", false, where)),
      axes(json.contains("axes_dims_rope") ? whole_numbers(json, "axes_dims_rope", 0, max_width, where)
                                           : std::vector<int64_t>{16, 56, 56}) {
    refuse_others(json);
    whole_number({{"attention_head_dim", width()}}, "attention_head_dim", 1, max_width, where);
    const bool are_even = std::all_of(axes.begin(), axes.end(), [](int64_t axis) { return axis % 2 == 0; });
    if (axes.size() != 3 || !are_even || std::accumulate(axes.begin(), axes.end(), int64_t{0}) != head_dim)
        throw Error("%1: \"axes_dims_rope\" must be three even numbers whose sum is \"attention_head_dim\"", where);
}

}  // namespace fanlight
