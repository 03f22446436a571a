#pragma once

#include <filesystem>
#include <memory>
#include <vector>

#include "core/batch/request.h"
#include "core/pipelines/network_half.h"

namespace fanlight {

/// The network half of this family. Throws Error if there is none.
const NetworkHalf& network_half(const Family& family);

/// Adds a row. Call it before any model is opened; no other thread may use the table meanwhile.
void add_network_half(const NetworkHalf& half);

/// Whether texts are read by networks of their own, which are not needed once they have been read. Throws Error if the
/// folder holds no model.
bool has_encoders(const std::filesystem::path& model);

/// Whether the model, with these in place of its own, has weights that can stay packed in memory. Throws Error as
/// load_pipeline() does.
bool has_packed_weights(const std::filesystem::path& model, const ReplacedComponents& components = {});

/// Loads a model, or a part of it, with the recipe's LoRAs and components, for what the recipe says it predicts. What
/// it has in common with other models of `shared`, it has from there. Throws Error naming the file, also if one of
/// these no longer matches its hash.
std::unique_ptr<Pipeline> load_pipeline(const std::filesystem::path& model, const Weights::Placement& placement,
                                        const Recipe& recipe = {}, const Part& part = {},
                                        const std::shared_ptr<SharedParts>& shared = nullptr);

}  // namespace fanlight
