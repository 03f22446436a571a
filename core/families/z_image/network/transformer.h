#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/families/z_image/config.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// diffusers' ZImageTransformer2DModel as layers. Rows are computed one after the other, each with a caption of its own
/// length; what depends on the caption alone is computed once for all evaluations. The conditioning is the caption's
/// tokens, `context` with its `mask`, and as `numbers` the height and width of the pictures in tokens.
std::vector<LayerPlan> z_image_layers(const ZImageConfig& config, const Weights& weights);

/// What the first layer takes. x: [R, channels, 2 h, 2 w]; timestep: from 1000 at pure noise down. The last layer
/// leaves the flow with its sign turned round, in x's shape.
State z_image_input(const at::Tensor& x, double timestep);

}  // namespace fanlight
