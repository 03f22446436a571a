#include "core/families/parts/rope_config.h"

#include <algorithm>
#include <map>

#include "core/base/config_numbers.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr double tiny = 1e-9, huge = 1e15;

RopeConfig::Kind kind_named(const std::string& name, const Place& where) {
    using enum RopeConfig::Kind;
    static const std::map<std::string, RopeConfig::Kind> kinds = {
        {"default", Default}, {"linear", Linear},     {"dynamic", Dynamic}, {"llama3", Llama3},
        {"yarn", Yarn},       {"longrope", LongRope}, {"su", LongRope}};
    if (const auto found = kinds.find(name); found != kinds.end()) return found->second;
    std::vector<std::string> names;
    for (const auto& [known, kind] : kinds) names.push_back(known);
    throw Error("%1: the rope_type %2 is not known; known: %3.", where, in_quotes(name), listed(names));
}

Json object_or_empty(const Json& config, const char* key, const Place& where) {
    Json object = optional_or<Json>(config, key, Json::object(), where);
    if (!object.is_object()) throw Error("%1: %2 must be an object, not %3", where, key, excerpt(to_line(object)));
    return object;
}

/// An object of both forms: what the older one has beside it counts as part of it.
Json parameters_of(const Json& config, const Place& where) {
    const char* key = config.contains("rope_parameters") ? "rope_parameters" : "rope_scaling";
    Json parameters = object_or_empty(config, key, where);
    for (const char* beside : {"rope_theta", "partial_rotary_factor"})
        if (config.contains(beside) && !parameters.contains(beside)) parameters[beside] = config.at(beside);
    if (const char* original = "original_max_position_embeddings"; config.contains(original))
        parameters[original] = config.at(original);
    return parameters;
}

std::vector<double> factors(const Json& parameters, const char* key, int64_t count, const Place& where) {
    const auto factors = required<std::vector<double>>(parameters, key, where);
    const bool positive = std::all_of(factors.begin(), factors.end(), [](double f) { return f > 0 && f <= huge; });
    if (static_cast<int64_t>(factors.size()) != count || !positive)
        throw Error("%1: %2 must be %3 numbers above 0", where, key, count);
    return factors;
}

}  // namespace

RopeConfig::RopeConfig(const Json& config, const RopeDefaults& defaults, int64_t head_dim, int64_t context,
                       const Place& where)
    : context(context) {
    const Json p = parameters_of(config, where);
    const auto older = optional_or<std::string>(p, "type", "default", where);
    kind = kind_named(optional_or<std::string>(p, "rope_type", older, where), where);
    if (older == "yarn" && !config.contains("rope_parameters") && p.contains("short_factor")) kind = Kind::LongRope;
    dim = static_cast<int64_t>(static_cast<double>(head_dim) *
                               number_or(p, "partial_rotary_factor", defaults.partial, 0, 1, where));
    if (dim < 2 || dim % 2 != 0)
        throw Error("%1: %2 numbers of a head are to be rotated, which must be even", where, dim);
    theta = number_or(p, "rope_theta", defaults.theta, 1.001, huge, where);
    const int64_t original = defaults.original_context > 0 ? defaults.original_context : context;
    original_context = whole_number_or(p, "original_max_position_embeddings", original, 1, max_context, where);
    const double ratio = static_cast<double>(context) / static_cast<double>(original_context);
    factor = number_or(p, "factor", kind == Kind::Yarn || kind == Kind::LongRope ? ratio : 1, tiny, huge, where);
    if (optional_or<Json>(p, "attention_factor", nullptr, where).is_number())
        attention_factor = number_or(p, "attention_factor", 1, 0, huge, where);
    low_freq_factor = number_or(p, "low_freq_factor", 1, tiny, huge, where);
    high_freq_factor = number_or(p, "high_freq_factor", 4, tiny, huge, where);
    if (kind == Kind::Llama3 && low_freq_factor == high_freq_factor)
        throw Error("%1: low_freq_factor and high_freq_factor must differ", where);
    beta_fast = number_or(p, "beta_fast", 32, tiny, huge, where);
    beta_slow = number_or(p, "beta_slow", 1, tiny, huge, where);
    mscale = number_or(p, "mscale", 0, 0, huge, where);
    mscale_all_dim = number_or(p, "mscale_all_dim", 0, 0, huge, where);
    truncate = optional_or<bool>(p, "truncate", true, where);
    if (kind != Kind::LongRope) return;
    short_factor = factors(p, "short_factor", dim / 2, where);
    long_factor = factors(p, "long_factor", dim / 2, where);
}

RopeConfig rope_of_layers(const std::string& type, const char* theta_key, const Json& config,
                          const RopeDefaults& defaults, int64_t head_dim, int64_t context, const Place& where) {
    Json parameters = object_or_empty(object_or_empty(config, "rope_parameters", where), type.c_str(), where);
    if (type == "full_attention") parameters.update(object_or_empty(config, "rope_scaling", where));
    if (config.contains(theta_key) && !parameters.contains("rope_theta"))
        parameters["rope_theta"] = config.at(theta_key);
    RopeConfig rope({{"rope_parameters", parameters}}, defaults, head_dim, context, where);
    rope.layers = type;
    return rope;
}

int64_t RopeConfig::longest_text() const {
    const double extended = std::min(static_cast<double>(original_context) * factor, static_cast<double>(max_context));
    return std::max(context, static_cast<int64_t>(extended));
}

}  // namespace fanlight
