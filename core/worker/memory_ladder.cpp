#include "core/worker/memory_ladder.h"

#include "core/networks/networks.h"

namespace fanlight {

namespace {

struct Rung {
    Sentence taken;
    bool (*helps)(const std::string& model, const Weights::Placement& placement);
    void (*take)(Opening& opening);
};

/// The cheapest first: encoders are loaded again for each new text, a network with them, layers for each step.
const Rung (&rungs())[3] {
    static const Rung table[] = {
        {"too little memory: the text encoders leave the device when they have read",
         [](const std::string& model, const Weights::Placement&) { return has_encoders(model); },
         [](Opening& opening) { opening.part.brief_encoders = true; }},
        {"too little memory: the network leaves the device while the text encoders read",
         [](const std::string& model, const Weights::Placement& placement) {
             return has_encoders(model) && !is_offloaded(placement.device_map);
         },
         [](Opening& opening) { opening.part.takes_turns = true; }},
        {"too little memory: the network's layers stay in main memory and are fetched at each step, which takes longer",
         [](const std::string&, const Weights::Placement& placement) { return !is_offloaded(placement.device_map); },
         [](Opening& opening) {
             opening.placement.device_map = {{"", "cpu"}};
         }},
    };
    return table;
}

}  // namespace

Opening MemoryLadder::opening(const std::string& model, const Weights::Placement& placement) const {
    Opening opening{placement};
    const auto height = heights_.find(model);
    for (size_t i = 0; height != heights_.end() && i < height->second; ++i)
        if (rungs()[i].helps(model, placement)) rungs()[i].take(opening);
    return opening;
}

std::optional<Sentence> MemoryLadder::climb(const std::string& model, const Weights::Placement& placement) {
    if (placement.device.is_cpu()) return std::nullopt;
    for (size_t& height = heights_[model]; height < std::size(rungs());) {
        const Rung& rung = rungs()[height++];
        if (rung.helps(model, placement)) return rung.taken;
    }
    return std::nullopt;
}

}  // namespace fanlight
