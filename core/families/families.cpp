#include "core/families/families.h"

#include <algorithm>

#include "core/base/text.h"
#include "core/checkpoints/tensor_source.h"
#include "core/families/bert/family.h"
#include "core/families/gpt2/family.h"
#include "core/families/llama/family.h"
#include "core/families/phi/family.h"
#include "core/families/stable_diffusion/family.h"
#include "core/families/stable_diffusion_xl/family.h"
#include "core/families/t5/family.h"

namespace fanlight {

namespace {

std::vector<const Family*>& table() {
    static std::vector<const Family*> rows = {&stable_diffusion(),
                                              &stable_diffusion_xl(),
                                              &gpt2(),
                                              &gpt2_classifier(),
                                              &llama(),
                                              &llama_classifier(),
                                              &phi(),
                                              &bert(),
                                              &roberta(),
                                              &distilbert(),
                                              &t5()};
    return rows;
}

/// Other kinds of .safetensors file, recognised by the prefix of a key in order to refuse them by name.
struct OtherKind {
    std::string_view key;
    const char* what;
};
constexpr OtherKind other_kinds[] = {
    {"conditioner.embedders.0.model.", "is the refiner of Stable Diffusion XL, which cannot be used alone"},
    {"edm_mean", "is a checkpoint of Playground 2.5"},
    {"model.diffusion_model.joint_blocks.", "is a checkpoint of Stable Diffusion 3"},
    {"model.diffusion_model.double_blocks.", "is a checkpoint of Flux"},
    {"double_blocks.", "is a checkpoint of Flux"},
    {"control_model.", "is a ControlNet"},
    {"lora_", "is a LoRA, which goes with --lora"},
    {"unet.down_blocks.", "is a LoRA, which goes with --lora"},
    {"down_blocks.", "is one part of a model in diffusers' format, whose folder is the model"},
    {"text_model.", "is one part of a model in diffusers' format, whose folder is the model"},
    {"model.layers.", "is a language model without its tokenizer, whose folder is the model"},
    {"transformer.h.", "is a language model without its tokenizer, whose folder is the model"},
    {"h.", "is a language model without its tokenizer, whose folder is the model"},
};

/// Prefixes of LoRAs for models that are not supported.
std::vector<LoraPrefix> other_loras() {
    return {{"lora_unet_double_blocks_", "", "Flux"},
            {"lora_unet_single_blocks_", "", "Flux"},
            {"lora_unet_joint_blocks_", "", "Stable Diffusion 3"},
            {"lora_te3_", "", "Stable Diffusion 3"},
            {"transformer.", "", "a model whose network is a transformer"},
            {"diffusion_model.", "", "a model whose network is a transformer"}};
}

/// A later family may hold the parts of an earlier one, and more. A file that none recognises is given to the first
/// one, which reports what is missing.
const Family& family_of_file(const TensorEntries& tensors) {
    const auto found = std::find_if(table().rbegin(), table().rend(), [&](const Family* family) {
        return family->recognises && family->recognises(tensors);
    });
    return found == table().rend() ? *table().front() : **found;
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
    const Family& family = family_of_file(tensors);
    const CheckpointSource source{path.string(), tensors, family.title,
                                  "choose a checkpoint of " + listed_families() + ", or a diffusers folder.", training};
    for (const auto& [key, what] : other_kinds)
        if (has_key_below(tensors, key)) throw Error("%1 %2; %3", source.file, what, source.advice);
    FileContents contents = family.read_file(source);
    return {family, family.pipeline_classes.front(), {file.file(), family.components, std::move(contents)}};
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

std::string listed_families() {
    std::vector<std::string> titles;
    for (const Family* family : table())
        if (family->read_file) titles.push_back(family->title);
    return join(titles, " or ");
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

ModelDescription describe_model(const std::filesystem::path& path, const DescribedShape& shape) {
    const KnownModel model = open_model_files(path);
    return model.family.describe(model.files, shape);
}

std::unique_ptr<Tokenizer> open_tokenizer(const std::filesystem::path& path) {
    const KnownModel model = open_model_files(path);
    if (model.family.tokenizers.empty()) return nullptr;
    const FamilyTokenizer& first = model.family.tokenizers.front();
    return first.open(model.files, first.component);
}

LoraFile open_lora(const std::filesystem::path& path) {
    std::vector<LoraPrefix> prefixes = other_loras();  // first, since some begin like others
    for (const Family* family : table())
        prefixes.insert(prefixes.end(), family->lora_prefixes.begin(), family->lora_prefixes.end());
    return LoraFile(path, prefixes, listed_families());
}

}  // namespace fanlight
