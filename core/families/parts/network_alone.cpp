#include "core/families/parts/network_alone.h"

#include "core/families/parts/given_language_encoder.h"

namespace fanlight {

FileContents network_alone(Json network, TensorEntries tensors, Json vae, int64_t channels, const Json& scheduler) {
    vae["latent_channels"] = channels;
    Json flow = {{"_class_name", "FlowMatchEulerDiscreteScheduler"}, {"num_train_timesteps", 1000}};
    flow.update(scheduler);
    return {.configs = {{"transformer", std::move(network)},
                        {"vae", std::move(vae)},
                        {"text_encoder", usual_qwen3()},
                        {"tokenizer", {{"pad_token", "<|endoftext|>"}}},
                        {"scheduler", std::move(flow)}},
            .tensors = {{"transformer", std::move(tensors)}, {"vae", {}}, {"text_encoder", {}}}};
}

}  // namespace fanlight
