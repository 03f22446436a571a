#pragma once

#include <string>

#include "core/devices/placement.h"

namespace fanlight {

/// A mode with its options as a user types them, in a command, a pane or a project.
struct PlacementChoice {
    Mode mode = Mode::Replicas;
    std::string device_map = "auto";               ///< a strategy of device_map_strategies(), or a JSON file
    std::string max_memory;                        ///< as parse_max_memory() takes it; empty: what is free
    int replicas = 0, stages = 0, num_chunks = 0;  ///< 0: see PlacementRequest
    std::string split_points = "auto";

    static constexpr int most_parts = 1024;  ///< of replicas, stages and num_chunks

    bool operator==(const PlacementChoice&) const = default;
};

/// What it asks for, with the device map's file read. `where` is a prefix of option names in messages ("--"). Throws
/// UsageError naming the option, or Error naming the file.
PlacementRequest request_of(const PlacementChoice& choice, const std::string& where);

}  // namespace fanlight
