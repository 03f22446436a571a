#include "core/checkpoints/original_names.h"

#include <algorithm>

namespace fanlight {

namespace {

TensorEntry with_halves_swapped(const CheckpointPart& part, const std::string& key, TensorEntry tensor) {
    if (tensor.shape.empty() || tensor.shape[0] % 2 != 0)
        part.refuse(Sentence("has a %1 that cannot be split into halves", key.substr(0, 200)));
    tensor.halves_swapped = true;
    return tensor;
}

}  // namespace

TensorEntries in_diffusers_names(const CheckpointPart& part, const OriginalNames& names) {
    TensorEntries tensors;
    for (const auto& [key, tensor] : part.tensors()) {
        const size_t dot = std::min(key.rfind('.'), key.size());
        const std::string module = key.substr(0, dot), parameter = key.substr(dot);
        if (const auto fused = names.fused.find(module); fused != names.fused.end()) {
            FusedParts parts = fused->second;
            for (FusedPart& each : parts) each.name += parameter;
            part.split_rows(key, tensor.shape.size(), parts, tensors);
            continue;
        }
        const std::string name = mapped_key(names.modules, key).value_or(key);
        const bool is_swapped = names.swapped.contains(module);
        if (!tensors.emplace(name, is_swapped ? with_halves_swapped(part, key, tensor) : tensor).second)
            part.refuse(Sentence("has the tensor \"%1\" under two names", name.substr(0, 200)));
    }
    return tensors;
}

}  // namespace fanlight
