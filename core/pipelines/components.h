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
#include "core/pipelines/outputs.h"
#include "core/text/tokenizer.h"
#include "core/weights/model_folder.h"
#include "core/weights/weights.h"

/// The parts of a Stable Diffusion 1.x or 2.x folder, each of which can be loaded by itself: a stage of a pipeline
/// holds no more than it runs. Constructors throw Error naming the file or the value that is not supported.
namespace fanlight {

/// Prompts to what the network is conditioned on. One thread.
class TextConditioner {
public:
    TextConditioner(const ModelFolder& folder, const Weights::Placement& placement, int64_t context_dim);

    /// Of B rows, or 2B: when guided the negative prompts come first.
    Conditioning conditioning_of(const std::vector<ImageTask>& batch, bool guided);

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

UNet2DConditionModel load_unet(const ModelFolder& folder, const Weights::Placement& placement,
                               LayerRange layers = LayerRange::all());

/// The scheduler config as diffusers' StableDiffusionPipeline takes it over: two values that early configs had wrong
/// are put right, whatever the file says.
Json corrected_scheduler_config(const ModelFolder& folder);

}  // namespace fanlight
