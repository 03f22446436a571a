#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/pipelines/network_half.h"
#include "core/pipelines/text_rows.h"

namespace fanlight {

/// The network of a language model as its family's network half plans it.
struct DecoderPlan {
    std::vector<LayerPlan> layers;  ///< ids [R, L] int64 -> logits [R, 1, vocabulary], as the state's TextStep says
    int64_t vocabulary = 1, context = 1;
    std::vector<std::string> harmless = {};  ///< endings of keys that checkpoints of older versions hold besides
    bool encodes = false;                    ///< an encoder reads the prompts
    /// When a text comes to have more tokens than this while it is made, all of them are to be read anew, since their
    /// keys have other rotations in a longer text. Prompts that are longer from the beginning are not concerned.
    std::optional<int64_t> recompute_at = {};
};

/// Prompts to texts with any such network, as transformers' generate() makes them at batch size 1 after
/// torch.manual_seed(seed). All rows of a micro-batch take their tokens together; a row that has ended is left out or,
/// if that would change the others' last bits, goes on unread until all have. If the model is cut into stages, each
/// reads the prompts' lengths and holds the caches of its own layers; the last one chooses the tokens and sends their
/// ids to the first. The same networks also score texts.
class TextGeneration : public Pipeline {
public:
    /// `weights`: those that the plan takes. Throws Error naming the file that is missing or wrong.
    TextGeneration(const ModelFolder& folder, const Weights& weights, const Part& part, const DecoderPlan& plan);

    /// TextTasks, or ScoreTasks (pipelines/scoring). Last tasks that are equal to the one before them are padding: they
    /// get its text. A task that cannot be made, since its prompt is too long, becomes a failure among the records;
    /// throws Error if there is no other.
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override;

private:
    class Texts;

    const Part part_;
    const at::Device device_;
    const LayerSequence layers_;
    TextModel model_;
    const std::optional<int64_t> recompute_at_;
    const bool computes_rows_apart_;
};

/// What a network half's probe() returns for such a network: all rows, one token each, in the middle of their texts.
Probe text_probe(DecoderPlan plan, const Weights::Placement& placement, const DescribedShape& shape);

/// The network half of a family whose networks `plan` makes.
template <DecoderPlan (*plan)(const ModelFolder& folder, const Weights& weights)>
NetworkHalf decoder_network(const Family& family) {
    return planned_network<TextGeneration, plan, &text_probe>(family);
}

}  // namespace fanlight
