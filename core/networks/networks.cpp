#include "core/networks/networks.h"

#include <algorithm>

#include "core/base/sha256.h"
#include "core/checkpoints/component_hash.h"
#include "core/families/bert/network/bert.h"
#include "core/families/families.h"
#include "core/families/flux_1/network/flux_1.h"
#include "core/families/flux_2/network/flux_2.h"
#include "core/families/gpt2/network/gpt2.h"
#include "core/families/llama/network/llama.h"
#include "core/families/phi/network/phi.h"
#include "core/families/stable_diffusion/network/stable_diffusion.h"
#include "core/families/stable_diffusion_xl/network/stable_diffusion_xl.h"
#include "core/families/t5/network/t5.h"
#include "core/families/z_image/network/z_image.h"
#include "core/weights/shared_parts.h"

namespace fanlight {

namespace {

std::vector<NetworkHalf>& table() {
    static std::vector<NetworkHalf> rows = {stable_diffusion_network(),
                                            stable_diffusion_xl_network(),
                                            gpt2_network(),
                                            gpt2_classifier_network(),
                                            llama_network(),
                                            llama_classifier_network(),
                                            phi_network(),
                                            bert_network(),
                                            roberta_network(),
                                            distilbert_network(),
                                            t5_network(),
                                            z_image_network(),
                                            flux_2_network(),
                                            flux_1_network()};
    return rows;
}

[[noreturn]] void refuse_changed(const std::string& file) {
    throw Error("%1 has changed since the run was begun; restore the old one, or begin a new run.", file);
}

std::shared_ptr<const LoraFile> open_unchanged(const Lora& lora) {
    if (lora_hash(lora.file, sha256_hex_of_file(lora.file)) != lora.hash) refuse_changed(lora.file);
    return std::make_shared<const LoraFile>(open_lora(lora.file));
}

/// One that a living model has is not read again.
std::shared_ptr<const LoraFile> open_shared(const Lora& lora, SharedParts* shared) {
    const std::string now = adapter_identity(lora.file);
    const auto open = [&] { return open_unchanged(lora); };
    if (!shared || now.empty()) return open();
    return shared->part<const LoraFile>("LoRA " + now + " " + lora.hash + " " + lora.file, open);
}

ModelFolder open_model(const std::filesystem::path& model, const Recipe& recipe,
                       const std::shared_ptr<SharedParts>& shared) {
    std::vector<WeightedLora> weighted;
    for (const Lora& lora : recipe.loras)
        weighted.push_back({open_shared(lora, shared.get()), lora.weight, lora.text_encoder_weight, lora.hash});
    for (const ReplacedComponent& component : recipe.components)
        if (component_hash(component.file) != component.hash) refuse_changed(component.file);
    std::vector<CallableEmbedding> embeddings;
    for (const NamedEmbedding& embedding : recipe.embeddings) {
        if (sha256_hex_of_file(embedding.file) != embedding.hash) refuse_changed(embedding.file);
        embeddings.push_back({embedding.name, EmbeddingFile(embedding.file)});
    }
    ModelFolder folder(model, std::move(weighted), {recipe.prediction, recipe.zero_snr}, recipe.components,
                       std::move(embeddings));
    folder.set_vae_tiling(recipe.vae_tiling);
    folder.share(shared);
    return folder;
}

/// Makes the networks once more, only to tell all tensors that do not fit, of the first component with any. Returns if
/// that cannot be done.
void refuse_misfits(ModelFolder folder, const NetworkHalf& half, const Weights::Placement& placement,
                    const Part& part) {
    const auto notes = std::make_shared<MisfitNotes>();
    folder.note_misfits(notes);
    try {
        half.load(folder, placement, part);
    } catch (const std::exception&) {  // numbers at random may be refused; what is noted is so all the same
        if (notes->empty()) return;
    }
    for (const auto& [place, misfits] : *notes)
        if (!misfits->empty()) throw TensorMisfit(sentence_of(*misfits, place));
}

}  // namespace

const NetworkHalf& network_half(const Family& family) {
    const auto found = std::find_if(table().begin(), table().end(),
                                    [&](const NetworkHalf& half) { return half.family == family.name; });
    if (found == table().end()) throw Error("This worker has no networks for models of %1", family.title);
    return *found;
}

void add_network_half(const NetworkHalf& half) { table().push_back(half); }

bool has_encoders(const std::filesystem::path& model) {
    return network_half(open_model_files(model).family).has_encoders;
}

bool has_packed_weights(const std::filesystem::path& path, const ReplacedComponents& components) {
    KnownModel model = open_model_files(path);
    replace_components(model, components);
    const auto has_any = [](const KnownModel& each) {
        return std::any_of(each.family.components.begin(), each.family.components.end(), [&](const Component& part) {
            if (part.weights.empty() || each.files.lacks(part.name)) return false;
            const StoredTensors stored = each.files.tensors(part.name);
            return std::any_of(stored.tensors.begin(), stored.tensors.end(),
                               [](const auto& tensor) { return is_packed(tensor.second.entry.dtype); });
        });
    };
    return has_any(model) || (model.refiner && has_any(*model.refiner));
}

std::unique_ptr<Pipeline> load_pipeline(const std::filesystem::path& model, const Weights::Placement& placement,
                                        const Recipe& recipe, const Part& part,
                                        const std::shared_ptr<SharedParts>& shared) {
    const ModelFolder folder = open_model(model, recipe, shared);
    const NetworkHalf& half = network_half(folder.family());
    try {
        return half.load(folder, placement, part);
    } catch (const TensorMisfit&) {
        refuse_misfits(folder, half, placement, part);
        throw;
    }
}

}  // namespace fanlight
