#pragma once

#include <filesystem>

#include "core/networks/networks.h"

namespace fanlight {

/// Pictures of a micro-batch that a whole model makes.
inline Pictures pictures_of(Pipeline& pipeline, const std::vector<Task>& batch) {
    const auto generation = pipeline.open(batch);
    return std::get<Pictures>(run_whole(*generation, [](Generation&) { return true; }).value());
}

inline Pictures pictures_of(const std::filesystem::path& model, const std::vector<Task>& batch,
                            const Weights::Placement& placement = {}, const std::vector<Lora>& loras = {}) {
    return pictures_of(*load_pipeline(model, placement, {.loras = loras}), batch);
}

}  // namespace fanlight
