#include "core/families/parts/network_alone.h"

#include "core/families/parts/given_language_encoder.h"

namespace fanlight {

PromptReaders qwen3_reader() {
    return {{"text_encoder", usual_qwen3()}, {"tokenizer", {{"pad_token", "<|endoftext|>"}}}};
}

FileContents network_alone(Json network, TensorEntries tensors, Json vae, int64_t channels, const Json& scheduler,
                           const PromptReaders& readers) {
    vae["latent_channels"] = channels;
    Json flow = {{"_class_name", "FlowMatchEulerDiscreteScheduler"}, {"num_train_timesteps", 1000}};
    flow.update(scheduler);
    FileContents contents{
        .configs = {{"transformer", std::move(network)}, {"vae", std::move(vae)}, {"scheduler", std::move(flow)}},
        .tensors = {{"transformer", std::move(tensors)}, {"vae", {}}}};
    for (const auto& [component, config] : readers) {
        contents.configs[component] = config;
        if (component.starts_with("text_encoder")) contents.tensors[component] = {};
    }
    return contents;
}

}  // namespace fanlight
