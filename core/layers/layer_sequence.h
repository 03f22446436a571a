#pragma once

#include <functional>
#include <span>
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
    using Make = std::function<Function()>;

    std::string name;  ///< the checkpoint's
    Function function;
    /// In place of the function, with one state after the other: makes it for them all, of weights that it fetches or
    /// unpacks.
    std::function<void(std::span<State>)> make_and_run = {};

    void run(std::span<State> states) const;
    void run(State& state) const { run({&state, 1}); }
};

/// A layer that has not taken its weights yet.
struct LayerPlan {
    std::string name;
    Layer::Make make;
};

/// The layers of a network that are in this process, all or one stage's, in execution order. Whatever a network
/// consists of, this is the form in which it is sharded, offloaded, pipelined and measured. Const, any thread; with
/// offloaded layers, or if it leaves, one at a time.
class LayerSequence {
public:
    /// Makes the layers of the range; those with offloaded weights (by the placement of `weights`) fetch them each time
    /// they run, and those with packed weights unpack them.
    LayerSequence(const std::vector<LayerPlan>& plans, const Weights& weights, LayerRange range = LayerRange::all());

    void run(State& state) const;
    /// The same with several, each layer with all of them before the next one: so layers are fetched or unpacked once.
    void run(std::span<State> states) const;

    /// Gives up the layers' memory until the next run, which makes them again, or brings their packed weights back; if
    /// the placement lets them leave, and none is fetched for each run anyway.
    void leave() const;

    size_t size() const { return layers_.size(); }
    const Layer& operator[](size_t i) const { return layers_[i]; }
    auto begin() const { return layers_.begin(); }
    auto end() const { return layers_.end(); }

    /// Whether a key of the checkpoint belongs to a layer of another stage.
    bool belongs_elsewhere(const std::string& key) const;

private:
    void return_if_left() const;

    Weights weights_;
    mutable std::vector<Layer> layers_;
    std::vector<LayerPlan> plans_;  ///< of the same layers, if they may leave
    mutable bool has_left_ = false;
    std::shared_ptr<RecordedLayers> recorded_;  ///< if they are run so: one at a time
    std::vector<std::string> names_elsewhere_;
};

}  // namespace fanlight
