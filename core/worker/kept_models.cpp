#include "core/worker/kept_models.h"

#include <algorithm>

#include "core/checkpoints/weight_files.h"
#include "core/devices/device_list.h"
#include "core/weights/accelerator.h"
#include "core/worker/worker_device.h"

namespace fanlight {

namespace {

/// What a model may take of main memory at most: twice its files, which are often in 16 bits, and room to work in.
int64_t host_bytes_for(const protocol::Load& load) {
    constexpr int64_t work = int64_t{1} << 30;
    return 2 * weight_bytes(load.folder) + work;
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

void KeptModels::load(const protocol::Load& asked, const std::function<std::unique_ptr<Pipeline>()>& load_model) {
    while (!models_.empty() && cpu_device().memory_free < host_bytes_for(asked)) drop_oldest();
    std::unique_ptr<Pipeline> pipeline;
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
