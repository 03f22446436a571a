#include "core/pipelines/text_row.h"

#include <algorithm>
#include <cmath>

namespace fanlight {

TextRow::TextRow(const TextTask& task, std::vector<int64_t> ids, size_t prompt_tokens, Ends ends,
                 const TextTokenizer& tokenizer)
    : stop_(task.stop),
      ends_(std::move(ends)),
      given_(ids.size()),
      prompt_tokens_(prompt_tokens),
      ids_(std::move(ids)),
      sampler_(task, ends_.ids, ends_.suppressed),
      stream_(tokenizer, /*skip_special_tokens=*/true) {}

void TextRow::choose(std::span<float> logits) {
    // A sum of numbers that are not finite is not finite either; that of finite ones is never out of range.
    double sum = 0;
    for (const float logit : logits) sum += logit;
    std::isfinite(sum) ? add(sampler_.next(logits, ids_, static_cast<int64_t>(new_tokens()))) : fail();
}

void TextRow::choose_largest(int64_t id, float logit) { std::isfinite(logit) ? add(id) : fail(); }

void TextRow::fail() {
    finish_ = "failed";
    failure_ = {"nan", "The model's numbers are not finite; try another dtype."};
}

void TextRow::add(int64_t id) {
    ids_.push_back(id);
    append(stream_.add(id));
    if (has_ended()) return;
    if (std::find(ends_.ids.begin(), ends_.ids.end(), id) != ends_.ids.end())
        end("eos");
    else if (static_cast<int64_t>(new_tokens()) >= ends_.max_new)
        end("length");
}

void TextRow::end(const std::string& finish) {
    append(stream_.finish());
    if (!has_ended()) finish_ = finish;
}

void TextRow::append(const std::string& text) {
    const size_t before = text_.size();
    text_ += text;
    size_t first = std::string::npos;
    for (const std::string& stop : stop_) {
        if (stop.empty()) continue;
        const size_t from = before < stop.size() ? 0 : before - stop.size() + 1;
        first = std::min(first, text_.find(stop, from));
    }
    if (first == std::string::npos) return;
    text_.resize(first);
    finish_ = "stop";
}

ResultRecord TextRow::record() const {
    return {text_, {{"finish", finish_}, {"prompt_tokens", prompt_tokens_}, {"new_tokens", new_tokens()}}};
}

}  // namespace fanlight
