#include "core/checkpoints/stored_tensors.h"

#include <algorithm>
#include <array>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/checkpoints/number_scales.h"
#include "core/checkpoints/tensor_source.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr size_t max_shards = 1000;
constexpr std::array pickle_suffixes = {".bin", ".ckpt", ".pt", ".pth"};

bool is_pickle(const fs::path& file) {
    return std::find(pickle_suffixes.begin(), pickle_suffixes.end(), file.extension()) != pickle_suffixes.end();
}

[[noreturn]] void refuse_pickle(const fs::path& file) {
    throw Error("%1 is a pickle, and loading one runs the code that is in it; convert it to .safetensors first.", file);
}

/// Whether the name cannot lead out of the index's folder.
bool is_shard_name(const std::string& name) {
    return name.ends_with(".safetensors") && !name.starts_with('.') &&
           name.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

/// The file of each tensor according to the index of shards.
std::map<std::string, std::string> read_weight_map(const fs::path& index) {
    const Json json = read_json_file(index);
    const auto map = required<std::map<std::string, Json>>(json, "weight_map", index.string());
    std::map<std::string, std::string> shards;
    for (const auto& [key, shard] : map) {
        if (!shard.is_string() || !is_shard_name(shard.get<std::string>()))
            throw Error(
                "%1: tensor \"%2\" is in %3, which is not a plain name of a .safetensors file; download the model "
                "again.",
                index, excerpt(key, 200), excerpt(to_line(shard)));
        shards.emplace(key, shard.get<std::string>());
    }
    return shards;
}

void add_file(StoredTensors& stored, const fs::path& path) {
    if (is_pickle(path)) refuse_pickle(path);
    const TensorSource source(path);
    stored.add(source.tensors(), source.file());
}

void add_shards(StoredTensors& stored, const fs::path& index) {
    const auto shard_of = read_weight_map(index);
    std::set<std::string> shards;
    for (const auto& [key, shard] : shard_of) shards.insert(shard);
    if (shards.size() > max_shards)
        throw Error("%1: names more than %2 files; download the model again.", index, max_shards);
    for (const std::string& shard : shards) add_file(stored, index.parent_path() / shard);
    for (const auto& [key, shard] : shard_of) {
        if (tells_of_scales(key)) continue;
        const auto found = stored.tensors.find(key);
        if (found == stored.tensors.end() || found->second.file->path().filename() != shard)
            throw Error("%1: tensor \"%2\" is not in %3; download the model again.", index, excerpt(key, 200), shard);
    }
}

}  // namespace

void StoredTensors::add(TensorEntries entries, const std::shared_ptr<const MappedFile>& file) {
    for (auto& [key, entry] : entries) {
        const auto [tensor, is_new] = tensors.try_emplace(key, Tensor{std::move(entry), file});
        if (!is_new)
            throw Error("Tensor \"%1\" is in both %2 and %3; download the model again.", excerpt(key, 200),
                        tensor->second.file->path(), file->path());
    }
}

StoredTensors open_weights_file(const fs::path& file) {
    StoredTensors stored{.name = file.string()};
    add_file(stored, file);
    return stored;
}

StoredTensors open_weights_folder(const fs::path& folder, const std::string& stem) {
    for (const std::string variant : {"", ".fp16", ".bf16", ".fp32"}) {
        const fs::path whole = folder / (stem + variant + ".safetensors"),
                       index = folder / (stem + ".safetensors.index" + variant + ".json");
        if (is_file(whole)) return open_weights_file(whole);
        if (!is_file(index)) continue;
        StoredTensors stored{.name = index.string()};
        add_shards(stored, index);
        return stored;
    }
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(folder, ignored))
        if (is_pickle(entry.path())) refuse_pickle(entry.path());
    throw Error("The model has no %1; download it again.", (folder / (stem + ".safetensors")));
}

}  // namespace fanlight
