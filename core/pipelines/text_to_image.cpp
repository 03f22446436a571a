#include "core/pipelines/text_to_image.h"

#include <ATen/ATen.h>

#include "core/pipelines/guidance.h"
#include "core/samplers/sampler.h"
#include "core/samplers/scheduler_config.h"
#include "core/samplers/seeded_noise.h"

namespace fanlight {

namespace {

constexpr size_t max_cached_embeddings = 4096;

/// Tensors that nobody asked for mean that the checkpoint is another network's; an encoder half or a table of positions
/// beside the network is usual and harmless.
void check_complete(const Weights& weights, const std::string& component, const std::vector<std::string>& harmless) {
    for (const std::string& key : weights.untaken()) {
        const bool expected = std::any_of(harmless.begin(), harmless.end(),
                                          [&](const std::string& part) { return key.find(part) != std::string::npos; });
        if (!expected)
            throw Error(component + " holds the tensor \"" + key + "\", which its config.json does not account for.");
    }
}

template <typename Network>
Network load(const ModelFolder& folder, const std::string& component, const std::string& stem,
             const Weights::Placement& placement, const std::vector<std::string>& harmless) {
    const Weights weights = Weights::open_folder(folder.component(component), stem, placement);
    Network network(weights, folder.config(component));
    check_complete(weights, folder.component(component).string(), harmless);
    return network;
}

/// The model's scheduler config as diffusers' StableDiffusionPipeline takes it over: two values that early configs had
/// wrong are put right, whatever the file says.
Json corrected_scheduler_config(const std::filesystem::path& folder) {
    Json config = read_scheduler_config(folder / "scheduler_config.json");
    config["steps_offset"] = 1;
    if (config.contains("clip_sample") || config.value("_class_name", Json()) == "DDIMScheduler")
        config["clip_sample"] = false;
    return config;
}

std::vector<double> scales_of(const std::vector<ImageParameters>& batch) {
    std::vector<double> scales;
    for (const ImageParameters& image : batch) scales.push_back(image.cfg_scale);
    return scales;
}

}  // namespace

TextToImage::TextToImage(const std::filesystem::path& folder, const Weights::Placement& placement)
    : placement_(placement),
      folder_(folder),
      scheduler_config_(corrected_scheduler_config(folder_.component("scheduler"))),
      tokenizer_(load_clip_tokenizer(folder_.component("tokenizer"))),
      text_encoder_(load<CLIPTextModel>(folder_, "text_encoder", "model", placement, {"position_ids"})),
      unet_(load<UNet2DConditionModel>(folder_, "unet", "diffusion_pytorch_model", placement, {})),
      vae_(load<AutoencoderKL>(folder_, "vae", "diffusion_pytorch_model", placement, {"encoder.", "quant_conv."})) {
    if (unet_.in_channels() != vae_.latent_channels())
        throw Error(folder.string() + ": the unet takes " + std::to_string(unet_.in_channels()) +
                    " channels and the vae decodes " + std::to_string(vae_.latent_channels()) +
                    "; inpainting models are not supported.");
}

at::Tensor TextToImage::embed(const std::string& text, int clip_skip) {
    const auto key = std::make_pair(text, clip_skip);
    const auto known = embeddings_.find(key);
    if (known != embeddings_.end()) return known->second;

    const Tokenizer::Encoded tokens = tokenizer_->encode(text);
    for (const int64_t id : tokens.ids)
        if (id < 0 || id >= text_encoder_.vocabulary())
            throw Error("The tokenizer gives id " + std::to_string(id) + " and the text encoder knows " +
                        std::to_string(text_encoder_.vocabulary()) + " ids");
    const at::Tensor ids = at::tensor(tokens.ids, at::kLong).unsqueeze(0).to(placement_.device);
    const at::Tensor mask = at::tensor(tokens.mask, at::kLong).unsqueeze(0).to(placement_.device);
    // One text at a time, so that an embedding does not depend on what is encoded beside it.
    const at::Tensor embedding = text_encoder_.forward(ids, mask, clip_skip);
    if (embedding.size(-1) != unet_.context_dim())
        throw Error("The text encoder is " + std::to_string(embedding.size(-1)) + " wide and the unet expects " +
                    std::to_string(unet_.context_dim()));
    if (embeddings_.size() >= max_cached_embeddings) embeddings_.clear();
    embeddings_.emplace(key, embedding);
    return embedding;
}

at::Tensor TextToImage::context_of(const std::vector<ImageParameters>& batch, bool guided) {
    std::vector<at::Tensor> rows;
    if (guided)  // clip_skip is for the prompt alone, as in diffusers
        for (const ImageParameters& image : batch) rows.push_back(embed(image.negative_prompt, 0));
    for (const ImageParameters& image : batch) rows.push_back(embed(image.prompt, image.clip_skip));
    return at::cat(rows);
}

at::Tensor TextToImage::denoise(const std::vector<ImageParameters>& batch, const OnStep& on_step) {
    const ImageParameters& shared = batch.front();
    const int64_t factor = vae_.factor();
    if (shared.height % factor != 0 || shared.width % factor != 0)
        throw Error("Width and height must be multiples of " + std::to_string(factor) + " for this model, not " +
                    std::to_string(shared.width) + "x" + std::to_string(shared.height));
    const auto sampler = make_sampler(shared.sampler, shared.schedule, scheduler_config_, shared.steps);

    std::vector<uint64_t> seeds;
    for (const ImageParameters& image : batch) seeds.push_back(image.seed);
    SeededNoise noise(seeds, {1, unet_.in_channels(), shared.height / factor, shared.width / factor}, placement_.dtype,
                      placement_.device);

    // A network that takes the guidance scale as an input (LCM) is evaluated once and never guided from outside.
    const bool embeds_guidance = unet_.guidance_width() > 0;
    const Guidance guidance(embeds_guidance ? std::vector<double>(batch.size(), 1.0) : scales_of(batch),
                            placement_.device);
    const std::vector<double> scales = scales_of(batch);
    const at::Tensor guidance_input =
        embeds_guidance ? at::tensor(std::vector<float>(scales.begin(), scales.end())).to(placement_.device)
                        : at::Tensor();
    const TextContext context{context_of(batch, guidance.guided()), {}};

    const auto& timesteps = sampler->timesteps();
    at::Tensor x = noise.draw() * sampler->init_noise_sigma();
    for (size_t i = 0; i < timesteps.size(); ++i) {
        const at::Tensor input = guidance.widen(sampler->scale_model_input(x, i));
        const at::Tensor output = guidance.combine(unet_.forward(input, timesteps[i], context, guidance_input));
        x = sampler->step(output, i, x, noise);
        if (!on_step(static_cast<int>(i + 1), static_cast<int>(timesteps.size()))) return {};
    }
    return x;
}

TextToImage::Result TextToImage::decode(const at::Tensor& latents) const {
    // One picture at a time, so that the decoder's memory does not grow with the batch.
    std::vector<at::Tensor> pictures;
    Result result;
    for (const at::Tensor& latent : latents.split(1)) {
        const at::Tensor picture = vae_.decode(latent).to(at::kFloat);
        result.broken.push_back(!at::isfinite(picture).all().item<bool>());
        pictures.push_back((picture / 2 + 0.5).clamp(0, 1).permute({0, 2, 3, 1}).mul(255).round().to(at::kByte));
    }
    result.images = at::cat(pictures).cpu().contiguous();
    return result;
}

TextToImage::Result TextToImage::run(const std::vector<ImageParameters>& batch, const OnStep& on_step) {
    const at::Tensor latents = denoise(batch, on_step);
    return latents.defined() ? decode(latents) : Result{};
}

}  // namespace fanlight
