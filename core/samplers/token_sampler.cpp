#include "core/samplers/token_sampler.h"

#include <ATen/core/TransformationHelper.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/base/error.h"

namespace fanlight {

namespace {

constexpr float never = -std::numeric_limits<float>::infinity();

int64_t index_of_largest(std::span<const float> scores) {
    return std::max_element(scores.begin(), scores.end()) - scores.begin();
}

/// exp(score - largest), as float32.
template <typename Candidates>
std::vector<float> weights_of(const Candidates& candidates) {
    float largest = never;
    for (const auto& candidate : candidates) largest = std::max(largest, candidate.score);
    std::vector<float> weights;
    weights.reserve(candidates.size());
    for (const auto& candidate : candidates) weights.push_back(std::exp(candidate.score - largest));
    return weights;
}

double sum_of(const std::vector<float>& weights) {
    double sum = 0;
    for (const float weight : weights) sum += weight;
    return sum;
}

/// The least likely ones whose probabilities make up at most 1 - top_p are dropped; the likeliest one stays. All that
/// are less likely than (1 - top_p) / n are among them and need not be sorted.
template <typename Candidates>
void keep_top_p(Candidates& candidates, double top_p) {
    const std::vector<float> weights = weights_of(candidates);
    const double sum = sum_of(weights);
    const auto share = static_cast<float>(1 - top_p);
    struct Likely {
        float probability;
        size_t index;
    };
    std::vector<Likely> likely;
    double below = 0;
    for (size_t i = 0; i < weights.size(); ++i) {
        const auto probability = static_cast<float>(weights[i] / sum);
        if (probability * static_cast<double>(weights.size()) < 0.999 * share)
            below += probability;
        else
            likely.push_back({probability, i});
    }
    std::sort(likely.begin(), likely.end(), [](const Likely& a, const Likely& b) {
        return a.probability != b.probability ? a.probability < b.probability : a.index < b.index;
    });
    size_t dropped = 0;
    for (; dropped + 1 < likely.size(); ++dropped) {
        below += likely[dropped].probability;
        if (static_cast<float>(below) > share) break;
    }
    std::vector<size_t> kept;
    for (size_t i = dropped; i < likely.size(); ++i) kept.push_back(likely[i].index);
    std::sort(kept.begin(), kept.end());
    Candidates left;
    for (const size_t index : kept) left.push_back(candidates[index]);
    candidates = std::move(left);
}

template <typename Candidates>
void keep_min_p(Candidates& candidates, double min_p) {
    const std::vector<float> weights = weights_of(candidates);
    const double sum = sum_of(weights);
    const auto least = static_cast<float>(min_p) * static_cast<float>(1 / sum);
    Candidates left;
    for (size_t i = 0; i < weights.size(); ++i)
        if (static_cast<float>(weights[i] / sum) >= least) left.push_back(candidates[i]);
    candidates = std::move(left);
}

}  // namespace

TokenSampler::TokenSampler(const TextTask& task, std::vector<int64_t> end_ids, std::vector<int64_t> suppressed)
    : samples_(task.do_sample),
      temperature_(static_cast<float>(task.temperature)),
      top_k_(task.top_k),
      top_p_(task.top_p),
      min_p_(task.min_p),
      penalty_(static_cast<float>(task.repetition_penalty)),
      ngram_(task.no_repeat_ngram_size),
      min_new_tokens_(task.min_new_tokens),
      end_ids_(std::move(end_ids)),
      suppressed_(std::move(suppressed)),
      generator_(task.seed) {
    if (samples_ && !(temperature_ > 0)) throw Error("temperature must be above 0; for 0, do not sample");
}

bool TokenSampler::is_plain() const {
    return !samples_ && penalty_ == 1 && ngram_ == 0 && min_new_tokens_ == 0 && suppressed_.empty();
}

int64_t TokenSampler::next(std::span<float> logits, std::span<const int64_t> text, int64_t new_tokens) {
    const auto forbid = [&](const std::vector<int64_t>& ids) {
        for (const int64_t id : ids)
            if (id < static_cast<int64_t>(logits.size())) logits[static_cast<size_t>(id)] = never;
    };
    if (penalty_ != 1) penalise(logits, text);
    if (ngram_ > 0) forbid_ngrams(logits, text);
    if (new_tokens < min_new_tokens_) forbid(end_ids_);
    forbid(suppressed_);
    if (!samples_) return index_of_largest(logits);
    return draw(candidates(logits), static_cast<int64_t>(logits.size()));
}

/// Each token of the text once, however often it is there.
void TokenSampler::penalise(std::span<float> scores, std::span<const int64_t> text) const {
    std::vector<int64_t> ids(text.begin(), text.end());
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    for (const int64_t id : ids) {
        float& score = scores[static_cast<size_t>(id)];
        score = score < 0 ? score * penalty_ : score / penalty_;
    }
}

/// No token that would complete a sequence of this many that the text already contains.
void TokenSampler::forbid_ngrams(std::span<float> scores, std::span<const int64_t> text) const {
    const auto begun = static_cast<size_t>(ngram_ - 1);
    if (text.size() < begun + 1) return;
    const auto end = text.last(begun);
    for (size_t i = 0; i + begun < text.size(); ++i)
        if (std::equal(end.begin(), end.end(), text.begin() + static_cast<std::ptrdiff_t>(i)))
            scores[static_cast<size_t>(text[i + begun])] = never;
}

std::vector<TokenSampler::Candidate> TokenSampler::candidates(std::span<float> scores) const {
    for (float& score : scores) score /= temperature_;
    float least = std::numeric_limits<float>::lowest();
    if (top_k_ > 0 && top_k_ < static_cast<int64_t>(scores.size())) {
        std::vector<float> sorted(scores.begin(), scores.end());
        const auto last = sorted.begin() + top_k_ - 1;
        std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
        least = std::max(least, *last);
    }
    std::vector<Candidate> chosen;
    for (size_t id = 0; id < scores.size(); ++id)
        if (scores[id] >= least) chosen.push_back({static_cast<int64_t>(id), scores[id]});
    if (top_p_ < 1) keep_top_p(chosen, top_p_);
    if (min_p_ > 0) keep_min_p(chosen, min_p_);
    return chosen;
}

/// As torch.multinomial: the largest of probability / exponential number, of which each token of the vocabulary takes
/// one, candidate or not.
int64_t TokenSampler::draw(const std::vector<Candidate>& candidates, int64_t vocabulary) {
    const std::vector<float> weights = weights_of(candidates);
    const double sum = sum_of(weights);
    const auto random = [&] {
        const uint64_t high = generator_(), low = generator_();
        return high << 32 | low;
    };
    int64_t best = 0, next = 0;
    float largest = -1;
    for (size_t i = 0; i < candidates.size(); ++i, ++next) {
        for (; next < candidates[i].id; ++next) random();
        const auto uniform = at::transformation::uniform_real<double>(random(), 0.0, 1.0);
        const auto exponential = static_cast<float>(at::transformation::exponential<double>(uniform, 1.0));
        const float ratio = static_cast<float>(weights[i] / sum) / exponential;
        if (!(ratio > largest)) continue;
        largest = ratio;
        best = candidates[i].id;
    }
    for (; next < vocabulary; ++next) random();
    return best;
}

}  // namespace fanlight
