#pragma once

#include "core/base/json.h"
#include "core/batch/request.h"

// The request's structs as JSON: in run.json, on the wire, in the PNG's `fanlight` text.
namespace fanlight {

inline void to_json(Json& json, const SharedText& text) { json = text.str(); }
inline void from_json(const Json& json, SharedText& text) { text = json.get<std::string>(); }

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ImageParameters, prompt, negative_prompt, seed, steps, cfg_scale, width, height,
                                   sampler, schedule, clip_skip)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Item, index, row, file, parameters)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Recipe, model, model_hash, dtype, device_kind, batch_size, threads)

}  // namespace fanlight
