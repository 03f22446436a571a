#include "core/families/families.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/checkpoints/adapter_layer.h"
#include "core/checkpoints/lora_match.h"
#include "core/checkpoints/tensor_source.h"
#include "core/families/bert/family.h"
#include "core/families/flux_1/family.h"
#include "core/families/flux_2/family.h"
#include "core/families/gpt2/family.h"
#include "core/families/llama/family.h"
#include "core/families/parts/component_costs.h"
#include "core/families/parts/named_networks.h"
#include "core/families/phi/family.h"
#include "core/families/stable_diffusion/family.h"
#include "core/families/stable_diffusion_xl/family.h"
#include "core/families/stable_diffusion_xl/refiner.h"
#include "core/families/t5/family.h"
#include "core/families/z_image/family.h"

namespace fanlight {

namespace {

std::vector<const Family*>& table() {
    static std::vector<const Family*> rows = {&stable_diffusion(),
                                              &stable_diffusion_xl(),
                                              &stable_diffusion_xl_refiner(),
                                              &gpt2(),
                                              &gpt2_classifier(),
                                              &llama(),
                                              &llama_classifier(),
                                              &phi(),
                                              &bert(),
                                              &roberta(),
                                              &distilbert(),
                                              &t5(),
                                              &z_image(),
                                              &flux_2(),
                                              &flux_1()};
    return rows;
}

/// Other kinds of file, recognised by the prefix of a key in order to refuse them by name.
struct OtherKind {
    std::string_view key;
    SentencePattern<std::string, Sentence> refusal;  ///< with the file and what to choose in its place
};
constexpr SentencePattern<std::string, Sentence> is_chroma = "%1 is a checkpoint of Chroma; %2",
                                                 is_controlnet = "%1 is a ControlNet; %2",
                                                 is_lora = "%1 is a LoRA, which goes with --lora; %2",
                                                 is_text_encoder =
                                                     "%1 is a text encoder, which goes with --text-encoder; %2",
                                                 is_gguf_encoder =
                                                     "%1 is a language model as GGUF, which goes with --text-encoder "
                                                     "beside a network; %2",
                                                 is_network =
                                                     "%1 is the network of a model, which goes with --transformer "
                                                     "beside a whole one; %2",
                                                 lacks_tokenizer =
                                                     "%1 is a language model without its tokenizer: as a model give "
                                                     "its folder, as a text encoder give it with --text-encoder; %2";
constexpr OtherKind other_kinds[] = {
    {"edm_mean", "%1 is a checkpoint of Playground 2.5; %2"},
    {"control_model.", is_controlnet},
    {"controlnet_", is_controlnet},
    {"control_layers.", is_controlnet},  // of Z-Image
    {"redux_up.", "%1 is FLUX.1 Redux, which turns pictures into prompts; %2"},
    {"siglip_embedder.", "%1 is a network of Z-Image that also reads pictures; %2"},
    {"model.diffusion_model.joint_blocks.", "%1 is a checkpoint of Stable Diffusion 3; %2"},
    {"model.diffusion_model.distilled_guidance_layer.", is_chroma},
    {"distilled_guidance_layer.", is_chroma},
    {"unet.conv_in.weight", is_network},
    {"lora_", is_lora},
    {"unet.down_blocks.", is_lora},
    {"down_blocks.", is_network},
    {"input_blocks.", is_network},
    {"text_model.", is_text_encoder},
    {"token_embd.", is_gguf_encoder},
    {"model.layers.", lacks_tokenizer},
    {"transformer.h.", lacks_tokenizer},
    {"h.", lacks_tokenizer},
};
/// Parts that people keep beside networks; whole checkpoints may have such keys, too.
constexpr OtherKind other_parts[] = {
    {"decoder.conv_in.", "%1 is a VAE, which goes with --vae; %2"},
    {"encoder.block.", is_text_encoder},
    {"transformer.resblocks.", is_text_encoder},
};

bool is_adapter(const TensorEntries& tensors) {
    return std::any_of(tensors.begin(), tensors.end(), [](const auto& tensor) { return adapter_ending(tensor.first); });
}

/// Prefixes of LoRAs for models that are not supported.
std::vector<LoraPrefix> other_loras() {
    return {{"lora_unet_joint_blocks_", "", {"Stable Diffusion 3"}},
            {"diffusion_model.joint_blocks.", "", {"Stable Diffusion 3"}}};
}

/// A later family may hold the parts of an earlier one, and more. nullptr: none recognises the file.
const Family* family_of_file(const TensorEntries& tensors) {
    const auto found = std::find_if(table().rbegin(), table().rend(), [&](const Family* family) {
        return family->recognises && family->recognises(tensors);
    });
    return found == table().rend() ? nullptr : *found;
}

[[noreturn]] void refuse_unknown_file(const CheckpointSource& source) {
    if (is_adapter(source.tensors)) throw Error(is_lora, source.file, source.advice);
    for (const auto& [key, refusal] : other_parts)
        if (has_key_below(source.tensors, key)) throw Error(refusal, source.file, source.advice);
    std::vector<std::string> keys;
    for (const Family* family : table()) keys.insert(keys.end(), family->file_keys.begin(), family->file_keys.end());
    throw Error("%1 is of no known kind: it has no tensor whose name begins with %2; %3", source.file, one_of(keys),
                source.advice);
}

/// Steps are then spaced as Lin et al. (section 3.3) show to be necessary, and the method is one that knows such betas.
Json scheduler_config_of(const NoiseTraining& training, const Json& own_class) {
    Json values = Json::object();
    if (!training.prediction.empty()) values["prediction_type"] = training.prediction;
    if (!training.zero_snr) return values;
    values.update({{"rescale_betas_zero_snr", true}, {"timestep_spacing", "trailing"}});
    if (own_class == "PNDMScheduler" || own_class == "HeunDiscreteScheduler") values["_class_name"] = "DDIMScheduler";
    return values;
}

KnownModel open_single_file(const std::filesystem::path& path, const NoiseTraining& training) {
    const TensorSource file(path);
    const TensorEntries& tensors = file.tensors();
    const Family* family = family_of_file(tensors);
    const CheckpointSource source{path.string(),
                                  tensors,
                                  family ? family->title : "",
                                  Sentence("choose a checkpoint of %1, or a diffusers folder.", listed_families()),
                                  training,
                                  file.metadata("modelspec.title")};
    for (const auto& [key, refusal] : other_kinds)
        if (has_key_below(tensors, key)) throw Error(refusal, source.file, source.advice);
    if (const NamedNetwork* network = named_network(tensors); network && !network->is_supported)
        throw Error("%1 is a network of %2, which is not supported; %3", source.file, network->title, source.advice);
    if (!family) refuse_unknown_file(source);
    FileContents contents = family->read_file(source);
    return {*family, family->pipeline_classes.front(), {file.file(), family->components, std::move(contents)}};
}

KnownModel open_folder(const std::filesystem::path& path) {
    const Json index = read_model_index(path);
    const std::string where = model_index_file(path).string();
    const auto name = required<std::string>(index, "_class_name", where);
    const Family* family = family_of_class(name);
    if (family == nullptr)
        throw Error("%1: the pipeline %2 is not known; choose a model with %3.", where, in_quotes(name),
                    listed(known_pipeline_classes()));
    return {*family, name, {path, family->components, index}};
}

}  // namespace

const std::vector<const Family*>& families() { return table(); }

void add_family(const Family& family) { table().push_back(&family); }

Sentence listed_families() {
    std::vector<std::string> titles;
    for (const Family* family : table())
        if (family->read_file && family->refines.empty()) titles.push_back(family->title);
    return one_of(titles);
}

const Family* family_of_class(const std::string& pipeline_class) {
    for (const Family* family : table()) {
        const auto& classes = family->pipeline_classes;
        if (std::find(classes.begin(), classes.end(), pipeline_class) != classes.end()) return family;
    }
    return nullptr;
}

std::vector<std::string> known_pipeline_classes() {
    std::vector<std::string> names;
    for (const Family* family : table())
        if (family->refines.empty())
            names.insert(names.end(), family->pipeline_classes.begin(), family->pipeline_classes.end());
    return names;
}

KnownModel open_model_files(const std::filesystem::path& path, const NoiseTraining& training) {
    KnownModel model = is_single_file(path) ? open_single_file(path, training) : open_folder(path);
    if (training == NoiseTraining()) return model;
    const Json own_class = model.files.config("scheduler").value("_class_name", Json());
    model.files.override_config("scheduler", scheduler_config_of(training, own_class));
    return model;
}

void check_not_refiner(const Family& family, const std::string& model) {
    if (!family.refines.empty())
        throw UsageError(
            "%1 is %2, which finishes the pictures of another model; give it with --refiner, and a model of %3 with "
            "--model.",
            model, family.title, family.refines);
}

namespace {

/// A whole model that works beside this one.
std::shared_ptr<const KnownModel> open_beside(const KnownModel& model, const ReplaceableKind& kind,
                                              const std::filesystem::path& path) {
    auto other = std::make_shared<const KnownModel>(open_model_files(path));
    if (other->family.name != kind.family)
        throw Error(
            "%1 is a model of %2 and no refiner; give one such as sd_xl_refiner_1.0.safetensors, or leave it out.",
            path, other->family.title);
    kind.check(model.files, other->files);
    return other;
}

/// What the network that takes the last steps costs besides the model.
void add_refiner(ModelDescription& description, const ModelDescription& refiner) {
    description.refiner = {.bytes = refiner.network_bytes() + refiner.text_encoder.bytes,
                           .working_bytes = refiner.working_bytes({0, std::ssize(refiner.layers)})};
    for (const LayerDescription& layer : refiner.layers) description.refiner.flops += layer.flops;
    description.text_encoder.flops += refiner.text_encoder.flops;
    description.text_encoder.working_bytes =
        std::max(description.text_encoder.working_bytes, refiner.text_encoder.working_bytes);
    description.embedding_bytes += refiner.embedding_bytes;
}

ModelDescription described(const KnownModel& model, const DescribedShape& shape) {
    ModelDescription description = model.family.describe(model.files, shape);
    if (shape.packed) keep_packed(description, model.files.tensors(model.family.network));
    return description;
}

}  // namespace

void replace_components(KnownModel& model, const ReplacedComponents& components) {
    std::vector<OtherComponent> all;  // each is compared with the model's own
    for (const ReplacedComponent& given : components) {
        const auto& kinds = model.family.replaceable;
        const auto kind = std::find_if(kinds.begin(), kinds.end(),
                                       [&](const ReplaceableKind& each) { return each.kind == given.kind; });
        if (kind == kinds.end())
            throw UsageError("%1 cannot be used: models of %2 take no %3 from elsewhere; leave it out.", given.file,
                             model.family.title, given.kind);
        if (kind->read)
            for (OtherComponent& other : kind->read(model.files, given.file)) all.push_back(std::move(other));
        else
            model.refiner = open_beside(model, *kind, given.file);
    }
    for (OtherComponent& other : all) model.files.replace(std::move(other));
}

ModelDescription describe_model(const std::filesystem::path& path, const DescribedShape& shape,
                                const ReplacedComponents& components) {
    KnownModel model = open_model_files(path);
    replace_components(model, components);
    ModelDescription description = described(model, shape);
    if (model.refiner) add_refiner(description, described(*model.refiner, shape));
    return description;
}

std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& path) {
    const KnownModel model = open_model_files(path);
    if (model.family.tokenizers.empty()) return nullptr;
    const FamilyTokenizer& first = model.family.tokenizers.front();
    return first.open(model.files, first.component);
}

LoraFile open_lora(const std::filesystem::path& path) {
    std::vector<LoraPrefix> prefixes = other_loras();
    for (const Family* family : table())
        prefixes.insert(prefixes.end(), family->lora_prefixes.begin(), family->lora_prefixes.end());
    return LoraFile(path, prefixes, listed_families());
}

namespace {

/// Families may have the same prefix, and tell of other models that have it. nullptr: it is none of the family's.
const LoraPrefix* own_prefix(const Family& family, const LoraPrefix& prefix) {
    const auto& all = family.lora_prefixes;
    const auto found = std::find_if(all.begin(), all.end(), [&](const LoraPrefix& each) {
        return each.text == prefix.text && each.of_class == prefix.of_class;
    });
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::string> owners_of(const LoraPrefix& prefix) {
    std::vector<std::string> owners;
    for (const Family* family : table()) {
        const LoraPrefix* const own = own_prefix(*family, prefix);
        if (!own) continue;
        owners.push_back(family->title);
        owners.insert(owners.end(), own->others.begin(), own->others.end());
    }
    return owners;
}

/// Those of a prefix, and of these, if there are any, those that have the LoRA's other prefixes as well.
std::vector<std::string> owners_of(const LoraFile& lora, const LoraPrefix& prefix) {
    std::vector<std::string> owners = owners_of(prefix);
    for (const LoraPrefix& other : lora.prefixes()) {
        const std::vector<std::string> of_other = owners_of(other);
        std::vector<std::string> both;
        for (const std::string& owner : owners)
            if (std::find(of_other.begin(), of_other.end(), owner) != of_other.end()) both.push_back(owner);
        if (!both.empty()) owners = std::move(both);
    }
    return owners;
}

}  // namespace

void check_lora(const LoraFile& lora, const Family& family) {
    for (const LoraPrefix& prefix : lora.prefixes())
        if (!own_prefix(family, prefix))
            throw Error("%1 is a LoRA for %2, and the model is one of %3; choose a LoRA that was made for this model.",
                        lora.file()->path(), one_of(owners_of(lora, prefix)), family.title);
}

void check_lora(const LoraFile& lora, const KnownModel& model) {
    check_lora(lora, model.family);
    for (const Component& component : model.family.components) {
        // What a network alone takes from elsewhere is compared when the weights are loaded.
        if (lora.changes(component.name).empty() || model.files.lacks(component.name)) continue;
        ParameterShapes shapes;
        for (const auto& [key, tensor] : model.files.tensors(component.name).tensors) shapes[key] = tensor.entry.shape;
        match_lora(lora, component, shapes, original_names(model.family, model.files, component.name));
    }
}

}  // namespace fanlight
