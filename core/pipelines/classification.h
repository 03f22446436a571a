#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/families/parts/classifier_config.h"
#include "core/pipelines/network_half.h"
#include "core/pipelines/text_prompt.h"

namespace fanlight {

/// A network that judges texts, as its family's network half plans it.
struct ClassifierPlan {
    /// Which tokens its last layers read.
    enum class Reads {
        LastToken,    ///< the last one that is not the pad token: decoders
        FirstToken,   ///< encoders
        MaskedTokens  ///< a masked language model
    };

    /// ids [1, L] int64, with "token_types" [1, L] beside them for encoders -> [1, N, outputs] of the N tokens that are
    /// read, as the state's TextStep says
    std::vector<LayerPlan> layers;
    int64_t vocabulary = 1, context = 1;
    Reads reads = Reads::LastToken;
    std::vector<std::string> harmless = {};  ///< endings of keys that checkpoints of older versions hold besides
};

/// Texts to labels, or masks to words, as transformers does it at batch size 1. Each text goes through the network
/// alone and once: kernels round differently for other numbers of rows and other lengths, so a text that is padded to
/// its neighbours would get other bits from other neighbours. While one text is at a later stage of a pipeline, those
/// of other micro-batches are at the earlier ones.
class Classification : public Pipeline {
public:
    /// `weights`: those that the plan takes. Throws Error naming the file that is missing or wrong.
    Classification(const ModelFolder& folder, const Weights& weights, const Part& part, const ClassifierPlan& plan);

    /// Throws Error if a text is too long, or has no mask where there should be one.
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override;

private:
    class Texts;

    const Part part_;
    const at::Device device_;
    const LayerSequence layers_;
    const TextTokenizer tokenizer_;
    const ClassifierConfig config_;
    const ClassifierPlan::Reads reads_;
    const TextLimits limits_;
};

/// The number of labels of a classifier whose last layer is `head`: "score". Throws Error if there are no weights for
/// it.
int64_t classifier_labels(const ModelFolder& folder, const Weights& weights, const std::string& head);

/// What a network half's probe() returns for such a network.
Probe classifier_probe(ClassifierPlan plan, const Weights::Placement& placement, const DescribedShape& shape);

/// The network half of a family whose networks `plan` makes.
template <ClassifierPlan (*plan)(const ModelFolder& folder, const Weights& weights)>
NetworkHalf classifier_network(const Family& family) {
    return planned_network<Classification, plan, &classifier_probe>(family);
}

}  // namespace fanlight
