#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/devices/model_description.h"
#include "core/families/parts/decoder_costs.h"

namespace fanlight {

/// A transformer that reads each text once, one after another.
struct ReadingShape {
    struct Layer {
        enum class Kind { Lookup, Block, Head };  ///< a head reads few tokens
        std::string name;
        Kind kind = Kind::Block;
    };

    std::vector<Layer> layers;  ///< in the order in which they run
    int64_t width = 1, heads = 1, head_dim = 1, mlp_width = 1, context = 1;
};

/// A decoder with a classifier, the layer `head`, at its end. Throws Error if its blocks are no module of the network.
ReadingShape reading_decoder(const ModuleTree& network, const DecoderShape& decoder, const std::string& head);

/// The layers' costs for texts of the shape's length; an evaluation of a micro-batch is that of all its texts. Throws
/// Error if a layer is no module of the network.
std::vector<LayerDescription> reading_costs(const ModuleTree& network, const ReadingShape& reading,
                                            const DescribedShape& shape);

}  // namespace fanlight
