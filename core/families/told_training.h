#pragma once

#include <filesystem>
#include <string>

#include "core/base/sentence.h"

namespace fanlight {

/// What something says about the network in a single file.
struct ToldTraining {
    std::string prediction = {};  ///< "epsilon", "v_prediction"; empty: nothing says it
    Sentence by = {};             ///< what says it: "its key v_pred"
    bool zero_snr = false;        ///< something says that the network was trained with a terminal SNR of zero
};

/// Looks at a YAML file of the same name beside it (CompVis' config, as AUTOMATIC1111 reads it), then at what trainers
/// write into the file (the keys v_pred and ztsnr; metadata of Stability AI's ModelSpec), then at its name ("-v-pred",
/// "512-base"). Throws Error naming the file that cannot be read.
ToldTraining told_training(const std::filesystem::path& file);

}  // namespace fanlight
