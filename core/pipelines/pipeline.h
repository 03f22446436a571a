#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/batch/task.h"
#include "core/layers/layer_sequence.h"
#include "core/pipelines/encoded_texts_place.h"
#include "core/pipelines/outputs.h"

namespace fanlight {

/// The part of a model that a process holds: layers of its network, and whether it is the first or last part, which
/// also hold what comes before or after the network. A whole model is both first and last.
struct Part {
    LayerRange layers = LayerRange::all();
    bool first = true, last = true;
    /// To save memory, text encoders are on their device only while they read, and loaded anew for each text that has
    /// not been read yet; if the pipeline has any.
    bool brief_encoders = false;
    bool takes_turns = false;  ///< besides, the network leaves its device while they read
    /// Where text encoders work, if not on the placement's device. On the CPU they compute in float32.
    std::optional<at::Device> text_device = {};
    /// Of a whole model: where a second copy of the network is, which makes half of each guided evaluation.
    std::optional<at::Device> cfg_device = {};
    EncodedTextsPlace encoded_texts = {};  ///< what they read is kept there
    std::function<void()> make_room = {};  ///< called before they are loaded to read; null: there is room
};

/// Number of evaluations of the network done so far, and in total; `of` is 0 while that is unknown.
struct Progress {
    size_t evaluated = 0, of = 0;
};

/// The places of a micro-batch whose rows end one by one, and may then be given to other tasks. Its rows are numbered
/// in the order of their tasks. Between evaluations, from the generation's thread.
class Slots {
public:
    virtual ~Slots() = default;

    virtual bool has_room() const = 0;
    /// Returns the row's number. After the last evaluation, Generation::begin() goes on with it. Throws Error if it
    /// cannot be made, or there is no room.
    virtual size_t add(const Task& task) = 0;
    virtual void drop(size_t row) = 0;

    /// How far a row has come.
    struct Growth {
        size_t tokens = 0, most = 0;
        std::string text;  ///< what has been added to it since the last call, and will not change
    };
    virtual Growth grown(size_t row) = 0;

    struct Ended {
        Records records;  ///< of a single row
        Growth growth;    ///< the last one
    };
    /// What has ended; its place is free from now on.
    virtual std::map<size_t, Ended> take_ended() = 0;
};

/// A micro-batch in flight, at one part of a model. Each evaluation goes once round the parts: the first one makes a
/// State from what the last one sent and asks for the conditioning, every part runs its layers, and the last one takes
/// the output and returns the next input. Parts send each other the State, and the conditioning only if it has changed.
/// One thread.
class Generation {
public:
    virtual ~Generation() = default;

    // The last part only

    /// What to send to the first part for the first evaluation.
    virtual NamedTensors begin() = 0;
    virtual Progress progress() const = 0;
    /// After an evaluation: a small estimate of the final rows, [B, h, w, 3] uint8 on the CPU; undefined if there is
    /// nothing to show.
    virtual at::Tensor preview() { return {}; }
    /// If the model is whole and rows end one by one; nullptr otherwise.
    virtual Slots* slots() { return nullptr; }
    /// After the last evaluation. Throws MemoryShortage.
    Outputs finish();

    // Every part

    /// Runs this part's layers. Returns what to send to the next part; from the last part, what to send to the first
    /// one for the next evaluation, or nullopt after the last evaluation. Throws MemoryShortage.
    std::optional<NamedTensors> run(size_t evaluation, NamedTensors input);

protected:
    /// `layers`: those of all evaluations, unless layers() says otherwise; must outlive this.
    Generation(const Part& part, const LayerSequence& layers) : part_(part), layers_(layers) {}

    /// Every part: the layers that an evaluation goes through. Others than before remember nothing of the conditioning.
    virtual const LayerSequence& layers(size_t) const { return layers_; }
    /// Every part: takes the state through them. The output is `hidden`; of a whole model nothing else is needed.
    virtual void pass(size_t evaluation, State& state) { layers(evaluation).run(state); }
    /// Every part: adds to the state what its layers need of the evaluation and is not sent.
    virtual void prepare(size_t, State&) {}
    /// The first part only. `input`: what begin() or take() returned.
    virtual State enter(size_t evaluation, NamedTensors input) = 0;
    /// The first part only: the evaluation's conditioning; the same object as before if it has not changed.
    virtual std::shared_ptr<const Conditioning> conditioning(size_t evaluation) = 0;
    /// The last part only: the next input, or nullopt after the last evaluation.
    virtual std::optional<NamedTensors> take(size_t evaluation, State state) = 0;
    /// The last part only: what has become of the last state.
    virtual Outputs outputs() = 0;

private:
    std::optional<NamedTensors> evaluate(size_t evaluation, NamedTensors input);
    /// Returns whether it has changed.
    bool condition(std::shared_ptr<const Conditioning> conditioning);

    const Part part_;
    const LayerSequence& layers_;
    std::shared_ptr<const Conditioning> conditioning_;
    Memory memory_;
};

/// A loaded model, or one stage of it: the network half of a model family. One thread.
class Pipeline {
public:
    virtual ~Pipeline() = default;

    /// Begins a micro-batch of tasks, which must have equal batch keys. Throws Error if they cannot be made. The
    /// pipeline must outlive the generation.
    virtual std::unique_ptr<Generation> open(const std::vector<Task>& batch) = 0;

    /// Tasks of which micro-batches may be begun later: text encoders that leave when they have read, read for these,
    /// too, with the next micro-batch that they read for.
    virtual void expect(const std::vector<Task>& tasks) { static_cast<void>(tasks); }

    /// From now on previews are made with a tiny decoder, if the model makes pictures; `file`: its file or folder;
    /// empty: without one.
    virtual void set_preview_decoder(const std::string& file) { static_cast<void>(file); }
};

/// Called after each evaluation; returning false abandons the micro-batch.
using OnStep = std::function<bool(Generation& generation)>;

/// Runs a micro-batch from beginning to end if the whole model is in this process. nullopt if `on_step` abandoned it.
std::optional<Outputs> run_whole(Generation& generation, const OnStep& on_step);

}  // namespace fanlight
