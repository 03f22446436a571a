#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "core/families/flux_1/config.h"
#include "core/layers/layer_sequence.h"

namespace fanlight {

/// diffusers' FluxTransformer2DModel as layers. Rows are computed one after the other; what depends on the text alone
/// is computed once for all evaluations. The conditioning is the text's tokens, `context` with those of its padding,
/// the text as one vector, `pooled`, and as `numbers` the height and width of the picture in tokens and the guidance
/// scale, which networks without such an input leave alone.
std::vector<LayerPlan> flux_1_layers(const Flux1Config& config, const Weights& weights);

/// What the first layer takes. x: [R, channels, h, w], sides that are multiples of the patch; timestep: from 1000 at
/// pure noise down. The last layer leaves the flow, in x's shape.
State flux_1_input(const at::Tensor& x, double timestep);

}  // namespace fanlight
