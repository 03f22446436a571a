#include "core/config/preview_decoder.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/config/component_catalog.h"
#include "core/config/hugging_face_cache.h"
#include "core/families/families.h"
#include "core/families/parts/autoencoder_tiny_config.h"

namespace fanlight {

namespace {

/// The path; "": there is none.
std::string kept_tiny_vae(const std::string& name, const ModelPlaces& places) {
    for (const std::string& called : {name, name + "_decoder"})
        if (std::string path = kept_component(vae_kind, called, places); !path.empty()) return path;
    const auto snapshot = cached_snapshot("madebyollin/" + name);
    return snapshot ? snapshot->string() : "";
}

/// Throws Error if it does not fit the model.
void check_decoder(KnownModel model, const std::string& file) {
    replace_components(model, {{vae_kind, "", file, ""}});
    if (!is_tiny_autoencoder(model.files.config("vae"))) throw Error("%1 is a VAE, but no tiny one", file);
}

}  // namespace

std::string preview_decoder(const std::filesystem::path& path, const ModelPlaces& places,
                            std::vector<Sentence>& problems) {
    const KnownModel model = open_model_files(path);
    const std::string name = model.family.tiny_vae;
    std::string file = name.empty() ? "" : kept_tiny_vae(name, places);
    if (file.empty()) return "";
    try {
        check_decoder(model, file);
        return file;
    } catch (const Error& error) {
        const Sentence problem("Previews are made without %1: %2", name, sentence_of(error).open());
        if (std::find(problems.begin(), problems.end(), problem) == problems.end()) problems.push_back(problem);
        return "";
    }
}

}  // namespace fanlight
