#include "core/families/parts/given_component.h"

#include <functional>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t most_config_bytes = 1 << 20;

bool is_component_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

std::optional<Json> config_in(const fs::path& folder) {
    const fs::path file = folder / "config.json";
    if (!is_component_folder(folder) || !is_file(file)) return std::nullopt;
    Json config = read_python_json_file(file, most_config_bytes);
    if (!config.is_object()) throw Error("%1 must hold a JSON object; download the model again.", file);
    return config;
}

/// Another component's are opened, too, to be refused by name.
StoredTensors open_stored(const fs::path& path, const std::string& weights) {
    if (!is_component_folder(path)) return open_weights_file(path);
    for (const char* other : {"model", "diffusion_pytorch_model"})
        if (!is_file(path / (weights + ".safetensors")) && is_file(path / (std::string(other) + ".safetensors")))
            return open_weights_folder(path, other);
    return open_weights_folder(path, weights);
}

bool holds(const MappedFile& file, std::string_view bytes) {
    const std::less_equal<const char*> precedes;
    const std::string_view all = file.bytes();
    return precedes(all.data(), bytes.data()) && precedes(bytes.data() + bytes.size(), all.data() + all.size());
}

}  // namespace

GivenComponent::GivenComponent(const fs::path& path, const std::string& weights)
    : place(path.string()), config(config_in(path)), stored(open_stored(path, weights)) {
    for (const auto& [key, tensor] : stored.tensors) entries.emplace(key, tensor.entry);
}

void check_same_tensors(const GivenComponent& given, const TensorEntries& theirs, const StoredTensors& ours,
                        const Sentence& advice) {
    const auto refuse = [&](const Sentence& difference) {
        throw Error("%1 has other layers than the model's own: %2; %3", given.place, difference, advice);
    };
    for (const auto& [key, tensor] : ours.tensors) {
        const auto found = theirs.find(key);
        if (found == theirs.end()) refuse(Sentence("it has no tensor %1", excerpt(key, 200)));
        if (found->second.shape != tensor.entry.shape)
            refuse(Sentence("its tensor %1 has another shape", excerpt(key, 200)));
    }
    for (const auto& [key, tensor] : theirs)
        if (!ours.tensors.contains(key)) refuse(Sentence("it has the tensor %1 besides", excerpt(key, 200)));
}

StoredTensors GivenComponent::stored_as(const TensorEntries& renamed) const {
    std::set<std::shared_ptr<const MappedFile>> files;
    for (const auto& [key, tensor] : stored.tensors) files.insert(tensor.file);
    StoredTensors result{.name = stored.name};
    for (const auto& [key, entry] : renamed)
        for (const auto& file : files)
            if (holds(*file, entry.bytes)) {
                result.tensors.emplace(key, StoredTensors::Tensor{entry, file});
                break;
            }
    return result;
}

}  // namespace fanlight
