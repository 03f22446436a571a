#include "core/checkpoints/lora.h"

#include <algorithm>
#include <cstring>

#include "core/base/error.h"
#include "core/base/file_identity.h"
#include "core/base/sha256.h"
#include "core/checkpoints/adapter_layer.h"
#include "core/checkpoints/checkpoint_part.h"
#include "core/checkpoints/peft_config.h"
#include "core/checkpoints/tensor_source.h"

namespace fanlight {

namespace {

/// Related methods that are not supported, by a part of the key.
struct Relative {
    std::string_view part;
    SentencePattern<> name;
};
constexpr Relative relatives[] = {{"oft_", "OFT"}};

/// What PEFT puts before the names of modules. It keeps its configuration in a file of its own. fal's trainer puts it
/// before a network's original names, without such a file: each alpha is the rank then.
constexpr std::string_view peft_prefix = "base_model.model.";

/// Where a tensor belongs.
struct KeyPlace {
    const LoraPrefix& prefix;
    std::string module;
    AdapterRole role;
};

/// diffusers before 0.20 named the attention projections after the attention processor: "attn1.processor.to_out_lora".
std::string current_module_name(std::string module, const AdapterEnding& ending) {
    if (const size_t at = module.find(".processor."); at != std::string::npos)
        module.erase(at, std::strlen(".processor"));
    if (ending.text.starts_with('_') && module.ends_with(".to_out")) module += ".0";
    return module;
}

/// The first of several that are equally long; nullptr: none fits.
const LoraPrefix* longest_prefix(const std::string& key, const std::vector<LoraPrefix>& prefixes) {
    const LoraPrefix* longest = nullptr;
    for (const LoraPrefix& prefix : prefixes)
        if (key.starts_with(prefix.text) && (!longest || prefix.text.size() > longest->text.size())) longest = &prefix;
    return longest;
}

KeyPlace place_of(const std::string& key, const std::string& file, const std::vector<LoraPrefix>& prefixes,
                  const Sentence& models) {
    const std::string shown = key.substr(0, 200);
    for (const auto& [part, name] : relatives)
        if (key.find(part) != std::string::npos)
            refuse_adapter(
                file, Sentence("is an adapter of the kind %1 (\"%2\"), which is not supported", Sentence(name), shown));
    const LoraPrefix* const begin = longest_prefix(key, prefixes);
    const AdapterEnding* const end = adapter_ending(key);
    const size_t first = begin ? begin->text.size() - begin->kept.size() : 0, last = end ? end->text.size() : 0;
    if (!begin || !end || key.size() <= first + last)
        refuse_adapter(file, Sentence("has a tensor \"%1\", which is not part of a LoRA of %2", shown, models));
    if (begin->component.empty())
        refuse_adapter(file, Sentence("is a LoRA for %1, which is not supported", one_of(begin->others)));
    return {*begin, current_module_name(key.substr(first, key.size() - first - last), *end), end->role};
}

std::filesystem::path config_beside(const std::filesystem::path& path) {
    return path.parent_path() / "adapter_config.json";
}

bool is_of_peft(const TensorEntries& tensors) { return has_key_below(tensors, peft_prefix); }

/// Whether what a layer counts is told only by PEFT's config.
bool lacks_scale(const TensorEntries& tensors, const std::vector<LoraPrefix>& prefixes) {
    return std::any_of(tensors.begin(), tensors.end(), [&](const auto& tensor) {
        const LoraPrefix* const prefix = longest_prefix(tensor.first, prefixes);
        return tensor.first.starts_with(peft_prefix) && (!prefix || prefix->text == peft_prefix);
    });
}

PeftConfig read_config_beside(const std::filesystem::path& path, bool is_needed) {
    const std::filesystem::path file = config_beside(path);
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) return PeftConfig::of_file(file);
    if (is_needed)
        throw Error(
            "%1 lacks the adapter_config.json that PEFT saves beside it, which says how much it counts; put it "
            "there.",
            path);
    return {"", "", path.string()};
}

bool needs_config(const std::filesystem::path& path) {
    try {
        return is_of_peft(TensorSource(path).tensors());
    } catch (const Error&) {
        return false;
    }
}

/// PEFT gives the modules of all components the same prefix. A config that names no class leaves all of them.
void keep_those_of(const std::string& class_name, std::vector<LoraPrefix>& prefixes) {
    std::erase_if(prefixes, [&](const LoraPrefix& prefix) {
        return prefix.text == peft_prefix && !class_name.empty() && prefix.of_class != class_name;
    });
}

}  // namespace

LoraFile::LoraFile(const std::filesystem::path& path, std::vector<LoraPrefix> prefixes, const Sentence& models) {
    const TensorSource source(path);
    file_ = source.file();
    std::optional<PeftConfig> beside;
    if (is_of_peft(source.tensors())) {
        beside = read_config_beside(path, lacks_scale(source.tensors(), prefixes));
        keep_those_of(beside->base_class(), prefixes);
    }
    const std::string name = path.string();
    std::map<std::pair<std::string, std::string>, AdapterLayer> layers;  // by component and module
    for (const auto& [key, tensor] : source.tensors()) {
        const KeyPlace place = place_of(key, name, prefixes, models);
        prefixes_.insert(place.prefix);
        AdapterLayer& layer = layers[{place.prefix.component, flat_name(place.module)}];
        if (layer.key.empty()) {
            layer.key = key;
            layer.module = place.module;
        }
        if (!layer.tensors.emplace(place.role, tensor).second)
            refuse_adapter(name, Sentence("has the tensor \"%1\" under two names", key.substr(0, 200)));
    }
    if (layers.empty()) refuse_adapter(name, "holds nothing");
    std::map<std::string, PeftConfig> configs;
    for (const LoraPrefix& prefix : prefixes_)
        if (prefix.text.starts_with(peft_prefix)) configs.try_emplace(prefix.component, *beside);
    const std::string metadata = source.metadata("lora_adapter_metadata");
    for (const LoraPrefix& prefix : prefixes)
        if (!prefix.component.empty()) configs.try_emplace(prefix.component, metadata, prefix.component, name);
    for (const auto& [place, layer] : layers) {
        const auto& [component, module] = place;
        LayerChanges changes = changes_of(layer, configs.at(component), name);
        if (changes.weight) changes_[component].emplace(module + ".weight", std::move(*changes.weight));
        if (changes.bias) changes_[component].emplace(module + ".bias", std::move(*changes.bias));
    }
}

const std::map<std::string, WeightChange>& LoraFile::changes(const std::string& component) const {
    static const std::map<std::string, WeightChange> none;
    const auto found = changes_.find(component);
    return found == changes_.end() ? none : found->second;
}

std::string flat_name(std::string module) {
    std::replace(module.begin(), module.end(), '.', '_');
    return module;
}

std::string lora_hash(const std::filesystem::path& path, const std::string& file_hash) {
    const std::filesystem::path config = config_beside(path);
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(config, ignored) || !needs_config(path)) return file_hash;
    return sha256_hex(file_hash + sha256_hex_of_file(config));
}

std::string adapter_identity(const std::filesystem::path& path) {
    const std::string own = file_identity(path);
    return own.empty() ? own : own + " " + file_identity(config_beside(path));
}

std::string lora_data_hash(const LoraFile& lora) {
    const std::string_view bytes = lora.file()->bytes();
    uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return sha256_hex(bytes.substr(sizeof header + header));
}

}  // namespace fanlight
