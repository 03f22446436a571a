#include "core/worker/kept_models.h"

#include <algorithm>
#include <set>
#include <string>

#include "core/checkpoints/weight_files.h"
#include "core/devices/device_list.h"
#include "core/weights/accelerator.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

int64_t bytes_left(const std::string& device) {
    const bool is_card = device.starts_with("cuda");
    return is_card ? accelerator().bytes_left(device_named(device).index()) : cpu_device().memory_free;
}

/// Whether `other` makes way for `asked`: the same model on the CPU with other LoRAs.
bool makes_way(const protocol::Load& other, const protocol::Load& asked) {
    protocol::Load variant = other;
    variant.recipe.loras = asked.recipe.loras;
    return asked.device == "cpu" && protocol::holds_same_model(variant, asked);
}

/// Whether all devices surely have room for one more model: twice its files (also its refiner's and of what else it was
/// given), which often hold fewer bits than it is computed in, and what it may need for its work beyond what another
/// one needed. To try and to fail might cost the process (MemoryShortage). A variant leaves it what all have in common,
/// and what its own LoRAs had changed.
bool have_room_for(const protocol::Load& load, bool replaces_variant) {
    constexpr int64_t more_work = int64_t{1} << 30;
    int64_t files = weight_bytes(load.folder);
    for (const ReplacedComponent& component : load.recipe.components) files += weight_bytes(component.file);
    const int64_t most = (replaces_variant ? 1 : 2) * files + more_work;
    std::set<std::string> devices = {load.device};
    for (const auto& [module, place] : load.device_map) devices.insert(place);
    for (const std::string& other : {load.text_device, load.cfg_device})
        if (!other.empty()) devices.insert(other);
    return std::all_of(devices.begin(), devices.end(),
                       [&](const std::string& device) { return bytes_left(device) >= most; });
}

bool is_short_of_memory(const std::exception& error) { return describe_loading(error, false).kind == "memory"; }

}  // namespace

bool KeptModels::take_up(const protocol::Load& asked) {
    const auto held = std::find_if(models_.begin(), models_.end(),
                                   [&](const Kept& each) { return protocol::holds_same_model(each.load, asked); });
    if (held == models_.end()) return false;
    held->load = asked;
    models_.splice(models_.begin(), models_, held);
    return true;
}

bool KeptModels::drop_oldest() {
    if (models_.empty()) return false;
    models_.pop_back();
    accelerator().empty_cache();
    return true;
}

bool KeptModels::drop_others() {
    if (models_.size() < 2) return false;
    models_.resize(1);
    accelerator().empty_cache();
    return true;
}

/// Variants stay, even if they are the only ones.
bool KeptModels::drop_oldest_but_variants(const protocol::Load& asked) {
    const auto oldest =
        std::find_if(models_.rbegin(), models_.rend(), [&](const Kept& each) { return !makes_way(each.load, asked); });
    if (oldest == models_.rend()) return false;
    models_.erase(std::next(oldest).base());
    accelerator().empty_cache();
    return true;
}

/// nullptr: there was too little memory.
std::unique_ptr<Pipeline> KeptModels::replace_variants(const protocol::Load& asked, const LoadModel& load_model) {
    const SharedParts::Handover handover(*parts_);
    models_.remove_if([&](const Kept& each) { return makes_way(each.load, asked); });
    try {
        return load_model();
    } catch (const std::exception& error) {
        if (!is_short_of_memory(error)) throw;
    }
    return nullptr;
}

void KeptModels::load(const protocol::Load& asked, const LoadModel& load_model) {
    const bool has_variant =
        std::any_of(models_.begin(), models_.end(), [&](const Kept& each) { return makes_way(each.load, asked); });
    while (!models_.empty() && !have_room_for(asked, has_variant) && drop_oldest_but_variants(asked)) continue;
    std::unique_ptr<Pipeline> pipeline;
    if (has_variant) pipeline = replace_variants(asked, load_model);
    while (!pipeline) {
        try {
            pipeline = load_model();
        } catch (const std::exception& error) {
            if (!is_short_of_memory(error) || !drop_oldest()) throw;
        }
    }
    models_.push_front({asked, std::move(pipeline)});
}

}  // namespace fanlight
