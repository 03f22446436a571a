#include "core/weights/model_folder.h"

#include <ATen/ATen.h>

#include "core/base/number_text.h"
#include "core/weights/tensor_types.h"

namespace fanlight {

ModelFolder::ModelFolder(const std::filesystem::path& path, std::vector<WeightedLora> loras,
                         const NoiseTraining& training, const ReplacedComponents& components,
                         std::vector<CallableEmbedding> embeddings)
    : model_(open_model_files(path, training)), loras_(std::move(loras)), embeddings_(std::move(embeddings)) {
    replace_components(model_, components);
    for (const WeightedLora& lora : loras_) check_lora(*lora.lora, family());
    for (const CallableEmbedding& embedding : embeddings_) check_embedding(embedding.file, model_);
    if (model_.refiner) refiner_.reset(new ModelFolder(*model_.refiner, embeddings_));
}

ModelFolder::ModelFolder(KnownModel refiner, std::vector<CallableEmbedding> embeddings)
    : model_(std::move(refiner)), embeddings_(std::move(embeddings)) {}

void ModelFolder::share(std::shared_ptr<SharedParts> parts) {
    if (refiner_) refiner_->share(parts);
    shared_ = std::move(parts);
}

void ModelFolder::note_misfits(std::shared_ptr<MisfitNotes> notes) {
    if (refiner_) refiner_->note_misfits(notes);
    notes_ = std::move(notes);
}

Weights ModelFolder::weights(const std::string& component, const Weights::Placement& placement) const {
    Weights weights = Weights::of(model_.files.tensors(component), placement);
    weights.share(shared_);
    if (notes_)
        weights.note_misfits(
            notes_->emplace_back(model_.files.place_of(component), std::make_shared<TensorMisfits>()).second);
    if (loras_.empty()) return weights;
    const OriginalNames original = original_names(family(), model_.files, component);
    for (const WeightedLora& lora : loras_) weights.merge(lora, model_.files.component(component), original);
    return weights;
}

std::optional<std::string> ModelFolder::adapters_of(const std::string& component) const {
    std::string line;
    for (const WeightedLora& lora : loras_) {
        if (lora.lora->changes(component).empty()) continue;
        if (lora.hash.empty()) return std::nullopt;
        line += lora.hash + ":" + number_text(lora.weight_for(component)) + " ";
    }
    return line;
}

at::Tensor ModelFolder::embedding_vectors(const std::string& component) const {
    std::vector<at::Tensor> vectors;
    for (const EmbeddingPart& part : family().embedding_parts) {
        if (part.component != component) continue;
        for (const auto& [name, embedding] : embeddings_)
            vectors.push_back(make_tensor(embedding.parts().at(part.key), embedding.file()).to(at::kFloat));
    }
    return vectors.empty() ? at::Tensor() : at::cat(vectors);
}

}  // namespace fanlight
