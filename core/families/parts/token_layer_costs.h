#pragma once

#include <cstdint>
#include <string>

#include "core/devices/model_description.h"

namespace fanlight {

/// Of a layer of a transformer over the tokens of a text and a picture.
struct TokenLayer {
    std::string name;        ///< its module
    double tokens = 1;       ///< of a row, that pass through its products
    double passed = 0;       ///< numbers of a row that are passed on
    double weights = 0;      ///< those that each token meets
    bool is_block = false;   ///< it has attention and an MLP
    double row_weights = 0;  ///< those that a row meets once
};

/// What the layers cost of a network whose rows are computed one after the other. Counts a multiplication and an
/// addition as two operations.
class TokenLayerCosts {
public:
    /// `network` must outlive this.
    TokenLayerCosts(const ModuleTree& network, const DescribedShape& shape, int64_t width, int64_t mlp_width);

    /// Throws Error if it is no module of the network.
    LayerDescription of(const TokenLayer& layer) const;
    /// A layer whose tokens meet all of its weights.
    LayerDescription of_all(const std::string& name, double tokens, double passed) const;

    /// The weights of a module and what is below it.
    double weights_of(const std::string& name) const;

private:
    const ModuleTree& network_;
    const SizeMap sizes_;
    const double rows_, element_, width_, mlp_width_;
};

}  // namespace fanlight
