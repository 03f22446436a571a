#include "core/families/z_image/config.h"

#include <algorithm>
#include <numeric>

#include "core/base/config_numbers.h"

namespace fanlight {

namespace {

const Place where = "transformer/config.json";

void refuse_others(const Json& json) {
    const std::vector<std::pair<const char*, Json>> table = {
        {"all_patch_size", {2}}, {"all_f_patch_size", {1}}, {"qk_norm", true}, {"siglip_feat_dim", nullptr}};
    for (const auto& [key, supported] : table)
        if (json.contains(key) && json.at(key) != supported)
            throw Error("%1: \"%2\" is %3; only %4 is supported.", where, key, excerpt(to_line(json.at(key))),
                        supported.dump());
}

}  // namespace

ZImageConfig::ZImageConfig(const Json& json)
    : channels(whole_number_or(json, "in_channels", 16, 1, 1024, where)),
      width(whole_number_or(json, "dim", 3840, 1, max_width, where)),
      heads(whole_number_or(json, "n_heads", 30, 1, max_width, where)),
      head_dim(width / heads),
      layers(whole_number_or(json, "n_layers", 30, 1, max_layers, where)),
      refiner_layers(whole_number_or(json, "n_refiner_layers", 2, 1, max_layers, where)),
      text_width(whole_number_or(json, "cap_feat_dim", 2560, 1, max_width, where)),
      eps(number_or(json, "norm_eps", 1e-5, 0, 1, where)),
      rope_theta(number_or(json, "rope_theta", 256, 1, 1e12, where)),
      time_scale(number_or(json, "t_scale", 1000, 1e-3, 1e6, where)),
      axes(json.contains("axes_dims") ? whole_numbers(json, "axes_dims", 2, max_width, where)
                                      : std::vector<int64_t>{32, 48, 48}) {
    refuse_others(json);
    const bool are_even = std::all_of(axes.begin(), axes.end(), [](int64_t axis) { return axis % 2 == 0; });
    if (axes.size() != 3 || !are_even || width % heads != 0 ||
        std::accumulate(axes.begin(), axes.end(), int64_t{0}) != head_dim)
        throw Error("%1: \"axes_dims\" must be three even numbers whose sum is \"dim\" divided by \"n_heads\"", where);
}

}  // namespace fanlight
