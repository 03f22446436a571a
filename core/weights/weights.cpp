#include "core/weights/weights.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/checkpoints/lora_match.h"
#include "core/checkpoints/number_scales.h"
#include "core/weights/accelerator.h"
#include "core/weights/apply_change.h"
#include "core/weights/packed_tensor.h"
#include "core/weights/reused_memory.h"
#include "core/weights/shared_parts.h"
#include "core/weights/staging.h"
#include "core/weights/tensor_types.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// Whether the tensor is offloaded.
bool only_stored(const Weights::Placement& placement, const std::string& key) {
    const std::string* place = find_device(placement.device_map, key);
    return place != nullptr && only_stores(*place, placement.device.str());
}

/// What becomes of a tensor.
struct Placing {
    at::ScalarType dtype;
    at::Device device;
    bool stays_short;  ///< on the CPU, where it has 16 bits
    bool channels_last;
    bool is_fetched;  ///< it is offloaded
};

at::Tensor in_order(const at::Tensor& tensor, const Placing& how) {
    return how.channels_last ? tensor.contiguous(at::MemoryFormat::ChannelsLast) : tensor;
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
        ChangedRows rows;
    };

    Source(StoredTensors stored, const Placement& placement) : placement(placement), name(std::move(stored.name)) {
        for (auto& [key, tensor] : stored.tensors)
            tensors.try_emplace(tensors.end(), key, std::move(tensor.entry), std::move(tensor.file));
        holds_packed = std::any_of(tensors.begin(), tensors.end(),
                                   [&](const auto& each) { return stays_packed(each.second.tensor); });
    }

    Placement placement;
    std::shared_ptr<SharedParts> shared;
    std::string name;  ///< for messages: the file, or the index of the shards
    std::map<std::string, Entry, std::less<>> tensors;
    std::map<std::string, std::vector<Change>> changes;  ///< by key
    std::mutex stagings_mutex;
    std::map<at::DeviceIndex, Staging> stagings;
    std::shared_ptr<ReusedMemory> unpacked_memory = ReusedMemory::for_successors();
    std::mutex packed_mutex;
    std::map<std::string, PackedTensor> packed;       ///< what stays on cards, by part_name()
    std::map<std::string, at::Tensor> beside_packed;  ///< likewise, what layers that are made anew take besides
    bool holds_packed = false;                        ///< some stay packed

    bool stays_packed(const TensorEntry& tensor) const { return placement.packed && is_packed(tensor.dtype); }
    PackedTensor packed_on(const Entry& entry, const Placing& how);

    /// What `make` returns, once: small tensors would keep the host waiting each time that their layer is made.
    template <typename Make>
    at::Tensor made_once(const std::string& name, const Make& make) {
        {
            const std::lock_guard lock(packed_mutex);
            if (const auto kept = beside_packed.find(name); kept != beside_packed.end()) return kept->second;
        }
        at::Tensor made = make();
        const std::lock_guard lock(packed_mutex);
        return beside_packed.try_emplace(name, std::move(made)).first->second;
    }

    /// To a device other than the CPU.
    at::Tensor staged(const at::Tensor& tensor, at::Device device) {
        Staging* staging = nullptr;
        {
            const std::lock_guard lock(stagings_mutex);
            staging = &stagings.try_emplace(device.index(), device).first->second;
        }
        return staging->copy(tensor.contiguous());
    }

    std::shared_ptr<TensorMisfits> misfits;  ///< nullptr: they are refused
    int64_t noted_bytes = 0;                 ///< of what then was taken

    at::Tensor noted(const std::string& key, at::IntArrayRef shape);

    /// Throws Error unless it is there, of this shape and of a usable dtype.
    Entry& checked(const std::string& key, at::IntArrayRef shape);

    /// Tells one from all other tensors of all files.
    static std::string name_in_file(const TensorEntry& tensor, const MappedFile& file);
    /// Tells all that a tensor is made of which nothing has changed.
    static std::string part_name(const Entry& entry, const Placing& how);
    /// With the numbers of the file, in float32 if they are packed there.
    at::Tensor on_card_as_stored(const Entry& entry, const Placing& how);
    at::Tensor placed(const Entry& entry, const Placing& how);
    /// On the CPU, for the tensor as it is wanted.
    at::Tensor room_for(const Entry& entry, const Placing& how) const;
    at::Tensor changed(const Entry& entry, const std::vector<Change>& changes, const Placing& how);

    /// Calls `visit(key, entry)` for the keys that begin with `prefix`, in order.
    template <typename Visit>
    void each_below(const std::string& prefix, const Visit& visit) const {
        for (auto it = tensors.lower_bound(prefix); it != tensors.end() && it->first.starts_with(prefix); ++it)
            visit(it->first, it->second);
    }
};

Weights::Source::Entry& Weights::Source::checked(const std::string& key, at::IntArrayRef shape) {
    const auto found = tensors.find(key);
    if (found == tensors.end())
        throw TensorMisfit("%1 has no tensor \"%2\" of shape %3; config.json and weights belong to different models.",
                           name, excerpt(key, 200), shape_text(shape.vec()));
    const TensorEntry& tensor = found->second.tensor;
    const Sentence where("%1: tensor \"%2\"", found->second.file->path(), excerpt(key, 200));
    if (shape != tensor.shape)
        throw TensorMisfit("%1 has shape %2 where %3 is needed; config.json and weights belong to different models.",
                           where, shape_text(tensor.shape), shape_text(shape.vec()));
    const at::ScalarType dtype = made_dtype(tensor.dtype);
    if (dtype == at::ScalarType::Undefined)
        throw Error("%1 has dtype %2, which no network here uses; choose another version of the model.", where,
                    std::string(name_of(tensor.dtype)));
    if (!at::isFloatingType(dtype) && (key.ends_with("weight") || key.ends_with("bias")))
        throw Error("%1 has dtype %2, and weights are floating-point numbers; choose another version of the model.",
                    where, std::string(name_of(tensor.dtype)));
    return found->second;
}

at::Tensor Weights::Source::noted(const std::string& key, at::IntArrayRef shape) {
    constexpr int64_t most_bytes = int64_t{64} << 30;  // of float32; a config may say anything
    const auto found = tensors.find(key);
    if (found == tensors.end()) {
        misfits->missing.push_back(key);
    } else {
        found->second.taken = true;
        if (shape != found->second.tensor.shape)
            misfits->misshapen.push_back({key, found->second.tensor.shape, shape.vec()});
    }
    for (int64_t numbers = 4; const int64_t size : shape)
        if (numbers *= size; numbers > most_bytes) throw Error("The network of %1 is very large", name);
    const at::Tensor any = at::empty(shape, at::TensorOptions().dtype(placement.dtype));
    noted_bytes += static_cast<int64_t>(any.nbytes());
    if (noted_bytes > most_bytes) throw Error("The network of %1 is very large", name);
    return any;
}

/// Only what stays packed is kept there.
PackedTensor Weights::Source::packed_on(const Entry& entry, const Placing& how) {
    const TensorEntry& tensor = entry.tensor;
    const auto bytes = [&] {
        const TensorEntry bits{.dtype = Dtype::U8, .shape = {std::ssize(tensor.bytes)}, .bytes = tensor.bytes};
        return staged(make_tensor(bits, entry.file), how.device);
    };
    const auto with_scale = [&](const at::Tensor& there) {
        if (!tensor.scale) return PackedTensor{there};
        const at::Tensor scale = make_tensor(*tensor.scale, entry.file).to(at::kFloat);
        return PackedTensor{there, staged(scale, how.device).view(shape_of_scale(tensor))};
    };
    if (!stays_packed(tensor) || how.is_fetched) return with_scale(bytes());
    const std::string name = part_name(entry, how) + " packed";
    const std::lock_guard lock(packed_mutex);
    const auto kept = packed.find(name);
    if (kept != packed.end()) return kept->second;
    return packed[name] = with_scale(shared ? shared->tensor(name, bytes) : bytes());
}

at::Tensor Weights::Source::placed(const Entry& entry, const Placing& how) {
    if (is_packed(entry.tensor.dtype) && !entry.tensor.bytes.empty()) {
        if (how.device.type() == accelerator().type())
            return in_order(unpacked(entry.tensor, packed_on(entry, how), how.dtype), how);
        if (how.device.is_cpu() && !how.channels_last) {
            const at::Tensor made = room_for(entry, how);
            write_numbers(entry.tensor, entry.file, made);
            return made;
        }
    }
    at::Tensor value = make_tensor(entry.tensor, entry.file);
    if (how.device.type() == accelerator().type()) value = staged(value, how.device);  // and converted there
    const bool is_short = value.scalar_type() == at::kBFloat16 || value.scalar_type() == at::kHalf;
    if (!how.device.is_cpu()) return in_order(value.to(how.device, how.dtype), how);
    if (how.stays_short && is_short) return value;
    const bool is_ordered = !how.channels_last || value.is_contiguous(at::MemoryFormat::ChannelsLast);
    if (value.scalar_type() == how.dtype && is_ordered) return value;
    return room_for(entry, how).copy_(value);
}

at::Tensor Weights::Source::room_for(const Entry& entry, const Placing& how) const {
    const std::vector<int64_t>& shape = entry.tensor.shape;
    const at::Tensor made = stays_packed(entry.tensor)      ? unpacked_memory->tensor(shape, how.dtype)
                            : how.device.is_cpu() && shared ? shared->memory(shape, how.dtype)
                                                            : at::empty(shape, how.dtype);
    if (!how.channels_last || made.is_contiguous(at::MemoryFormat::ChannelsLast)) return made;
    return made.view({shape[0], shape[2], shape[3], shape[1]}).permute({0, 3, 1, 2});
}

at::Tensor Weights::Source::changed(const Entry& entry, const std::vector<Change>& changes, const Placing& how) {
    const bool on_card = how.device.type() == accelerator().type();
    std::vector<WeightedChange> weighted;
    for (const auto& [lora, weight, change, rows] : changes) {
        lora->file()->check_size();
        const auto stored = [&, file = lora->file()](const TensorEntry& of_lora) {
            const auto make = [&] {
                const at::Tensor tensor = make_tensor(of_lora, file);
                return on_card ? staged(tensor, how.device) : tensor;
            };
            const bool is_used_again = on_card && stays_packed(entry.tensor) && !how.is_fetched;
            return is_used_again ? made_once(name_in_file(of_lora, *file) + how.device.str(), make) : make();
        };
        weighted.push_back({*change, stored, weight, rows});
    }
    if (shared) shared->give_up(part_name(entry, how));
    if (on_card) {
        const at::Tensor made = at::empty(entry.tensor.shape, at::TensorOptions(how.device).dtype(how.dtype));
        apply_changes(made, on_card_as_stored(entry, how), weighted);
        return in_order(made, how);
    }
    const at::Tensor made = room_for(entry, how);
    apply_changes(made, make_tensor(entry.tensor, entry.file), weighted);
    return made.to(how.device);
}

at::Tensor Weights::Source::on_card_as_stored(const Entry& entry, const Placing& how) {
    if (is_packed(entry.tensor.dtype) && !entry.tensor.bytes.empty())
        return unpacked(entry.tensor, packed_on(entry, how), at::kFloat);
    return staged(make_tensor(entry.tensor, entry.file), how.device);
}

std::string Weights::Source::name_in_file(const TensorEntry& tensor, const MappedFile& file) {
    std::string name = file.identity();
    for (const TensorEntry* each = &tensor; each; each = each->scale.get())
        name += " " + std::string(name_of(each->dtype)) + shape_text(each->shape) + (each->transposed ? "t" : "") +
                (each->halves_swapped ? "s" : "") + std::to_string(each->bytes.data() - file.bytes().data());
    return name;
}

std::string Weights::Source::part_name(const Entry& entry, const Placing& how) {
    return name_in_file(entry.tensor, *entry.file) + " " + c10::toString(how.dtype) + how.device.str() +
           (how.stays_short ? " short" : "") + (how.channels_last ? " channels last" : "");
}

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

void Weights::merge(const WeightedLora& lora, const Component& component, const OriginalNames& original) {
    ParameterShapes shapes;
    each([&](const Listed& tensor) { shapes[tensor.key] = tensor.shape.vec(); });
    const double weight = lora.weight_for(component.name);
    for (const auto& [key, change, rows] : match_lora(*lora.lora, component, shapes, original))
        source_->changes[key].push_back({lora.lora, weight, change, rows});
}

Weights Weights::operator/(std::string_view name) const { return {source_, key(name) + "."}; }
Weights Weights::operator/(int64_t index) const { return *this / std::to_string(index); }
std::string Weights::key(std::string_view name) const { return prefix_ + std::string(name); }
bool Weights::has(std::string_view name) const { return source_->tensors.contains(key(name)); }

void Weights::share(std::shared_ptr<SharedParts> parts) {
    if (parts) source_->unpacked_memory = parts->unpacked_memory();
    source_->shared = std::move(parts);
}

at::Tensor Weights::take(std::string_view name, at::IntArrayRef shape) const { return take(name, shape, Form::Usual); }

at::Tensor Weights::take_as_stored(std::string_view name, at::IntArrayRef shape) const {
    return take(name, shape, Form::AsStored);
}

at::Tensor Weights::take_channels_last(std::string_view name, at::IntArrayRef shape) const {
    return take(name, shape, Form::ChannelsLast);
}

at::Tensor Weights::take(std::string_view name, at::IntArrayRef shape, Form form) const {
    const std::string full = key(name);
    if (source_->misfits) return source_->noted(full, shape);
    Source::Entry& entry = source_->checked(full, shape);
    entry.file->check_size();
    entry.taken = true;
    const Placing how{.dtype = at::isFloatingType(made_dtype(entry.tensor.dtype)) ? placement().dtype
                                                                                  : made_dtype(entry.tensor.dtype),
                      .device = device_of(name),
                      .stays_short = form == Form::AsStored && placement().dtype == at::kFloat,
                      .channels_last = form == Form::ChannelsLast,
                      .is_fetched = only_stored(source_->placement, full)};
    const auto changes = source_->changes.find(full);
    const bool is_changed = changes != source_->changes.end();
    const auto make = [&] {
        const at::Tensor made =
            is_changed ? source_->changed(entry, changes->second, how) : source_->placed(entry, how);
        if (made.const_data_ptr() != entry.tensor.bytes.data()) release(name);
        return made;
    };
    const bool stays = !how.is_fetched && !source_->stays_packed(entry.tensor);
    const std::string part = Source::part_name(entry, how);
    const auto make_or_share = [&] {
        return source_->shared && stays && !is_changed ? source_->shared->tensor(part, make) : make();
    };
    const bool is_made_again = source_->holds_packed && how.device.type() == accelerator().type();
    return stays && is_made_again ? source_->made_once(full + " " + part, make_or_share) : make_or_share();
}

StoredRows Weights::take_rows(std::string_view name, at::IntArrayRef shape) const {
    const std::string full = key(name);
    const at::ScalarType dtype = placement().dtype;
    if (source_->misfits) return {source_->noted(full, shape), dtype};
    Source::Entry& entry = source_->checked(full, shape);
    entry.file->check_size();
    entry.taken = true;
    const auto changes = source_->changes.find(full);
    if (changes == source_->changes.end()) return {entry.tensor, entry.file, dtype};
    return {source_->changed(entry, changes->second,
                             {.dtype = dtype, .device = at::kCPU, .stays_short = false, .channels_last = false}),
            dtype};
}

void Weights::note_misfits(std::shared_ptr<TensorMisfits> misfits) { source_->misfits = std::move(misfits); }

void Weights::refuse_surplus(std::vector<std::string> keys) const {
    TensorMisfits found{.surplus = std::move(keys)};
    if (found.empty()) return;
    if (!source_->misfits) throw TensorMisfit(sentence_of(found, source_->name));
    source_->misfits->surplus = std::move(found.surplus);
}

void Weights::release(std::string_view name) const {
    if (source_->misfits) return;
    const auto& entry = source_->tensors.at(key(name));
    const bool is_read_again = placement().packed && device_of(name).is_cpu();
    if (!is_read_again && !any_offloaded()) entry.file->release(entry.tensor.bytes);
}

const Weights::Placement& Weights::placement() const { return source_->placement; }
at::Device Weights::device() const { return placement().device; }

at::Device Weights::device_of(std::string_view name) const {
    const std::string full = key(name);
    const std::string* place = find_device(placement().device_map, full);
    if (place == nullptr || only_stored(placement(), full)) return device();
    return place->starts_with("cuda:") ? device_named(*place) : at::Device(*place);
}

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

bool Weights::any_packed() const {
    bool any = false;
    if (placement().packed && !source_->misfits)
        source_->each_below(
            prefix_, [&](const std::string&, const Source::Entry& entry) { any |= is_packed(entry.tensor.dtype); });
    return any;
}

void Weights::leave() const {
    const std::lock_guard lock(source_->packed_mutex);
    source_->packed.clear();
    source_->beside_packed.clear();
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
