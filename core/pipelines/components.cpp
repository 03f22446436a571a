#include "core/pipelines/components.h"

#include <ATen/ATen.h>

#include <algorithm>

namespace fanlight {

namespace {

constexpr size_t max_cached_embeddings = 4096;

bool holds_any(const std::string& key, const std::vector<std::string>& parts) {
    return std::any_of(parts.begin(), parts.end(),
                       [&](const std::string& part) { return key.find(part) != std::string::npos; });
}

std::string place_of(const ModelFolder& folder, const std::string& component) {
    return folder.is_single_file() ? folder.path().string() : folder.component(component).string();
}

/// Tensors that nobody asked for mean that the checkpoint is another network's; an encoder half or a table of positions
/// beside the network is usual and harmless.
template <typename Expected>
void check_complete(const Weights& weights, const std::string& where, const Expected& expected) {
    for (const std::string& key : weights.untaken())
        if (!expected(key))
            throw Error(where + " holds the tensor \"" + key + "\", which its config.json does not account for.");
}

template <typename Network>
Network load(const ModelFolder& folder, const std::string& component, const Weights::Placement& placement,
             const std::vector<std::string>& harmless) {
    const Weights weights = folder.weights(component, placement);
    Network network(weights, folder.config(component));
    check_complete(weights, place_of(folder, component),
                   [&](const std::string& key) { return holds_any(key, harmless); });
    return network;
}

}  // namespace

TextConditioner::TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim)
    : device_(placement.device),
      context_dim_(context_dim),
      tokenizer_(folder.family().tokenizers.front().open(folder.files())),
      text_encoder_(load<CLIPTextModel>(folder, "text_encoder", placement, {"position_ids"})) {}

at::Tensor TextConditioner::embed(const std::string& text, int clip_skip) {
    const auto key = std::make_pair(text, clip_skip);
    const auto known = embeddings_.find(key);
    if (known != embeddings_.end()) return known->second;

    const Tokenizer::Encoded tokens = tokenizer_->encode(text);
    for (const int64_t id : tokens.ids)
        if (id < 0 || id >= text_encoder_.vocabulary())
            throw Error("The tokenizer gives id " + std::to_string(id) + " and the text encoder knows " +
                        std::to_string(text_encoder_.vocabulary()) + " ids");
    const at::Tensor ids = at::tensor(tokens.ids, at::kLong).unsqueeze(0).to(device_);
    const at::Tensor mask = at::tensor(tokens.mask, at::kLong).unsqueeze(0).to(device_);
    // One text at a time, so that an embedding does not depend on what is encoded beside it.
    const at::Tensor embedding = text_encoder_.forward(ids, mask, clip_skip);
    if (embedding.size(-1) != context_dim_)
        throw Error("The text encoder is " + std::to_string(embedding.size(-1)) + " wide and the unet expects " +
                    std::to_string(context_dim_));
    if (embeddings_.size() >= max_cached_embeddings) embeddings_.clear();
    embeddings_.emplace(key, embedding);
    return embedding;
}

Conditioning TextConditioner::conditioning_of(const std::vector<ImageTask>& batch, bool guided) {
    std::vector<Conditioning> rows;
    if (guided)  // clip_skip is for the prompt alone, as in diffusers
        for (const ImageTask& image : batch) rows.push_back({embed(image.negative_prompt, 0)});
    for (const ImageTask& image : batch) rows.push_back({embed(image.prompt, image.clip_skip)});
    return joined(rows);
}

PictureDecoder::PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement, int64_t latent_channels)
    : vae_(load<AutoencoderKL>(folder, "vae", placement, {"encoder.", "quant_conv."})) {
    if (latent_channels != vae_.latent_channels())
        throw Error(folder.path().string() + ": the unet takes " + std::to_string(latent_channels) +
                    " channels and the vae decodes " + std::to_string(vae_.latent_channels()) +
                    "; inpainting models are not supported.");
}

std::vector<int64_t> PictureDecoder::latent_shape(int width, int height) const {
    const int64_t factor = vae_.factor();
    if (height % factor != 0 || width % factor != 0)
        throw Error("Width and height must be multiples of " + std::to_string(factor) + " for this model, not " +
                    std::to_string(width) + "x" + std::to_string(height));
    return {1, vae_.latent_channels(), height / factor, width / factor};
}

Pictures PictureDecoder::decode(const at::Tensor& latents) const {
    // One picture at a time, so that the decoder's memory does not grow with the batch.
    std::vector<at::Tensor> pictures;
    Pictures result;
    for (const at::Tensor& latent : latents.split(1)) {
        const at::Tensor picture = vae_.decode(latent).to(at::kFloat);
        result.broken.push_back(!at::isfinite(picture).all().item<bool>());
        pictures.push_back((picture / 2 + 0.5).clamp(0, 1).permute({0, 2, 3, 1}).mul(255).round().to(at::kByte));
    }
    result.images = at::cat(pictures).cpu().contiguous();
    return result;
}

UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement, LayerRange layers) {
    const Weights weights = folder.weights("unet", placement);
    UNet2DConditionModel unet(weights, folder.config("unet"), layers);
    check_complete(weights, place_of(folder, "unet"),
                   [&](const std::string& key) { return unet.layers().belongs_elsewhere(key); });
    return unet;
}

Json corrected_scheduler_config(const ModelFolder& folder) {
    Json config = folder.config("scheduler");
    config["steps_offset"] = 1;
    if (config.contains("clip_sample") || config.value("_class_name", Json()) == "DDIMScheduler")
        config["clip_sample"] = false;
    return config;
}

}  // namespace fanlight
