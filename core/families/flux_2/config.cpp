#include "core/families/flux_2/config.h"

#include <algorithm>
#include <numeric>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

const Place where = "transformer/config.json";

void refuse_others(const Json& json, int64_t channels) {
    const Json patch = json.value("patch_size", Json(1));
    if (patch != 1)
        throw Error("%1: \"%2\" is %3; only %4 is supported.", where, "patch_size", excerpt(to_line(patch)), "1");
    if (const Json out = json.value("out_channels", Json()); !out.is_null() && out != channels)
        throw Error("%1: \"%2\" is %3; only %4 is supported.", where, "out_channels", excerpt(to_line(out)), "null");
}

}  // namespace

Flux2Config::Flux2Config(const Json& json)
    : channels(whole_number_or(json, "in_channels", 128, 1, max_width, where)),
      heads(whole_number_or(json, "num_attention_heads", 48, 1, max_width, where)),
      head_dim(whole_number_or(json, "attention_head_dim", 128, 1, max_width, where)),
      layers(whole_number_or(json, "num_layers", 8, 0, max_layers, where)),
      single_layers(whole_number_or(json, "num_single_layers", 48, 0, max_layers, where)),
      text_width(whole_number_or(json, "joint_attention_dim", 15360, 1, max_width, where)),
      sinusoids(whole_number_or(json, "timestep_guidance_channels", 256, 2, max_width, where)),
      mlp_width(static_cast<int64_t>(static_cast<double>(width()) * number_or(json, "mlp_ratio", 3, 1e-3, 64, where))),
      eps(number_or(json, "eps", 1e-6, 0, 1, where)),
      rope_theta(number_or(json, "rope_theta", 2000, 1, 1e12, where)),
      axes(json.contains("axes_dims_rope") ? whole_numbers(json, "axes_dims_rope", 0, max_width, where)
                                           : std::vector<int64_t>{32, 32, 32, 32}) {
    refuse_others(json, channels);
    for (const auto& [key, size] : {std::pair("attention_head_dim", width()), {"mlp_ratio", mlp_width}})
        whole_number({{key, size}}, key, 1, max_width, where);
    const bool are_even = std::all_of(axes.begin(), axes.end(), [](int64_t axis) { return axis % 2 == 0; });
    if (axes.size() != 4 || !are_even || std::accumulate(axes.begin(), axes.end(), int64_t{0}) != head_dim)
        throw Error("%1: \"axes_dims_rope\" must be four even numbers whose sum is \"attention_head_dim\"", where);
}

}  // namespace fanlight
