#include "core/checkpoints/peft_config.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"

namespace fanlight {

namespace {

/// PEFT takes the keys for regular expressions, of which "^" and the dots of names are understood here.
void check_pattern(const std::string& key, const Place& where) {
    if (key.find_first_of("\\*+?[](){}|$", 0) != std::string::npos || key.find('^', 1) < key.size())
        throw Error(
            "%1: alpha_pattern must hold names of modules, and \"%2\" is a regular expression; write the names "
            "of the modules in its place.",
            where, excerpt(key, 200));
}

}  // namespace

PeftConfig::PeftConfig(std::string_view metadata, const std::string& component, const std::string& file) {
    if (metadata.empty()) return;
    const Place where = Sentence("lora_adapter_metadata of %1", file);
    read(parse_json(metadata, where), component + ".", where);
}

PeftConfig PeftConfig::of_file(const std::filesystem::path& file) {
    PeftConfig config;
    config.read(read_python_json_file(file), "", file);
    return config;
}

void PeftConfig::read(const Json& config, const std::string& prefix, const Place& where) {
    const auto key = [&](const char* name) { return prefix + name; };
    root_ = optional_or(config, key("use_rslora").c_str(), false, where);
    rank_ = std::max<int64_t>(0, optional_or(config, key("r").c_str(), int64_t{0}, where));
    alpha_ = optional_or(config, key("alpha").c_str(), 0.0, where);
    alpha_ = optional_or(config, key("lora_alpha").c_str(), alpha_, where);
    alphas_ = optional_or(config, key("alpha_pattern").c_str(), alphas_, where);
    for (const auto& [name, alpha] : alphas_) check_pattern(name, where);
    if (const Json mapping = optional_or<Json>(config, key("auto_mapping").c_str(), nullptr, where);
        mapping.is_object())
        base_class_ = optional_or<std::string>(mapping, "base_model_class", "", where);
    const auto is_scale = [](double alpha) { return std::abs(alpha) <= max_lora_alpha; };
    if (!is_scale(alpha_) ||
        !std::all_of(alphas_.begin(), alphas_.end(), [&](const auto& each) { return is_scale(each.second); }))
        throw Error("%1: lora_alpha and alpha_pattern must be numbers from -1000000 to 1000000", where);
}

double PeftConfig::alpha_of(std::string_view module) const {
    for (const auto& [name, alpha] : alphas_) {
        const bool is_whole = name.starts_with('^');
        const std::string_view end = std::string_view(name).substr(is_whole ? 1 : 0);
        const size_t before = module.size() - std::min(end.size(), module.size());
        if (module.substr(before) == end && (before == 0 || (!is_whole && module[before - 1] == '.'))) return alpha;
    }
    return alpha_;
}

double PeftConfig::scale(std::string_view module, std::optional<int64_t> rank) const {
    if (!rank) rank = rank_;
    const double alpha = alpha_of(module), r = static_cast<double>(*rank);
    return alpha == 0 || r == 0 ? 1 : alpha / (root_ ? std::sqrt(r) : r);
}

}  // namespace fanlight
