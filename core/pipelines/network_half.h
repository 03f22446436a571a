#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/devices/model_description.h"
#include "core/pipelines/pipeline.h"
#include "core/weights/model_folder.h"

namespace fanlight {

/// What is needed to time a network: its layers and their input.
struct Probe {
    std::vector<LayerPlan> layers;
    State first;  ///< without conditioning and memory
    Conditioning conditioning;
};

/// The network half of a model family: a row of the table in core/networks. Its functions throw Error naming the file
/// or the unsupported value.
struct NetworkHalf {
    std::string family;  ///< its name in core/families

    /// `part` may be the whole model. The network's modules lie where the placement says, everything else on its
    /// device.
    std::unique_ptr<Pipeline> (*load)(ModelFolder folder, const Weights::Placement& placement, const Part& part);

    /// No weights are read until a layer is made.
    Probe (*probe)(const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape);

    bool has_encoders = false;  ///< whether Part::brief_encoders saves anything
};

/// The network half of models that transformers saves, whose one component is "model": `plan` says of what its network
/// consists, P is the pipeline that runs it, and `probe` makes a Probe of a plan.
template <typename P, auto plan, auto probe>
NetworkHalf planned_network(const Family& family) {
    return {family.name,
            [](ModelFolder folder, const Weights::Placement& placement, const Part& part) -> std::unique_ptr<Pipeline> {
                const Weights weights = folder.weights("model", placement);
                return std::make_unique<P>(folder, weights, part, plan(folder, weights));
            },
            [](const ModelFolder& folder, const Weights::Placement& placement, const DescribedShape& shape) {
                return probe(plan(folder, folder.weights("model", placement)), placement, shape);
            }};
}

}  // namespace fanlight
