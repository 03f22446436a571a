#include "core/models/text_encoder_layers.h"

#include <algorithm>

#include "core/families/parts/language_model.h"
#include "core/families/parts/llama_config.h"
#include "core/families/parts/t5_config.h"
#include "core/models/llama.h"
#include "core/models/t5.h"

namespace fanlight {

namespace {

struct Network {
    TextEncoderLayers made;
    int64_t layers = 1;  ///< of transformers' numbers; an embedding is before them and a norm behind them
};

Network llama_network(const Json& json, const Place& where, const Weights& weights) {
    const LlamaConfig config(json, where);
    return {{.layers = llama_layers(config, weights, {.name = "lm_head", .outputs = config.vocabulary},
                                    VocabularyPlace::OnHost),
             .needed = {},
             .names = {},
             .vocabulary = config.vocabulary,
             .context = config.context,
             .width = config.width,
             .harmless = llama_harmless},
            config.layers};
}

Network t5_network(const Json& json, const Place& where, const Weights& weights) {
    const T5Config config(json, where);
    return {{.layers = t5_layers(config, weights, VocabularyPlace::OnHost),
             .needed = {},
             .names = {},
             .vocabulary = config.vocabulary,
             .context = t5_context,
             .width = config.width,
             .harmless = t5_harmless},
            config.layers};
}

Network network_of(const Json& config, const Place& where, const Weights& weights) {
    check_language_model(config, where);
    const auto names = required<std::vector<std::string>>(config, "architectures", where);
    const bool is_t5 = !names.empty() && names.front().starts_with("T5");
    return is_t5 ? t5_network(config, where, weights) : llama_network(config, where, weights);
}

/// From 0, which is also the place in the list of the layer that gives it.
int64_t from_first(int64_t state, int64_t layers, const Place& where) {
    const int64_t counted = state < 0 ? state + layers + 1 : state;
    if (counted < 0 || counted > layers)
        throw Error(
            "%1: the text encoder has the hidden states 0 to %2, and not %3; choose the text encoder that belongs to "
            "the model.",
            where, layers, state);
    return counted;
}

LayerPlan keeping(const LayerPlan& plan, const std::string& name) {
    return {plan.name, [make = plan.make, name]() -> Layer::Function {
                return [layer = make(), name](State& state) {
                    layer(state);
                    state.named.put(name, state.hidden);
                };
            }};
}

}  // namespace

TextEncoderLayers text_encoder_layers(const Json& config, const Place& where, const Weights& weights,
                                      const std::vector<int64_t>& states) {
    auto [made, layers] = network_of(config, where, weights);
    for (const int64_t asked : states) {
        const int64_t state = from_first(asked, layers, where);
        const std::string name = "hidden_states." + std::to_string(state);
        const int64_t place = state == layers ? layers + 1 : state;
        const bool is_new = std::find(made.names.begin(), made.names.end(), name) == made.names.end();
        LayerPlan& plan = made.layers.at(static_cast<size_t>(place));
        if (is_new) plan = keeping(plan, name);
        made.names.push_back(name);
        made.needed.end = std::max(made.needed.end, place + 1);
    }
    return std::move(made);
}

}  // namespace fanlight
