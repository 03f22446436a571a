#include "core/families/flux_1/config.h"

#include <algorithm>
#include <numeric>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

const Place where = "transformer/config.json";

void refuse_others(const Json& json) {
    // What networks take besides the picture's 64 numbers of a token are other pictures.
    if (const Json in = json.value("in_channels", Json(Flux1Config::token)); in != Flux1Config::token)
        throw Error(
            "%1: \"in_channels\" is %2: FLUX.1 Fill, Depth and Canny read pictures, which is not supported; only %3 "
            "is.",
            where, excerpt(to_line(in)), Flux1Config::token);
    if (const Json patch = json.value("patch_size", Json(1)); patch != 1)
        throw Error("%1: \"%2\" is %3; only %4 is supported.", where, "patch_size", excerpt(to_line(patch)), "1");
    const Json out = json.value("out_channels", Json());
    if (!out.is_null() && out != Flux1Config::token)
        throw Error("%1: \"%2\" is %3; only %4 is supported.", where, "out_channels", excerpt(to_line(out)), "null");
}

}  // namespace

Flux1Config::Flux1Config(const Json& json)
    : heads(whole_number_or(json, "num_attention_heads", 24, 1, max_width, where)),
      head_dim(whole_number_or(json, "attention_head_dim", 128, 1, max_width, where)),
      layers(whole_number_or(json, "num_layers", 19, 1, max_layers, where)),
      single_layers(whole_number_or(json, "num_single_layers", 38, 1, max_layers, where)),
      text_width(whole_number_or(json, "joint_attention_dim", 4096, 1, max_width, where)),
      pooled_width(whole_number_or(json, "pooled_projection_dim", 768, 1, max_width, where)),
      takes_guidance(optional_or<bool>(json, "guidance_embeds", false, where)),
      axes(json.contains("axes_dims_rope") ? whole_numbers(json, "axes_dims_rope", 2, max_width, where)
                                           : std::vector<int64_t>{16, 56, 56}) {
    refuse_others(json);
    whole_number({{"attention_head_dim", width()}}, "attention_head_dim", 1, max_width, where);
    const bool are_even = std::all_of(axes.begin(), axes.end(), [](int64_t axis) { return axis % 2 == 0; });
    if (axes.size() != 3 || !are_even || std::accumulate(axes.begin(), axes.end(), int64_t{0}) != head_dim)
        throw Error("%1: \"axes_dims_rope\" must be three even numbers whose sum is \"attention_head_dim\"", where);
}

}  // namespace fanlight
