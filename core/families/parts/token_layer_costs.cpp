#include "core/families/parts/token_layer_costs.h"

#include "core/base/error.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

TokenLayerCosts::TokenLayerCosts(const ModuleTree& network, const DescribedShape& shape, int64_t width,
                                 int64_t mlp_width)
    : network_(network),
      sizes_(compute_module_sizes(network)),
      rows_(static_cast<double>(shape.batch_size) * (shape.guided ? 2 : 1)),
      element_(dtype_byte_size(shape.dtype)),
      width_(static_cast<double>(width)),
      mlp_width_(static_cast<double>(mlp_width)) {}

double TokenLayerCosts::weights_of(const std::string& name) const {
    const Module* module = find_module(network_, name);
    if (module == nullptr) throw Error("The layer %1 is not a module of the network", name);
    return torch_modules::weights_below(*module);
}

LayerDescription TokenLayerCosts::of(const TokenLayer& layer) const {
    const double inner = layer.is_block ? 6 * width_ + 3 * mlp_width_ : 2 * width_,
                 attention = layer.is_block ? 4 * width_ * layer.tokens : 0;
    return {.name = layer.name,
            .bytes = whole_bytes(sizes_.of(layer.name)),
            .flops = rows_ * (layer.tokens * (2 * layer.weights + attention) + 2 * layer.row_weights),
            .state_bytes = whole_bytes(rows_ * layer.passed * element_),
            .working_bytes = whole_bytes((2 * rows_ * layer.passed + layer.tokens * inner) * element_)};
}

LayerDescription TokenLayerCosts::of_all(const std::string& name, double tokens, double passed) const {
    return of({.name = name, .tokens = tokens, .passed = passed, .weights = weights_of(name)});
}

}  // namespace fanlight
