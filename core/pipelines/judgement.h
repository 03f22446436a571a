#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/batch/result.h"
#include "core/families/parts/classifier_config.h"
#include "core/text/text_tokenizer.h"

// From what a network says of a text to a result's record.
namespace fanlight {

/// A classifier's record: its text is the most probable label, and "more" has "label", its probability "score",
/// "probabilities" of the `top_k` most probable labels (0: of all) by label, and all "logits". Of a regression the text
/// is the number, and there are only "label" and "logits". logits: [1, labels] float32 on the CPU. Throws Error if
/// their number is not that of the labels, or one is not finite.
ResultRecord labelled(const at::Tensor& logits, int top_k, const ClassifierConfig& config);

// Language models

/// A text's record from the log-probabilities of its tokens, all but the first: their "sum", which is the record's
/// text, the number of these "tokens", and the "perplexity" exp(-sum / tokens); null if that is too large for a number.
/// Throws Error if one is not finite.
ResultRecord scored(const std::vector<double>& log_probabilities);

/// A prompt's record from the log-probabilities of each label's tokens: the "label" with the largest sum, which is the
/// record's text, and all "sums" and "means" a token by label. Throws Error if one is not finite.
ResultRecord likeliest(const std::vector<std::string>& labels,
                       const std::vector<std::vector<double>>& log_probabilities);

// Masked language models

/// The token that stands for a word to be found: [MASK] or <mask>.
std::optional<int64_t> mask_token(const TextTokenizer& tokenizer);

/// Of each mask the probabilities of the five most probable tokens, then the tokens. logits: [N, vocabulary] float32 ->
/// [N, 2, 5] float64 on the same device
at::Tensor best_tokens(const at::Tensor& logits);

/// A masked language model's record: its text has each mask replaced by the best token; "masks" in "more" lists for
/// each mask its best "tokens" with their "probabilities". `places`: of the masks in the ids; `best`: from
/// best_tokens(), on the CPU. Throws Error if a probability is not finite.
ResultRecord filled(std::vector<int64_t> ids, const std::vector<int64_t>& places, const at::Tensor& best,
                    const TextTokenizer& tokenizer);

}  // namespace fanlight
