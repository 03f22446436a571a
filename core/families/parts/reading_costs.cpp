#include "core/families/parts/reading_costs.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/torch_modules.h"

namespace fanlight {

using Kind = ReadingShape::Layer::Kind;

namespace {

const Module& module_named(const ModuleTree& network, const std::string& name) {
    const Module* module = find_module(network, name);
    if (module == nullptr) throw Error("The layer %1 is not a module of the network", name);
    return *module;
}

}  // namespace

ReadingShape reading_decoder(const ModuleTree& network, const DecoderShape& decoder, const std::string& head) {
    ReadingShape reading{.width = decoder.width,
                         .heads = decoder.heads,
                         .head_dim = decoder.head_dim,
                         .mlp_width = decoder.mlp_width,
                         .context = decoder.context};
    for (const std::string& name : decoder.embeddings) reading.layers.push_back({name, Kind::Lookup});
    for (const Module& block : module_named(network, decoder.blocks).children)
        reading.layers.push_back({decoder.blocks + "." + block.name, Kind::Block});
    reading.layers.push_back({decoder.norm, Kind::Head});
    reading.layers.push_back({head, Kind::Head});
    return reading;
}

std::vector<LayerDescription> reading_costs(const ModuleTree& network, const ReadingShape& reading,
                                            const DescribedShape& shape) {
    const SizeMap sizes = compute_module_sizes(network);
    const auto tokens = static_cast<double>(std::clamp<int64_t>(shape.tokens, 1, reading.context)),
               width = static_cast<double>(reading.width), heads = static_cast<double>(reading.heads),
               attending = heads * static_cast<double>(reading.head_dim), rows = static_cast<double>(shape.batch_size),
               element = static_cast<double>(dtype_byte_size(shape.dtype));
    const double passed = tokens * width * element;
    // A multiplication and an addition count as two operations, and scores and weighted sums as two products.
    const double attended = 4 * attending * tokens;
    const double within_block =
        tokens * element * (width + 3 * attending + 2 * static_cast<double>(reading.mlp_width) + heads * tokens);
    std::vector<LayerDescription> layers;
    for (const auto& [name, kind] : reading.layers) {
        const double weights = torch_modules::weights_below(module_named(network, name)), products = 2 * weights;
        const double flops = kind == Kind::Lookup  ? width * tokens
                             : kind == Kind::Block ? (products + attended) * tokens
                                                   : products;
        layers.push_back(
            {.name = name,
             // A head that is tied is a copy: it may be on another device.
             .bytes = whole_bytes(kind == Kind::Head ? std::max(sizes.of(name), weights * element) : sizes.of(name)),
             .flops = flops * rows,
             .state_bytes = whole_bytes(passed),
             .working_bytes = whole_bytes(kind == Kind::Block ? within_block : 2 * passed)});
    }
    return layers;
}

}  // namespace fanlight
