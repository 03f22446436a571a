#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/layer_range.h"
#include "core/layers/recorded_layers.h"
#include "core/layers/state.h"
#include "core/weights/weights.h"

namespace fanlight {

/// One named step of a network. Const, any thread.
struct Layer {
    using Function = std::function<void(State&)>;

    std::string name;  ///< the checkpoint's
    Function function;

    void run(State& state) const;
};

/// A layer that has not taken its weights yet.
struct LayerPlan {
    std::string name;
    std::function<Layer::Function()> make;
};

/// The layers of a network that are in this process, all or one stage's, in execution order. Whatever a network
/// consists of, this is the form in which it is sharded, offloaded, pipelined and measured. Const, any thread; with
/// offloaded layers, or if it leaves, one at a time.
class LayerSequence {
public:
    /// Makes the layers of the range; those with offloaded weights (by the placement of `weights`) fetch them each time
    /// they run.
    LayerSequence(const std::vector<LayerPlan>& plans, const Weights& weights, LayerRange range = LayerRange::all());

    void run(State& state) const;

    /// Gives up the layers' memory until the next run, which makes them again; if the placement lets them leave, and
    /// none is fetched for each run anyway.
    void leave() const;

    size_t size() const { return layers_.size(); }
    const Layer& operator[](size_t i) const { return layers_[i]; }
    auto begin() const { return layers_.begin(); }
    auto end() const { return layers_.end(); }

    /// Whether a key of the checkpoint belongs to a layer of another stage.
    bool belongs_elsewhere(const std::string& key) const;

private:
    mutable std::vector<Layer> layers_;
    std::vector<LayerPlan> plans_;  ///< of the same layers, if they may leave
    mutable bool has_left_ = false;
    std::shared_ptr<RecordedLayers> recorded_;  ///< if they are run so: one at a time
    std::vector<std::string> names_elsewhere_;
};

}  // namespace fanlight
