#pragma once

#include <memory>
#include <vector>

#include "core/pipelines/pipeline.h"
#include "core/pipelines/text_prompt.h"

namespace fanlight {

/// A loaded language model, or a stage of it, as scoring needs it. What is referred to must outlive the generation.
struct ScoringModel {
    const Part& part;
    at::Device device;  ///< where the ids are wanted
    const LayerSequence& layers;
    const TextTokenizer& tokenizer;
    const TextLimits& limits;
};

/// Begins a micro-batch of ScoreTasks: log-likelihoods of texts, or of labels as continuations of a prompt, as
/// transformers finds them at batch size 1 (log_softmax of the logits in float32). Each text is read alone, in pieces
/// of 256 tokens, whose keys and values are kept for the next ones; labels continue their prompt, which is read once.
/// Position embeddings that depend on the text's length are those of the prompt with its longest label. If the model is
/// cut into stages, each knows the texts from the tasks. Throws Error if a text is longer than the context, or has only
/// one token.
std::unique_ptr<Generation> open_scores(const ScoringModel& model, const std::vector<Task>& batch);

}  // namespace fanlight
