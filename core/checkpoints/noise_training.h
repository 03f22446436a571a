#pragma once

#include <string>

namespace fanlight {

/// What a network was trained for, as far as its tensors do not show it and a scheduler config would say it.
struct NoiseTraining {
    std::string prediction = {};  ///< "epsilon", "v_prediction"; empty: as the model's own config has it
    bool zero_snr = false;        ///< the last training step was noise alone (Lin et al. 2023)

    bool operator==(const NoiseTraining&) const = default;
};

}  // namespace fanlight
