#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/failure.h"
#include "core/batch/result.h"
#include "core/batch/text_task.h"
#include "core/samplers/token_sampler.h"
#include "core/text/text_tokenizer.h"

namespace fanlight {

/// A text being made: its tokens so far, and when it ends. One thread.
class TextRow {
public:
    struct Ends {
        std::vector<int64_t> ids;         ///< tokens that end a text
        std::vector<int64_t> suppressed;  ///< tokens that are never chosen
        int64_t max_new = 1;
    };

    /// `ids`: the tokens that the text continues: its prompt, of so many tokens, or what a model begins with whose
    /// encoder reads the prompt.
    TextRow(const TextTask& task, std::vector<int64_t> ids, size_t prompt_tokens, Ends ends,
            const TextTokenizer& tokenizer);

    /// `count` tokens of the text so far, or as many as there are.
    std::span<const int64_t> tokens(size_t start, size_t count) const {
        const size_t first = std::min(start, ids_.size());
        return std::span(ids_).subspan(first, std::min(count, ids_.size() - first));
    }
    bool has_ended() const { return !finish_.empty(); }
    /// If the model's numbers are not finite.
    const std::optional<Failure>& failure() const { return failure_; }

    /// Whether the next token is the one with the largest logit, which may then be found wherever the logits are.
    bool is_plain() const { return sampler_.is_plain(); }
    /// Chooses the next token from the logits, which are overwritten.
    void choose(std::span<float> logits);
    /// The same for the largest logit, wherever it was found.
    void choose_largest(int64_t id, float logit);

    /// Once it has ended. "more": why it ended ("eos", "length", "stop"), and the number of tokens of the prompt and of
    /// new ones, the one that ended it included.
    ResultRecord record() const;

private:
    void add(int64_t id);
    void fail();
    size_t new_tokens() const { return ids_.size() - given_; }
    void end(const std::string& finish);
    /// Takes over what is final of the text; ends it before the first of the stop strings, if there is one.
    void append(const std::string& text);

    const std::vector<std::string> stop_;
    const Ends ends_;
    const size_t given_, prompt_tokens_;
    std::vector<int64_t> ids_;
    TokenSampler sampler_;
    TextStream stream_;
    std::string text_, finish_;
    std::optional<Failure> failure_;
};

}  // namespace fanlight
