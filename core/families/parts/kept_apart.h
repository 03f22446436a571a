#pragma once

#include <string>
#include <vector>

#include "core/families/parts/name_words.h"

namespace fanlight {

/// A component that people keep in a file of its own, beside a file that holds the network alone.
struct KeptApart {
    std::string component;        ///< "vae"
    std::string file;             ///< one that is published: "ae.safetensors"
    std::vector<NamePart> names;  ///< by which such files are told
    /// By which files are told that have the same tensors and belong to other families.
    std::vector<NamePart> names_of_others = {};
};

/// The VAE of 16 latent channels, as users of FLUX.1 and Z-Image keep it.
inline KeptApart sixteen_channel_vae() {
    return {.component = "vae",
            .file = "ae.safetensors",
            .names = {{"ae"}, {"flux", "vae"}, {"z", "image", "vae"}, {"zimage", "vae"}},
            .names_of_others = {{"sd", "3"}}};
}

}  // namespace fanlight
