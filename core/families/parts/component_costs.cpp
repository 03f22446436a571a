#include "core/families/parts/component_costs.h"

#include <algorithm>
#include <functional>
#include <map>

#include "core/base/error.h"

namespace fanlight {

namespace {

double elements_of(const TensorEntry& tensor) {
    double elements = 1;
    for (const int64_t size : tensor.shape) elements *= static_cast<double>(size);
    return elements;
}

using Visit = std::function<void(const std::string& key, const TensorEntry& tensor, double elements)>;

/// Counts the floating-point tensors; whatever their type, they are loaded as the shape's.
void each_weight(const StoredTensors& tensors, const Visit& visit) {
    for (const auto& [key, tensor] : tensors.tensors)
        if (is_floating(tensor.entry.dtype)) visit(key, tensor.entry, elements_of(tensor.entry));
}

/// Of the layer that the tensor belongs to: "model.layers.3", from the key up to its first number.
std::string layer_of(const std::string& key) {
    for (size_t begin = 0, dot; (dot = key.find('.', begin)) != std::string::npos; begin = dot + 1)
        if (dot > begin && key.find_first_not_of("0123456789", begin) == dot) return key.substr(0, dot);
    return key.substr(0, key.rfind('.'));
}

int64_t packed_size(const TensorEntry& tensor) {
    return static_cast<int64_t>(tensor.bytes.size() + (tensor.scale ? tensor.scale->bytes.size() : 0));
}

/// What a packed tensor is unpacked through on a card, besides the result: float32, several times over, of as many
/// numbers as are taken at a time (core/weights/packed_tensor.cpp).
double scratch_of_unpacking(const TensorEntry& tensor) { return 16 * std::min<double>(elements_of(tensor), 1 << 22); }

/// What a layer with packed weights is unpacked into and through.
struct Unpacked {
    double bytes = 0, scratch = 0;

    double needed() const { return bytes + scratch; }
    void add(double more, const TensorEntry& tensor) {
        bytes += more;
        scratch = std::max(scratch, scratch_of_unpacking(tensor));
    }
};

/// How often the decoder has doubled the latents' sides when this tensor is used.
int64_t doublings(const std::string& key, int64_t blocks) {
    const std::string up = "decoder.up_blocks.";
    if (key.starts_with("decoder.conv_norm_out") || key.starts_with("decoder.conv_out")) return blocks - 1;
    if (!key.starts_with(up)) return 0;
    const int64_t block = std::atoll(key.c_str() + up.size());
    const int64_t own = std::clamp<int64_t>(block, 0, blocks) + (key.find(".upsamplers.") == std::string::npos ? 0 : 1);
    return std::min(blocks - 1, own);
}

}  // namespace

int64_t whole_bytes(double bytes) {
    constexpr double max_bytes = int64_t{1} << 50;
    if (!(bytes <= max_bytes))
        throw Error("The model would take more memory than can be counted; choose a smaller size or batch size.");
    return static_cast<int64_t>(bytes);
}

bool is_of_text_encoder(const std::string& key) {
    return key != "shared.weight" && !key.ends_with("embed_tokens.weight") && !key.starts_with("lm_head.") &&
           !key.starts_with("decoder.");
}

StoredTensors of_first_layers(StoredTensors tensors, int64_t layers) {
    const std::string list = "model.layers.";
    std::erase_if(tensors.tensors, [&](const auto& entry) {
        const std::string& key = entry.first;
        if (key.starts_with("model.norm.") || key.starts_with("lm_head.")) return true;
        return key.starts_with(list) && std::atoll(key.c_str() + list.size()) >= layers;
    });
    return tensors;
}

PartDescription text_encoder_costs(const StoredTensors& tensors, const DescribedShape& shape, int64_t tokens) {
    PartDescription part;
    const double element = dtype_byte_size(shape.dtype), texts = shape.batch_size * (shape.guided ? 2 : 1);
    double widest = 0, largest = 0;
    std::map<std::string, Unpacked> unpacked;  // by layer
    each_weight(tensors, [&](const std::string& key, const TensorEntry& tensor, double count) {
        if (!is_of_text_encoder(key)) return;
        const std::vector<int64_t>& sizes = tensor.shape;
        const bool is_table = key.find("embed") != std::string::npos;
        const bool stays_packed = shape.packed && is_packed(tensor.dtype);
        part.bytes += stays_packed ? packed_size(tensor) : whole_bytes(count * element);
        if (stays_packed && !is_table) {
            Unpacked& layer = unpacked[layer_of(key)];
            layer.add(count * element, tensor);
            largest = std::max(largest, layer.needed());
        }
        if (sizes.size() != 2 || is_table) return;
        part.flops += 2 * texts * static_cast<double>(tokens) * count;
        widest = std::max(widest, static_cast<double>(sizes[0] + sizes[1]));
    });
    part.working_bytes = whole_bytes(2 * widest * static_cast<double>(tokens) * element + largest);
    return part;
}

int64_t mapped_bytes(const StoredTensors& tensors, const DescribedShape& shape,
                     bool (*is_used)(const std::string& key)) {
    const Dtype stored = shape.dtype == "bfloat16" ? Dtype::BF16 : shape.dtype == "float16" ? Dtype::F16 : Dtype::F32;
    int64_t bytes = 0;
    for (const auto& [key, tensor] : tensors.tensors) {
        const TensorEntry& entry = tensor.entry;
        const bool is_copied = entry.dtype != stored || entry.transposed || entry.halves_swapped || entry.scale;
        const bool stays = !is_copied || (shape.packed && is_packed(entry.dtype));
        if (stays && (!is_used || is_used(key))) bytes += static_cast<int64_t>(entry.bytes.size());
    }
    return bytes;
}

namespace {

/// Calls back for each parameter with its full name.
void each_parameter(Module& module, const std::string& name,
                    const std::function<void(const std::string& name, TensorSpec& parameter)>& visit) {
    for (TensorSpec& parameter : module.parameters) visit(child_name(name, parameter.name), parameter);
    for (Module& child : module.children) each_parameter(child, child_name(name, child.name), visit);
}

}  // namespace

void keep_packed(ModelDescription& model, const StoredTensors& tensors) {
    const SizeMap before = compute_module_sizes(model.network);
    std::map<std::string, const TensorEntry*> packed;  // by parameter
    each_parameter(model.network.root, "", [&](const std::string& name, TensorSpec& parameter) {
        const auto stored = tensors.tensors.find(name);
        if (stored == tensors.tensors.end() || !is_packed(stored->second.entry.dtype)) return;
        packed[name] = &stored->second.entry;
        parameter.packed_bytes = packed_size(stored->second.entry);
    });
    const SizeMap after = compute_module_sizes(model.network);
    for (LayerDescription& layer : model.layers) {
        Unpacked unpacked;
        for (auto it = packed.lower_bound(layer.name + "."); it != packed.end(); ++it) {
            if (!it->first.starts_with(layer.name + ".")) break;
            unpacked.add(before.of(it->first), *it->second);
        }
        layer.bytes += whole_bytes(after.of(layer.name)) - whole_bytes(before.of(layer.name));
        layer.working_bytes += whole_bytes(unpacked.needed());
    }
}

bool is_of_decoder(const std::string& key) {
    return key.starts_with("decoder.") || key.starts_with("post_quant_conv.");
}

namespace {

/// `doublings(key)`: how often the latents' sides have been doubled when a tensor is used.
template <typename Doublings>
PartDescription costs_of_decoder(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                                 const Doublings& doublings) {
    PartDescription part;
    const double element = dtype_byte_size(shape.dtype);
    each_weight(tensors, [&](const std::string& key, const TensorEntry& tensor, double count) {
        if (!is_of_decoder(key)) return;
        const std::vector<int64_t>& sizes = tensor.shape;
        part.bytes += whole_bytes(count * element);
        if (sizes.size() < 2) return;
        const double pixels = latent_pixels * static_cast<double>(int64_t{1} << (2 * doublings(key)));
        part.flops += 2 * shape.batch_size * pixels * count;
        // Input, norm, result and residual of one picture.
        const double channels = 2.0 * static_cast<double>(sizes[0]) + 2.0 * static_cast<double>(sizes[1]);
        part.working_bytes = std::max(part.working_bytes, whole_bytes(channels * pixels * element));
    });
    return part;
}

}  // namespace

PartDescription decoder_costs(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                              int64_t blocks) {
    return costs_of_decoder(tensors, shape, latent_pixels,
                            [&](const std::string& key) { return doublings(key, blocks); });
}

PartDescription tiny_decoder_costs(const StoredTensors& tensors, const DescribedShape& shape, double latent_pixels,
                                   const AutoencoderTinyConfig& config) {
    const std::vector<AutoencoderTinyConfig::Layer> layers = config.layers();
    return costs_of_decoder(tensors, shape, latent_pixels, [&](const std::string& key) {
        const std::string sequence = "decoder.layers.";
        if (!key.starts_with(sequence)) return int64_t{0};
        const int64_t number = std::atoll(key.c_str() + sequence.size());
        int64_t doubled = 0;
        for (const auto& layer : layers)
            if (layer.number <= number) doubled = layer.doublings;
        return doubled;
    });
}

}  // namespace fanlight
