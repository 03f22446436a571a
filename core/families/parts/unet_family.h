#pragma once

#include "core/checkpoints/model_files.h"
#include "core/devices/model_description.h"
#include "core/families/parts/clip_encoder.h"
#include "core/families/parts/unet_config.h"

namespace fanlight {

/// What tells one family of pictures that a UNet makes, told by CLIP's text encoders, from another. Its components are
/// called "unet", "vae", "scheduler" and what the encoders say.
struct UNetFamily {
    ClipEncoders encoders;
    /// The scheduler's config as diffusers' pipeline passes it on.
    Json (*scheduler_config)(Json config);
    /// Without a negative prompt the network sees zeros instead of an empty text, unless the model's index says no.
    bool zeros_without_negative = false;
    /// A float16 model whose config says force_upcast, or says nothing of it, is decoded in float32.
    bool upcasts_decoder = false;
    /// The network is told how beautiful the picture is to be in place of its size.
    bool tells_beauty = false;
    /// How models read texts that finish this family's pictures; null: there are none.
    const UNetFamily& (*refiner)() = nullptr;
};

/// A model's costs: bytes from the configs and the headers of its weights, operations and activations counted layer by
/// layer for the shape. No weights are read. Throws Error naming the file or the wrong value.
ModelDescription describe_unet_model(const UNetFamily& kind, const ModelFiles& model, const DescribedShape& asked);

/// Throws Error if the network gives more than a prediction: what it has learnt of the variance.
void check_output(const UNetConfig& unet);

/// How many numbers the network is told of each picture besides the text. Throws Error if it asks for what the encoders
/// do not give.
int64_t told_numbers(const UNetFamily& kind, const UNetConfig& unet, const TextWidths& text);

/// Whether it sees zeros instead of an empty text where there is no negative prompt.
bool sees_zeros(const UNetFamily& kind, const ModelFiles& model);

/// Whether a model that is computed in float16 is decoded in float32.
bool upcasts_decoder(const UNetFamily& kind, const ModelFiles& model);

}  // namespace fanlight
