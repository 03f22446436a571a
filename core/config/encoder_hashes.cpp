#include "core/config/encoder_hashes.h"

#include <set>

#include "core/base/sha256.h"
#include "core/config/hash_cache.h"
#include "core/config/user_folders.h"
#include "core/families/families.h"

namespace fanlight {

namespace {

std::string hash_of(const ModelFiles& files, const std::string& component) {
    std::set<std::filesystem::path> paths;
    for (const auto& [key, tensor] : files.tensors(component).tensors) paths.insert(tensor.file->path());
    std::set<std::string> hashes;  // in whatever folder, under whatever names
    for (const std::filesystem::path& path : paths) hashes.insert(cached_sha256(path));
    std::string lines = to_line(files.config(component)) + "\n";
    for (const std::string& hash : hashes) lines += hash + "\n";
    return sha256_hex(lines);
}

void add_hashes(const KnownModel& model, const std::string& before, std::map<std::string, std::string>& hashes) {
    for (const Component& component : model.family.components)
        if (component.name.starts_with("text_encoder"))
            hashes[before + component.name] = hash_of(model.files, component.name);
}

}  // namespace

std::map<std::string, std::string> encoder_hashes(const std::filesystem::path& model,
                                                  const ReplacedComponents& components) {
    KnownModel known = open_model_files(model);
    replace_components(known, components);
    std::map<std::string, std::string> hashes;
    add_hashes(known, "", hashes);
    if (known.refiner) add_hashes(*known.refiner, "refiner/", hashes);
    return hashes;
}

std::filesystem::path encoded_texts_folder() { return cache_folder() / "encoded_texts"; }

}  // namespace fanlight
