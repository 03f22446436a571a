#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/families/parts/generation_config.h"
#include "core/pipelines/network_half.h"
#include "core/pipelines/text_prompt.h"

namespace fanlight {

/// The network of a decoder-only language model, or a part of it, as its family's network half makes it.
struct LanguageNetwork {
    LayerSequence layers;  ///< ids [R, L] int64 -> logits [R, 1, vocabulary], as the state's TextStep says
    int64_t vocabulary = 1, context = 1;
};

/// Prompts to texts with any decoder-only network, as transformers' generate() makes them at batch size 1 after
/// torch.manual_seed(seed). All rows of a micro-batch take their tokens together; a row that has ended goes on unread
/// until all have. If the model is cut into stages, the first one holds the embeddings, the last one the sampler and
/// the tokenizer's other half, and each the caches of its own layers.
class TextGeneration : public Pipeline {
public:
    /// The folder's tokenizer and generation_config.json. Throws Error naming the file.
    TextGeneration(const ModelFolder& folder, const Weights::Placement& placement, const Part& part,
                   LanguageNetwork network);

    /// Last tasks that are equal to the one before them are padding: they get its text. Throws Error if a prompt is too
    /// long.
    std::unique_ptr<Generation> open(const std::vector<Task>& batch) override;

private:
    class Texts;

    const Part part_;
    const at::Device device_;
    const LanguageNetwork network_;
    const TextTokenizer tokenizer_;
    const GenerationConfig generation_;
};

/// What a network half's probe() returns for such a network: all rows, one token each, in the middle of their texts.
Probe text_probe(std::vector<LayerPlan> layers, const Weights::Placement& placement, const DescribedShape& shape);

}  // namespace fanlight
