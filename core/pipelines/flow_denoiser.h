#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/pipelines/language_conditioner.h"
#include "core/pipelines/picture_pipeline.h"

namespace fanlight {

/// What tells a family's network from another's of this kind.
struct FlowNetwork {
    std::vector<LayerPlan> layers;  ///< of the component "transformer"
    int64_t channels;               ///< of latents
    int64_t patch = 1;              ///< side of a token, in latents
    LanguageReading reading;
    int64_t text_width;        ///< of what is read of each token
    int64_t usual_text;        ///< tokens of a text when the network is timed
    int64_t pooled_width = 0;  ///< of what is read of a text as a whole; 0: nothing is
    /// What the first layer takes. x: [R, channels, h, w] in the network's dtype; timestep: from 1000 at pure noise
    /// down
    State (*input)(const at::Tensor& x, double timestep);
    bool gives_opposite = false;  ///< the last layer leaves the flow with its sign turned round
    /// What the family's pipeline asks of the scheduler for a picture of so many tokens.
    ScheduleRequest (*schedule)(const ImageTask& image, int64_t image_tokens);
    /// What the network is told of a picture in numbers besides its size. Null: nothing.
    std::vector<float> (*more_numbers)(const ImageTask& image) = nullptr;
    /// Tensors that no layer is called like: one that a stage does not take belongs to another.
    std::vector<std::string> outside_layers = {};
    /// Whether a tensor that nothing takes may be in the file all the same. Empty: none may.
    std::function<bool(const std::string& key)> is_surplus = {};
};

/// `weights`: of the component "transformer". Throws Error naming the file or the unsupported value.
using MakeFlowNetwork = FlowNetwork (*)(const ModelFolder& folder, const Weights& weights);

/// A transformer that predicts a flow and is told of pictures what a language model reads in their prompts, and as
/// `numbers` their height and width in tokens and whatever its family has besides. Latents are float32 in every dtype.
class FlowDenoiser : public PictureDenoiser {
public:
    /// Throws Error naming the file or the unsupported value.
    FlowDenoiser(const ModelFolder& folder, const Weights& weights, FlowNetwork network, const Part& part);

    const LayerSequence& layers() const override { return layers_; }
    int64_t channels() const override { return network_.channels; }
    at::ScalarType latent_dtype() const override { return at::kFloat; }
    DenoisingNetwork sampled(const ImageTask& image) const override;
    BatchTelling tell(const std::vector<ImageTask>& batch, bool guided) override;
    State enter(const at::Tensor& x, double timestep, const at::Tensor& guidance) const override;
    at::Tensor leave(const State& state) const override;

private:
    at::Tensor numbers_of(const std::vector<ImageTask>& batch) const;

    const FlowNetwork network_;
    const int64_t token_side_;  ///< in pixels
    const bool brief_encoder_;
    const at::ScalarType dtype_;
    const at::Device device_;
    const Json scheduler_config_;
    const LayerSequence layers_;
    std::optional<LanguageConditioner> conditioner_;  ///< in the first part
};

/// See NetworkHalf.
std::unique_ptr<Pipeline> load_flow(MakeFlowNetwork network, LatentShift shift, ModelFolder folder,
                                    const Weights::Placement& placement, const Part& part);
Probe probe_flow(MakeFlowNetwork network, const ModelFolder& folder, const Weights::Placement& placement,
                 const DescribedShape& shape);

/// The network half of a family whose network is `network()`. `shift`: what its VAE makes of latents.
template <MakeFlowNetwork network, LatentShift shift = LatentShift::Ignored>
NetworkHalf flow_network(const std::string& family) {
    return {.family = family,
            .load = [](ModelFolder folder, const Weights::Placement& placement,
                       const Part& part) { return load_flow(network, shift, std::move(folder), placement, part); },
            .probe = [](const ModelFolder& folder, const Weights::Placement& placement,
                        const DescribedShape& shape) { return probe_flow(network, folder, placement, shape); },
            .has_encoders = true};
}

}  // namespace fanlight
