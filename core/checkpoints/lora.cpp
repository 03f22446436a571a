#include "core/checkpoints/lora.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "core/checkpoints/peft_config.h"
#include "core/checkpoints/tensor_number.h"
#include "core/checkpoints/tensor_source.h"

namespace fanlight {

namespace {

enum class Half { Down, Up, Alpha };

/// The role of a tensor in its module, by the key's suffix.
struct Ending {
    std::string_view text;
    Half half;
};
constexpr Ending endings[] = {
    {".lora_down.weight", Half::Down},
    {".lora_up.weight", Half::Up},
    {".lora_A.weight", Half::Down},
    {".lora_B.weight", Half::Up},
    {".lora.down.weight", Half::Down},
    {".lora.up.weight", Half::Up},
    {".lora_linear_layer.down.weight", Half::Down},
    {".lora_linear_layer.up.weight", Half::Up},
    {"_lora.down.weight", Half::Down},
    {"_lora.up.weight", Half::Up},  // diffusers before 0.20
    {".alpha", Half::Alpha},
};

/// Related methods that compute something else, by a part of the key.
struct Relative {
    std::string_view part;
    const char* name;
};
constexpr Relative relatives[] = {{"hada_w", "LoHa"},
                                  {"lokr_w", "LoKr"},
                                  {"dora_scale", "DoRA"},
                                  {"lora_magnitude_vector", "DoRA"},
                                  {"lora_mid", "LoCon with a third matrix"},
                                  {"oft_", "OFT"}};

struct Place {
    std::string component, module;
    Half half;
};

/// The halves found so far.
struct Found {
    std::string key, module;
    std::optional<TensorEntry> down, up, alpha;
};

/// diffusers before 0.20 named the attention projections after the attention processor.
std::string current_module_name(std::string module) {
    if (const size_t at = module.find(".processor."); at != std::string::npos)
        module.erase(at, std::strlen(".processor"));
    if (module.ends_with(".to_out")) module += ".0";
    return module;
}

/// Those whose elements are numbers by themselves.
bool is_floating(const TensorEntry& tensor) {
    switch (tensor.dtype) {
        case Dtype::F64:
        case Dtype::F32:
        case Dtype::F16:
        case Dtype::BF16:
        case Dtype::F8_E5M2:
        case Dtype::F8_E4M3:
        case Dtype::F8_E5M2FNUZ:
        case Dtype::F8_E4M3FNUZ:
            return true;
        default:
            return false;
    }
}

class Reader {
public:
    Reader(const std::string& file, const std::vector<LoraPrefix>& prefixes, const std::string& models)
        : file_(file), prefixes_(prefixes), models_(models) {}

    Place place_of(const std::string& key) const {
        for (const auto& [part, name] : relatives)
            if (key.find(part) != std::string::npos)
                refuse(Sentence("is a %1 (\"%2\"), and only LoRA is supported", name, key.substr(0, 200)));
        const auto begins = [&](const LoraPrefix& prefix) { return key.starts_with(prefix.text); };
        const auto ends = [&](const Ending& e) { return key.ends_with(e.text); };
        const auto begin = std::find_if(prefixes_.begin(), prefixes_.end(), begins);
        const auto* const end = std::find_if(std::begin(endings), std::end(endings), ends);
        if (begin == prefixes_.end() || end == std::end(endings) || key.size() <= begin->text.size() + end->text.size())
            refuse(Sentence("has a tensor \"%1\", which is not part of a LoRA of %2", key.substr(0, 200), models_));
        if (begin->component.empty()) refuse(Sentence("is a LoRA for %1, which is not supported", begin->model));
        const size_t length = key.size() - begin->text.size() - end->text.size();
        return {begin->component, current_module_name(key.substr(begin->text.size(), length)), end->half};
    }

    LoraLayer layer_of(const Found& found, const PeftConfig& peft) const {
        if (!found.down || !found.up)
            refuse(Sentence("has only one half of the layer of \"%1\"", found.key.substr(0, 200)));
        for (const auto& half : {found.down, found.up})
            if (!is_floating(*half))
                refuse(Sentence("has numbers of type %1 in \"%2\", where floating-point ones are needed",
                                std::string(name_of(half->dtype)), found.key.substr(0, 200)));
        const auto &down = found.down->shape, &up = found.up->shape;
        const bool matrices = (down.size() == 2 || down.size() == 4) && (up.size() == 2 || up.size() == 4);
        if (!matrices || down[0] < 1 || up[1] != down[0] || (up.size() == 4 && up[2] * up[3] != 1))
            refuse(Sentence("has two halves of \"%1\" that do not fit together", found.key.substr(0, 200)));
        LoraLayer layer{found.key, *found.down, *found.up, peft.scale(found.module, down[0])};
        if (!found.alpha) return layer;
        const std::optional<double> alpha = number_of(*found.alpha);
        if (!alpha || !(std::abs(*alpha) <= max_lora_alpha))
            refuse(Sentence("has an alpha of \"%1\" that is not a number from -1000000 to 1000000",
                            found.key.substr(0, 200)));
        layer.scale = *alpha / static_cast<double>(down[0]);
        return layer;
    }

    void refuse(const Sentence& what) const { throw Error("%1 %2; choose another LoRA.", file_, what); }

    static std::optional<TensorEntry>& half_of(Found& found, Half half) {
        return half == Half::Down ? found.down : half == Half::Up ? found.up : found.alpha;
    }

private:
    const std::string& file_;
    const std::vector<LoraPrefix>& prefixes_;
    const std::string& models_;
};

}  // namespace

LoraFile::LoraFile(const std::filesystem::path& path, const std::vector<LoraPrefix>& prefixes,
                   const std::string& models) {
    const TensorSource source(path);
    file_ = source.file();
    const std::string name = path.string();
    const Reader reader(name, prefixes, models);
    std::map<std::pair<std::string, std::string>, Found> found;
    for (const auto& [key, tensor] : source.tensors()) {
        const Place place = reader.place_of(key);
        Found& layer = found[{place.component, flat_name(place.module)}];
        if (layer.key.empty()) {
            layer.key = key;
            layer.module = place.module;
        }
        std::optional<TensorEntry>& half = Reader::half_of(layer, place.half);
        if (half) reader.refuse(Sentence("has the tensor \"%1\" under two names", key.substr(0, 200)));
        half = tensor;
    }
    if (found.empty()) reader.refuse("holds nothing");
    const std::string metadata = source.metadata("lora_adapter_metadata");
    std::map<std::string, PeftConfig> configs;
    for (const LoraPrefix& prefix : prefixes)
        if (!prefix.component.empty()) configs.try_emplace(prefix.component, metadata, prefix.component, name);
    for (const auto& [place, halves] : found)
        layers_[place.first].emplace(place.second, reader.layer_of(halves, configs.at(place.first)));
}

std::vector<std::string> LoraFile::components() const {
    std::vector<std::string> names;
    for (const auto& [name, layers] : layers_) names.push_back(name);
    return names;
}

const std::map<std::string, LoraLayer>& LoraFile::layers(const std::string& component) const {
    static const std::map<std::string, LoraLayer> none;
    const auto found = layers_.find(component);
    return found == layers_.end() ? none : found->second;
}

std::string flat_name(std::string module) {
    std::replace(module.begin(), module.end(), '.', '_');
    return module;
}

std::string lora_data_hash(const LoraFile& lora) {
    const std::string_view bytes = lora.file()->bytes();
    uint64_t header = 0;
    std::memcpy(&header, bytes.data(), sizeof header);
    return sha256_hex(bytes.substr(sizeof header + header));
}

}  // namespace fanlight
