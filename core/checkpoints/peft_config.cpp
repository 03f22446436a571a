#include "core/checkpoints/peft_config.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fanlight {

PeftConfig::PeftConfig(std::string_view metadata, const std::string& component, const std::string& file) {
    if (metadata.empty()) return;
    const Place where = Sentence("lora_adapter_metadata of %1", file);
    const Json config = parse_json(metadata, where);
    const auto key = [&](const char* name) { return component + "." + name; };
    if (optional_or(config, key("use_dora").c_str(), false, where))
        throw Error("%1 is a DoRA, and only LoRA is supported; choose another LoRA.", file);
    root_ = optional_or(config, key("use_rslora").c_str(), false, where);
    alpha_ = optional_or(config, key("lora_alpha").c_str(), 0.0, where);
    alphas_ = optional_or(config, key("alpha_pattern").c_str(), alphas_, where);
    const auto is_scale = [](double alpha) { return std::abs(alpha) <= max_lora_alpha; };
    if (!is_scale(alpha_) ||
        !std::all_of(alphas_.begin(), alphas_.end(), [&](const auto& each) { return is_scale(each.second); }))
        throw Error("%1: lora_alpha and alpha_pattern must be numbers from -1000000 to 1000000", where);
}

double PeftConfig::alpha_of(std::string_view module) const {
    for (const auto& [name, alpha] : alphas_) {
        const size_t before = module.size() - std::min(name.size(), module.size());
        if (module.substr(before) == name && (before == 0 || module[before - 1] == '.')) return alpha;
    }
    return alpha_;
}

double PeftConfig::scale(std::string_view module, int64_t rank) const {
    const double alpha = alpha_of(module), r = static_cast<double>(rank);
    return alpha == 0 ? 1 : alpha / (root_ ? std::sqrt(r) : r);
}

}  // namespace fanlight
