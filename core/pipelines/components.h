#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/json.h"
#include "core/batch/request.h"
#include "core/models/autoencoder_kl.h"
#include "core/models/clip_text_model.h"
#include "core/models/unet_2d_condition_model.h"
#include "core/text/tokenizer.h"
#include "core/weights/model_folder.h"
#include "core/weights/weights.h"

/// The parts of a Stable Diffusion 1.x or 2.x folder, each of which can be loaded by itself: a stage of a pipeline
/// holds no more than it runs. Constructors throw Error naming the file or the value that is not supported.
namespace fanlight {

/// Finished pictures. Rows that are not finite are `broken`.
struct Pictures {
    at::Tensor images;  ///< [B, H, W, 3] uint8 on the CPU, contiguous
    std::vector<bool> broken;
};

/// Prompts to what the network is conditioned on. One thread.
class TextConditioner {
public:
    TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim);

    /// [B or 2B, S, D]: when guided the negative prompts come first.
    at::Tensor context_of(const std::vector<ImageParameters>& batch, bool guided);

private:
    at::Tensor embed(const std::string& text, int clip_skip);

    const at::Device device_;
    const int64_t context_dim_;
    std::unique_ptr<Tokenizer> tokenizer_;
    CLIPTextModel text_encoder_;
    std::map<std::pair<std::string, int>, at::Tensor> embeddings_;  ///< by text and clip_skip
};

/// Latents to pictures.
class PictureDecoder {
public:
    PictureDecoder(const ModelFolder& folder, const Weights::Placement& placement, int64_t latent_channels);

    /// Of one image of that size, (1, C, h, w). Throws Error for a size that the decoder cannot make.
    std::vector<int64_t> latent_shape(int width, int height) const;

    /// latents: [B, C, h, w]
    Pictures decode(const at::Tensor& latents) const;

private:
    AutoencoderKL vae_;
};

/// The model with the recipe's LoRAs. Throws Error naming the file, also where a LoRA's is no longer what its hash
/// says.
ModelFolder open_model(const std::filesystem::path& model, const std::vector<Lora>& loras);

UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement,
                               UNet2DConditionModel::LayerRange layers = {});

/// The scheduler config as diffusers' StableDiffusionPipeline takes it over: two values that early configs had wrong
/// are put right, whatever the file says.
Json corrected_scheduler_config(const ModelFolder& folder);

}  // namespace fanlight
