#include "core/weights/weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/checkpoints/lora_match.h"
#include "core/weights/accelerator.h"
#include "core/weights/apply_change.h"
#include "core/weights/staging.h"
#include "core/weights/tensor_types.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

std::string shape_text(at::IntArrayRef shape) {
    std::vector<std::string> sizes;
    for (const int64_t size : shape) sizes.push_back(std::to_string(size));
    return "[" + join(sizes, ", ") + "]";
}

/// Where the map puts a tensor that is not offloaded.
at::Device device_of(const Weights::Placement& placement, const std::string& key) {
    const std::string* place = find_device(placement.device_map, key);
    if (place == nullptr || only_stores(*place, placement.device.str())) return placement.device;
    return place->starts_with("cuda:") ? device_named(*place) : at::Device(*place);
}

}  // namespace

/// All files of one checkpoint; shared by all nodes of its tree. Once it is open, only merge() and the flags change it.
struct Weights::Source {
    struct Entry {
        Entry(TensorEntry tensor, std::shared_ptr<const MappedFile> file)
            : tensor(std::move(tensor)), file(std::move(file)) {}

        TensorEntry tensor;
        std::shared_ptr<const MappedFile> file;
        std::atomic<bool> taken = false;
    };

    /// What a LoRA does to a tensor.
    struct Change {
        std::shared_ptr<const LoraFile> lora;
        double weight;
        const WeightChange* change;
    };

    Source(StoredTensors stored, const Placement& placement) : placement(placement), name(std::move(stored.name)) {
        for (auto& [key, tensor] : stored.tensors)
            tensors.try_emplace(tensors.end(), key, std::move(tensor.entry), std::move(tensor.file));
    }

    Placement placement;
    std::string name;  ///< for messages: the file, or the index of the shards
    std::map<std::string, Entry, std::less<>> tensors;
    std::map<std::string, std::vector<Change>> changes;  ///< by key
    std::mutex stagings_mutex;
    std::map<at::DeviceIndex, Staging> stagings;

    /// To a device other than the CPU.
    at::Tensor staged(const at::Tensor& tensor, at::Device device) {
        Staging* staging = nullptr;
        {
            const std::lock_guard lock(stagings_mutex);
            staging = &stagings.try_emplace(device.index(), device).first->second;
        }
        return staging->copy(tensor.contiguous());
    }

    /// Calls `visit(key, entry)` for the keys that begin with `prefix`, in order.
    template <typename Visit>
    void each_below(const std::string& prefix, const Visit& visit) const {
        for (auto it = tensors.lower_bound(prefix); it != tensors.end() && it->first.starts_with(prefix); ++it)
            visit(it->first, it->second);
    }
};

Weights::Weights(std::shared_ptr<Source> source, std::string prefix)
    : source_(std::move(source)), prefix_(std::move(prefix)) {}

Weights Weights::open(const fs::path& file, const Placement& placement) {
    return of(open_weights_file(file), placement);
}

Weights Weights::open_folder(const fs::path& folder, const std::string& stem, const Placement& placement) {
    return of(open_weights_folder(folder, stem), placement);
}

Weights Weights::of(StoredTensors stored, const Placement& placement) {
    return {std::make_shared<Source>(std::move(stored), placement), ""};
}

void Weights::merge(const WeightedLora& lora, const Component& component, const KeyMap& original) {
    ParameterShapes shapes;
    each([&](const Listed& tensor) { shapes[tensor.key] = tensor.shape.vec(); });
    const double weight = lora.weight_for(component.name);
    for (const auto& [key, change] : match_lora(*lora.lora, component, shapes, original))
        source_->changes[key].push_back({lora.lora, weight, change});
}

Weights Weights::operator/(std::string_view name) const { return {source_, key(name) + "."}; }
Weights Weights::operator/(int64_t index) const { return *this / std::to_string(index); }
std::string Weights::key(std::string_view name) const { return prefix_ + std::string(name); }
bool Weights::has(std::string_view name) const { return source_->tensors.contains(key(name)); }

at::Tensor Weights::take(std::string_view name, at::IntArrayRef shape) const { return take(name, shape, false); }

at::Tensor Weights::take_as_stored(std::string_view name, at::IntArrayRef shape) const {
    return take(name, shape, true);
}

at::Tensor Weights::take(std::string_view name, at::IntArrayRef shape, bool as_stored) const {
    const std::string full = key(name);
    const auto found = source_->tensors.find(full);
    if (found == source_->tensors.end())
        throw Error("%1 has no tensor \"%2\" of shape %3; config.json and weights belong to different models.",
                    source_->name, excerpt(full, 200), shape_text(shape));
    auto& [tensor, file, taken] = found->second;
    const Sentence where("%1: tensor \"%2\"", file->path(), excerpt(full, 200));
    if (shape != tensor.shape)
        throw Error("%1 has shape %2 where %3 is needed; config.json and weights belong to different models.", where,
                    shape_text(tensor.shape), shape_text(shape));
    const at::ScalarType dtype = made_dtype(tensor.dtype);
    if (dtype == at::ScalarType::Undefined)
        throw Error("%1 has dtype %2, which no network here uses; choose another version of the model.", where,
                    std::string(name_of(tensor.dtype)));
    if (!at::isFloatingType(dtype) && (name.ends_with("weight") || name.ends_with("bias")))
        throw Error("%1 has dtype %2, and weights are floating-point numbers; choose another version of the model.",
                    where, std::string(name_of(tensor.dtype)));
    file->check_size();
    taken = true;
    at::Tensor value = make_tensor(tensor, file);
    if (const auto changes = source_->changes.find(full); changes != source_->changes.end()) {
        value = value.to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
        for (const auto& [lora, weight, change] : changes->second) {
            lora->file()->check_size();
            apply_change(value, *change, lora->file(), weight);
        }
    }
    const at::Device device = device_of(source_->placement, full);
    if (device.type() == accelerator().type()) value = source_->staged(value, device);  // and converted there
    const bool is_short = value.scalar_type() == at::kBFloat16 || value.scalar_type() == at::kHalf;
    if (as_stored && is_short && device.is_cpu() && source_->placement.dtype == at::kFloat) return value;
    const at::Tensor placed = value.to(device, at::isFloatingType(dtype) ? source_->placement.dtype : dtype);
    if (placed.const_data_ptr() != tensor.bytes.data()) release(name);
    return placed;
}

void Weights::release(std::string_view name) const {
    const auto& entry = source_->tensors.at(key(name));
    if (!any_offloaded()) entry.file->release(entry.tensor.bytes);
}

const Weights::Placement& Weights::placement() const { return source_->placement; }
at::Device Weights::device() const { return placement().device; }

bool Weights::any_offloaded() const {
    const DeviceMap& map = placement().device_map;
    bool any = false;
    if (!map.empty())
        source_->each_below(prefix_, [&](const std::string& key, const Source::Entry&) {
            const std::string* place = find_device(map, key);
            any |= place != nullptr && only_stores(*place, device().str());
        });
    return any;
}

std::vector<std::string> Weights::untaken() const {
    std::vector<std::string> keys;
    source_->each_below(prefix_, [&](const std::string& key, const Source::Entry& entry) {
        if (!entry.taken) keys.push_back(key);
    });
    return keys;
}

void Weights::each(const std::function<void(const Listed&)>& visit) const {
    source_->each_below(prefix_, [&](const std::string& key, const Source::Entry& entry) {
        visit({key, entry.tensor.shape, made_dtype(entry.tensor.dtype), entry.tensor.bytes.size()});
    });
}

}  // namespace fanlight
