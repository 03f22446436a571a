#include "core/families/parts/reading_costs.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

using Kind = ReadingShape::Layer::Kind;

std::vector<LayerDescription> reading_costs(const ModuleTree& network, const ReadingShape& reading,
                                            const DescribedShape& shape) {
    const SizeMap sizes = compute_module_sizes(network);
    const auto tokens = static_cast<double>(std::clamp<int64_t>(shape.tokens, 1, reading.context)),
               width = static_cast<double>(reading.width), heads = static_cast<double>(reading.heads),
               rows = static_cast<double>(shape.batch_size),
               element = static_cast<double>(dtype_byte_size(shape.dtype));
    const double passed = tokens * width * element;
    // A multiplication and an addition count as two operations, and scores and weighted sums as two products.
    const double attended = 4 * width * tokens;
    const double within_block =
        tokens * element * (4 * width + 2 * static_cast<double>(reading.mlp_width) + heads * tokens);
    std::vector<LayerDescription> layers;
    for (const auto& [name, kind] : reading.layers) {
        const Module* module = find_module(network, name);
        if (module == nullptr) throw Error("The layer " + name + " is no module of the network");
        const double products = 2 * torch_modules::weights_below(*module);
        const double flops = kind == Kind::Lookup  ? width * tokens
                             : kind == Kind::Block ? (products + attended) * tokens
                                                   : products;
        layers.push_back({.name = name,
                          .bytes = sizes.of(name),
                          .flops = flops * rows,
                          .state_bytes = whole_bytes(passed),
                          .working_bytes = whole_bytes(kind == Kind::Block ? within_block : 2 * passed)});
    }
    return layers;
}

}  // namespace fanlight
