#pragma once

#include <string>
#include <vector>

namespace fanlight {

/// A file or folder whose component, or components, take the place of the model's own; or a whole model that works
/// beside it.
struct ReplacedComponent {
    /// What it holds, as its option is called: network_kind, vae_kind, text_encoder_kind, refiner_kind.
    std::string kind;
    std::string name;  ///< of the file, or of the folder that the user named
    std::string file;  ///< absolute path of the file or of the component's folder; not part of an image's recipe
    std::string hash;  ///< SHA-256, hex: see component_hash()

    bool operator==(const ReplacedComponent&) const = default;
};
using ReplacedComponents = std::vector<ReplacedComponent>;

/// "transformer" is the network that makes pictures: that of newer models is one, of older ones a UNet.
inline constexpr const char *network_kind = "transformer", *vae_kind = "vae", *text_encoder_kind = "text_encoder",
                            *refiner_kind = "refiner";

/// The first of this kind; nullptr: there is none.
inline const ReplacedComponent* component_of(const ReplacedComponents& components, const std::string& kind) {
    for (const ReplacedComponent& component : components)
        if (component.kind == kind) return &component;
    return nullptr;
}

}  // namespace fanlight
