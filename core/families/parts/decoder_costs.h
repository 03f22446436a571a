#pragma once

#include <string>
#include <vector>

#include "core/checkpoints/stored_tensors.h"
#include "core/devices/model_description.h"

namespace fanlight {

/// What the costs of a decoder depend on besides its modules.
struct DecoderShape {
    std::string blocks;                   ///< the list of its blocks: "transformer.h"
    std::string norm;                     ///< the module after them
    std::vector<std::string> embeddings;  ///< the modules before the blocks, in order
    int64_t width = 1, heads = 1, kv_heads = 1, head_dim = 1, mlp_width = 1, context = 1;
    int64_t score_copies = 1;  ///< of all scores of an attention, in memory at once
    int64_t logit_copies = 1;  ///< of all logits, before they become log-probabilities
};

/// Tokens of a text that is scored whose logits are in memory at a time: those for a large vocabulary would be more
/// than the model. The number determines last bits, and so belongs to what a score depends on.
inline constexpr int64_t scored_at_a_time = 64;

/// Whether the checkpoint has a head of its own, and not the embedding's tensor in its place.
bool has_own_head(const StoredTensors& tensors, const std::string& embedding);

/// The layers of the language model, in the order in which they run, each with one token of all rows and half of the
/// longest text in its cache; the memory is that of the longest one. Texts that are scored are read one at a time, in
/// pieces: the operations are the same, and the memory is that of one row and of its piece's log-probabilities. Throws
/// Error for a text that is longer than the context.
std::vector<LayerDescription> decoder_costs(const ModuleTree& network, const DecoderShape& decoder,
                                            const DescribedShape& shape);

}  // namespace fanlight
