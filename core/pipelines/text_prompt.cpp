#include "core/pipelines/text_prompt.h"

#include <algorithm>

#include "core/base/error.h"

namespace fanlight {

namespace {

/// Where the text alone is within what the tokenizer made of it.
size_t begin_of_text(const std::vector<int64_t>& all, const std::vector<int64_t>& text) {
    const auto found = std::search(all.begin(), all.end(), text.begin(), text.end());
    return static_cast<size_t>((found == all.end() ? all.begin() : found) - all.begin());
}

std::vector<int64_t> truncated(const std::vector<int64_t>& all, const std::vector<int64_t>& text, size_t surplus,
                               bool left) {
    const size_t begin = begin_of_text(all, text), end = begin + text.size();
    surplus = std::min(surplus, text.size());
    const size_t first = left ? begin : end - surplus;
    std::vector<int64_t> ids(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(first));
    ids.insert(ids.end(), all.begin() + static_cast<std::ptrdiff_t>(first + surplus), all.end());
    return ids;
}

/// The first words of a prompt, for messages.
std::string beginning(const std::string& prompt) {
    constexpr size_t most = 40;
    size_t end = std::min(prompt.size(), most);
    while (end > 0 && end < prompt.size() && (static_cast<unsigned char>(prompt[end]) & 0xC0) == 0x80) --end;
    return "\"" + prompt.substr(0, end) + (end < prompt.size() ? "…\"" : "\"");
}

}  // namespace

std::vector<int64_t> prompt_ids(const TextTask& task, const TextTokenizer& tokenizer, const TextLimits& limits) {
    const TextTokenizer::Options all{.read_special_tokens = task.special_tokens},
        text{.add_special_tokens = false, .read_special_tokens = task.special_tokens};
    const std::string input = task.input();
    std::vector<int64_t> ids = tokenizer.encode(input, all);
    if (ids.empty() && limits.begin_id) ids = {*limits.begin_id};
    if (ids.empty())
        throw Error("The prompt is empty, and this model has no token that begins a text; give it a prompt.");
    const auto length = static_cast<int64_t>(ids.size());
    if (!task.truncate.empty()) {
        const int64_t room = std::max<int64_t>(1, limits.context - task.max_new_tokens);
        if (length > room)
            ids = truncated(ids, tokenizer.encode(input, text), static_cast<size_t>(length - room),
                            task.truncate == "left");
    }
    if (static_cast<int64_t>(ids.size()) > limits.context)
        throw Error("The prompt " + beginning(input) + " is " + std::to_string(length) +
                    " tokens long and the model's context " + std::to_string(limits.context) +
                    "; shorten it, or let it be truncated (left or right).");
    const int64_t largest = *std::max_element(ids.begin(), ids.end());
    if (largest >= limits.vocabulary)
        throw Error("The tokenizer knows a token " + std::to_string(largest) + " and the model only " +
                    std::to_string(limits.vocabulary) + " tokens; tokenizer and weights belong to different models.");
    return ids;
}

}  // namespace fanlight
