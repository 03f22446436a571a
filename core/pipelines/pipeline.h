#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/batch/request.h"
#include "core/layers/layer_sequence.h"
#include "core/pipelines/outputs.h"

namespace fanlight {

/// How much of a model a process holds: layers of its network, and whether its ends are here, with what stands before
/// and behind the network. The whole model is first and last at once.
struct Part {
    LayerRange layers = LayerRange::all();
    bool first = true, last = true;
};

/// Evaluations of the network that are done, of how many; `of` is 0 while nobody can tell.
struct Progress {
    size_t evaluated = 0, of = 0;
};

/// A micro-batch under way at one part of a model. Once for each evaluation it comes round: the first part makes a
/// State from what the last one sends and asks what the network is conditioned on, every part runs its layers, the last
/// one takes what came out and says what comes in next. Between parts travels the State, and what it is conditioned on
/// only where that has changed. One thread.
class Generation {
public:
    virtual ~Generation() = default;

    // The last part

    /// What the first part is to be sent for the first evaluation.
    virtual NamedTensors begin() = 0;
    virtual Progress progress() const = 0;
    /// After an evaluation: what the rows will look like, as far as can be told, [B, h, w, 3] uint8 on the CPU, small;
    /// undefined where nothing can be shown.
    virtual at::Tensor preview() { return {}; }
    /// After the last evaluation.
    virtual Outputs finish() = 0;

    // Every part

    /// Runs the layers here. Any part but the last: what the next is to be sent. The last: what the first is to be sent
    /// for the next evaluation, or nothing after the last one.
    std::optional<NamedTensors> run(size_t evaluation, NamedTensors input);

protected:
    /// `layers` outlive it.
    Generation(const Part& part, const LayerSequence& layers) : part_(part), layers_(layers) {}

    /// The first part: from what begin() or take() have sent.
    virtual State enter(size_t evaluation, NamedTensors input) = 0;
    /// The first part: what the evaluation is conditioned on. The same object as before says that nothing has changed.
    virtual std::shared_ptr<const Conditioning> conditioning(size_t evaluation) = 0;
    /// The last part: what comes in next, or nothing after the last evaluation.
    virtual std::optional<NamedTensors> take(size_t evaluation, State state) = 0;

private:
    /// Says whether it is another than before.
    bool condition(std::shared_ptr<const Conditioning> conditioning);

    const Part part_;
    const LayerSequence& layers_;
    std::shared_ptr<const Conditioning> conditioning_;
    Memory memory_;
};

/// The network half of a model family, loaded: the whole of a model, or a stage of it. One thread.
class Pipeline {
public:
    virtual ~Pipeline() = default;

    /// A micro-batch will come through: rows that may share one, as core/batch says. Throws Error for what cannot be
    /// made. The pipeline outlives it.
    virtual std::unique_ptr<Generation> open(const std::vector<ImageParameters>& batch) = 0;
};

/// Told after each evaluation; false gives the micro-batch up.
using OnStep = std::function<bool(Generation& generation)>;

/// A micro-batch from beginning to end, where the whole model is here: the part whose neighbour is itself. Nothing
/// where `on_step` gave it up.
std::optional<Outputs> run_whole(Generation& generation, const OnStep& on_step);

}  // namespace fanlight
