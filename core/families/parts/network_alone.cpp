#include "core/families/parts/network_alone.h"

#include "core/families/parts/autoencoder_checkpoint.h"
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

void add_bundled_qwen3(FileContents& contents, const CheckpointSource& file) {
    for (const char* name : {"qwen3_4b", "qwen3_8b"}) {
        const CheckpointPart encoder(file, std::string("text_encoders.") + name + ".transformer.");
        if (encoder.empty()) continue;
        contents.configs["text_encoder"] = qwen3_config_of(encoder);
        contents.tensors["text_encoder"] = encoder.tensors();
    }
}

void add_bundled_vae(FileContents& contents, const CheckpointSource& file, const Json& usual) {
    const CheckpointPart vae(file, "vae.");
    if (vae.empty()) return;
    DecoderCheckpoint read = read_decoder(vae);
    for (const char* key : {"_class_name", "scaling_factor", "shift_factor"})
        if (usual.contains(key)) read.config[key] = usual[key];
    read.config["use_post_quant_conv"] = read.tensors.contains("post_quant_conv.weight");
    contents.configs["vae"] = std::move(read.config);
    contents.tensors["vae"] = std::move(read.tensors);
}

}  // namespace fanlight
