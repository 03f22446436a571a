#pragma once

#include <ATen/core/Tensor.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "core/base/json.h"
#include "core/batch/request.h"
#include "core/models/autoencoder_kl.h"
#include "core/models/clip_text_model.h"
#include "core/models/unet_2d_condition_model.h"
#include "core/text/tokenizer.h"
#include "core/weights/model_folder.h"
#include "core/weights/weights.h"

namespace fanlight {

/// Stable Diffusion 1.x and 2.x (Rombach et al. 2022) from a diffusers folder: prompts to pictures, a micro-batch at a
/// time. Equal to diffusers' StableDiffusionPipeline with a CPU generator an image. One thread.
class TextToImage {
public:
    /// Throws Error naming the file or the value that is not supported.
    TextToImage(const std::filesystem::path& folder, const Weights::Placement& placement);

    /// Told after each evaluation of the network; false gives the micro-batch up.
    using OnStep = std::function<bool(int step, int of)>;

    /// One micro-batch: images equal in size, steps, sampler, schedule, clip_skip and in being guided or not. Returns
    /// [B, H, W, 3] uint8 on the CPU, or an undefined tensor when `on_step` gave it up. Rows that are not finite come
    /// back in `broken`. Throws Error for what cannot be made.
    struct Result {
        at::Tensor images;
        std::vector<bool> broken;
    };
    Result run(const std::vector<ImageParameters>& batch, const OnStep& on_step);

private:
    at::Tensor embed(const std::string& text, int clip_skip);
    at::Tensor context_of(const std::vector<ImageParameters>& batch, bool guided);
    at::Tensor denoise(const std::vector<ImageParameters>& batch, const OnStep& on_step);
    Result decode(const at::Tensor& latents) const;

    Weights::Placement placement_;
    ModelFolder folder_;
    Json scheduler_config_;
    std::unique_ptr<Tokenizer> tokenizer_;
    CLIPTextModel text_encoder_;
    UNet2DConditionModel unet_;
    AutoencoderKL vae_;
    std::map<std::pair<std::string, int>, at::Tensor> embeddings_;  ///< by text and clip_skip
};

}  // namespace fanlight
