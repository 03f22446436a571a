#pragma once

#include <ATen/core/MT19937RNGEngine.h>

#include <cstdint>
#include <span>
#include <vector>

#include "core/batch/text_task.h"

namespace fanlight {

/// Chooses the tokens of one text: the most likely one, or one drawn with the task's own generator. The order of the
/// steps and their results are those of transformers 5.23's generate() at batch size 1 after torch.manual_seed(seed):
/// repetition penalty (Keskar et al. 2019), ngrams, minimum length; then, when sampling, temperature, top-k (Fan et al.
/// 2018), top-p (Holtzman et al. 2019), min-p (Nguyen et al. 2024). One thread.
class TokenSampler {
public:
    /// `end_ids`: what is not chosen before the minimum length is reached. `suppressed`: what is never chosen.
    TokenSampler(const TextTask& task, std::vector<int64_t> end_ids, std::vector<int64_t> suppressed = {});

    /// Whether next() always returns the id of the largest logit.
    bool is_plain() const;

    /// The next token. `text`: prompt and new tokens so far; `logits`: of all tokens of the vocabulary, overwritten.
    int64_t next(std::span<float> logits, std::span<const int64_t> text, int64_t new_tokens);

private:
    struct Candidate {
        int64_t id;
        float score;
    };

    void penalise(std::span<float> scores, std::span<const int64_t> text) const;
    void forbid_ngrams(std::span<float> scores, std::span<const int64_t> text) const;
    /// In order of their ids.
    std::vector<Candidate> candidates(std::span<float> scores) const;
    int64_t draw(const std::vector<Candidate>& candidates, int64_t vocabulary);

    const bool samples_;
    const float temperature_;
    const int64_t top_k_;
    const double top_p_, min_p_;
    const float penalty_;
    const int64_t ngram_, min_new_tokens_;
    const std::vector<int64_t> end_ids_, suppressed_;
    at::mt19937 generator_;
};

}  // namespace fanlight
