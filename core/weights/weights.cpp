#include "core/weights/weights.h"

#include <ATen/ATen.h>

#include <map>
#include <mutex>
#include <set>

#include "core/base/json.h"
#include "core/base/text.h"
#include "core/weights/mapped_file.h"
#include "core/weights/safetensors.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// The dtypes that a network may be made of; others are refused when they are asked for.
const std::map<std::string, at::ScalarType>& torch_dtypes() {
    static const std::map<std::string, at::ScalarType> types = {
        {"F64", at::kDouble}, {"F32", at::kFloat}, {"F16", at::kHalf}, {"BF16", at::kBFloat16},
        {"I64", at::kLong},   {"I32", at::kInt},   {"I16", at::kShort}, {"I8", at::kChar},
        {"U8", at::kByte},    {"BOOL", at::kBool}, {"F8_E4M3", at::kFloat8_e4m3fn}, {"F8_E5M2", at::kFloat8_e5m2}};
    return types;
}

std::string shape_text(at::IntArrayRef shape) {
    std::vector<std::string> sizes;
    for (const int64_t size : shape) sizes.push_back(std::to_string(size));
    return "[" + join(sizes, ", ") + "]";
}

}  // namespace

/// All files of one checkpoint; shared by every place in its tree.
struct Weights::Source {
    struct Entry {
        TensorEntry tensor;
        std::shared_ptr<const MappedFile> map;
        fs::path file;
    };

    std::string name;  ///< for messages: the file or the folder
    Placement placement;
    std::map<std::string, Entry> tensors;
    std::mutex mutex;
    std::set<std::string> taken;

    void add_file(const fs::path& file) {
        auto map = std::make_shared<const MappedFile>(file);
        for (auto& [key, tensor] : read_safetensors(map->bytes(), file.string())) {
            if (!tensors.emplace(key, Entry{std::move(tensor), map, file}).second)
                throw Error(file.string() + ": tensor \"" + key + "\" is in another file of this checkpoint as well");
        }
    }

    void add_shards(const fs::path& index) {
        const Json json = read_json_file(index);
        const Json map = required<Json>(json, "weight_map", index.string());
        std::set<std::string> shards;
        for (const auto& [key, shard] : map.items()) {
            if (!shard.is_string()) throw Error(index.string() + ": weight_map must name a file for each tensor");
            const auto name = shard.get<std::string>();
            if (name.empty() || name.find('/') != std::string::npos || name.find('\0') != std::string::npos || name.starts_with('.'))
                throw Error(index.string() + ": \"" + name + "\" is no plain file name");
            shards.insert(name);
        }
        for (const std::string& shard : shards) add_file(index.parent_path() / shard);
        for (const auto& [key, shard] : map.items()) {
            const auto found = tensors.find(key);
            if (found == tensors.end() || found->second.file.filename() != shard.get<std::string>())
                throw Error(index.string() + ": tensor \"" + key + "\" is not in " + shard.get<std::string>());
        }
    }

    at::Tensor load(const std::string& key, const Entry& entry) const {
        const auto type = torch_dtypes().find(entry.tensor.dtype);
        if (type == torch_dtypes().end())
            throw Error(entry.file.string() + ": tensor \"" + key + "\" has dtype " + entry.tensor.dtype + ", which no network here uses");
        const std::string_view bytes = entry.tensor.bytes;
        const auto options = at::TensorOptions().dtype(type->second);
        const size_t alignment = c10::elementSize(type->second);
        at::Tensor tensor;
        if (bytes.empty()) {
            tensor = at::empty(entry.tensor.shape, options);
        } else if (reinterpret_cast<uintptr_t>(bytes.data()) % alignment != 0) {
            tensor = at::empty(entry.tensor.shape, options);
            std::memcpy(tensor.mutable_data_ptr(), bytes.data(), bytes.size());
        } else {
            // A view of the map, which it keeps alive; its pages are read-only, so nobody may write into a weight.
            void* data = const_cast<char*>(bytes.data());
            tensor = at::for_blob(data, entry.tensor.shape).deleter([map = entry.map](void*) {}).options(options).make_tensor();
        }
        const bool converts = at::isFloatingType(type->second) && type->second != at::kDouble;
        return tensor.to(placement.device, converts ? placement.dtype : type->second);
    }
};

Weights::Weights(std::shared_ptr<Source> source, std::string prefix) : source_(std::move(source)), prefix_(std::move(prefix)) {}

Weights Weights::open(const fs::path& file, const Placement& placement) {
    auto source = std::make_shared<Source>();
    source->name = file.string();
    source->placement = placement;
    source->add_file(file);
    return {std::move(source), ""};
}

Weights Weights::open_folder(const fs::path& folder, const std::string& stem, const Placement& placement) {
    const auto whole = folder / (stem + ".safetensors"), index = folder / (stem + ".safetensors.index.json"),
               half = folder / (stem + ".fp16.safetensors");
    if (fs::exists(whole)) return open(whole, placement);
    if (fs::exists(index)) {
        auto source = std::make_shared<Source>();
        source->name = index.string();
        source->placement = placement;
        source->add_shards(index);
        return {std::move(source), ""};
    }
    if (fs::exists(half)) return open(half, placement);
    for (const char* suffix : {".bin", ".ckpt", ".pt", ".pth"})
        if (fs::exists(folder / (stem + suffix)))
            throw Error(folder.string() + " has its weights only as " + stem + suffix +
                        ", and loading such a file runs code in it; convert it to .safetensors first.");
    throw Error("There is no " + whole.string() + "; the model is incomplete, download it again.");
}

Weights Weights::operator/(std::string_view name) const { return {source_, prefix_ + std::string(name) + "."}; }
Weights Weights::operator/(int64_t index) const { return *this / std::to_string(index); }
std::string Weights::key(std::string_view name) const { return prefix_ + std::string(name); }
bool Weights::has(std::string_view name) const { return source_->tensors.contains(key(name)); }

at::Tensor Weights::take(std::string_view name, at::IntArrayRef shape) const {
    const std::string full = key(name);
    const auto found = source_->tensors.find(full);
    if (found == source_->tensors.end()) throw Error(source_->name + " has no tensor \"" + full + "\"; its config.json belongs to another model.");
    const Source::Entry& entry = found->second;
    if (at::IntArrayRef(entry.tensor.shape) != shape)
        throw Error(entry.file.string() + ": tensor \"" + full + "\" has shape " + shape_text(entry.tensor.shape) + " where config.json asks for " +
                    shape_text(shape));
    {
        const std::lock_guard lock(source_->mutex);
        source_->taken.insert(full);
    }
    return source_->load(full, entry);
}

std::vector<std::string> Weights::untaken() const {
    const std::lock_guard lock(source_->mutex);
    std::vector<std::string> keys;
    for (const auto& [key, entry] : source_->tensors)
        if (key.starts_with(prefix_) && !source_->taken.contains(key)) keys.push_back(key);
    return keys;
}

}  // namespace fanlight
