#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/families/embedding_check.h"
#include "core/families/families.h"
#include "core/weights/weights.h"

namespace fanlight {

/// What does not fit, by the place of a component, in the order in which they are loaded.
using MisfitNotes = std::vector<std::pair<std::string, std::shared_ptr<TensorMisfits>>>;

/// A model, opened for loading: its files, its family, and LoRAs that change its weights.
class ModelFolder {
public:
    /// Throws as open_model_files() and replace_components() do. `loras` are applied to the weights in this order;
    /// `training`: see there; `components` take the place of its own; prompts may call `embeddings`.
    explicit ModelFolder(const std::filesystem::path& path, std::vector<WeightedLora> loras = {},
                         const NoiseTraining& training = {}, const ReplacedComponents& components = {},
                         std::vector<CallableEmbedding> embeddings = {});

    /// The model that finishes its pictures, without LoRAs, which are this one's alone; null: there is none.
    const ModelFolder* refiner() const { return refiner_.get(); }

    const std::filesystem::path& path() const { return model_.files.path(); }
    const Family& family() const { return model_.family; }
    const ModelFiles& files() const { return model_.files; }

    /// If so, components have no folder.
    bool is_single_file() const { return model_.files.is_single_file(); }

    /// The class in model_index.json.
    const std::string& pipeline() const { return model_.pipeline_class; }

    /// The component's class in the index: "PNDMScheduler". Schedulers of any class are accepted here; the sampler
    /// checks them.
    const std::string& class_of(const std::string& component) const { return model_.files.class_of(component); }

    /// The component's folder.
    std::filesystem::path component(const std::string& name) const { return model_.files.folder_of(name); }

    /// A component's weights. Throws Error naming the file, or the layers of a LoRA that do not fit.
    Weights weights(const std::string& component, const Weights::Placement& placement) const;

    /// Which LoRAs change a component, and how much, in one line for those who compare; nullopt: one's hash is not
    /// known.
    std::optional<std::string> adapters_of(const std::string& component) const;

    /// What it has in common with other models of the process; nullptr: nothing.
    const std::shared_ptr<SharedParts>& shared() const { return shared_; }
    void share(std::shared_ptr<SharedParts> parts);

    /// From now on weights() notes what does not fit: see Weights::note_misfits().
    void note_misfits(std::shared_ptr<MisfitNotes> notes);

    /// Whether its VAE decodes large pictures in tiles.
    bool vae_tiling() const { return vae_tiling_; }
    void set_vae_tiling(bool tiling) { vae_tiling_ = tiling; }

    /// Checked against the model.
    const std::vector<CallableEmbedding>& embeddings() const { return embeddings_; }

    /// The vectors of all embeddings() for this text encoder, one after another: [n, width] in float32, on the CPU.
    /// Undefined if there are none.
    at::Tensor embedding_vectors(const std::string& component) const;

    /// The component's config: an object. Throws Error naming the file.
    Json config(const std::string& component) const { return model_.files.config(component); }

private:
    /// A refiner, whose prompts call the same embeddings.
    ModelFolder(KnownModel refiner, std::vector<CallableEmbedding> embeddings);

    KnownModel model_;
    std::vector<WeightedLora> loras_;
    std::vector<CallableEmbedding> embeddings_;
    std::shared_ptr<SharedParts> shared_;
    std::shared_ptr<MisfitNotes> notes_;
    bool vae_tiling_ = false;
    std::shared_ptr<ModelFolder> refiner_;
};

}  // namespace fanlight
