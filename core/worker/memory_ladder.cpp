#include "core/worker/memory_ladder.h"

#include <span>

#include "core/networks/networks.h"

namespace fanlight {

namespace {

struct Rung {
    Sentence taken;
    bool (*helps)(const protocol::Load& load, const Weights::Placement& placement);
    void (*take)(Opening& opening);
};

/// Which of two devices lacks memory is not known, so that they part first. Then the cheapest first: packed layers are
/// dequantised on the device at each step, encoders are loaded again for each new text, a network with them, layers for
/// each step.
std::span<const Rung> rungs() {
    static const Rung table[] = {
        {"too little memory: the second device makes no half of guided evaluations any more",
         [](const protocol::Load& load, const Weights::Placement&) { return !load.cfg_device.empty(); },
         [](Opening& opening) { opening.alone = true; }},
        {"too little memory: weights stay packed as in their files, and layers are dequantised when they are used",
         [](const protocol::Load& load, const Weights::Placement& placement) {
             return !placement.packed && has_packed_weights(load.folder, load.recipe.components);
         },
         [](Opening& opening) { opening.placement.packed = true; }},
        {"too little memory: the text encoders leave the device when they have read",
         [](const protocol::Load& load, const Weights::Placement&) { return has_encoders(load.folder); },
         [](Opening& opening) { opening.part.brief_encoders = true; }},
        {"too little memory: the network leaves the device while the text encoders read",
         [](const protocol::Load& load, const Weights::Placement& placement) {
             return has_encoders(load.folder) && !is_offloaded(placement.device_map);
         },
         [](Opening& opening) { opening.part.takes_turns = true; }},
        {"too little memory: the network's layers stay in main memory and are fetched at each step, which takes longer",
         [](const protocol::Load&, const Weights::Placement& placement) { return !is_offloaded(placement.device_map); },
         [](Opening& opening) {
             opening.placement.device_map = {{"", "cpu"}};
         }},
    };
    return table;
}

}  // namespace

Opening MemoryLadder::opening(const protocol::Load& load, const Weights::Placement& placement) const {
    Opening opening{placement};
    const auto height = heights_.find(load.folder);
    for (size_t i = 0; height != heights_.end() && i < height->second; ++i)
        if (rungs()[i].helps(load, opening.placement)) rungs()[i].take(opening);
    return opening;
}

std::optional<Sentence> MemoryLadder::climb(const protocol::Load& load, const Weights::Placement& placement) {
    if (placement.device.is_cpu()) return std::nullopt;
    for (size_t& height = heights_[load.folder]; height < rungs().size();) {
        const Weights::Placement now = opening(load, placement).placement;  // after the rungs so far
        const Rung& rung = rungs()[height++];
        if (rung.helps(load, now)) return rung.taken;
    }
    return std::nullopt;
}

}  // namespace fanlight
