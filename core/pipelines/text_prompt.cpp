#include "core/pipelines/text_prompt.h"

#include <algorithm>
#include <utility>

#include "core/base/error.h"

namespace fanlight {

namespace {

/// Tokens [begin, end) of an encoding.
struct Range {
    size_t begin = 0, end = 0;
    size_t size() const { return end - begin; }
};

/// Where a text alone is within what the tokenizer made of all.
Range range_of(const std::vector<int64_t>& text, const std::vector<int64_t>& all, size_t from) {
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(from);
    const auto found = std::search(first, all.end(), text.begin(), text.end());
    const auto begin = static_cast<size_t>((found == all.end() ? first : found) - all.begin());
    return {begin, std::min(all.size(), begin + text.size())};
}

/// What is left of two texts of these lengths, as in the tokenizers library's LongestFirst: the shorter one is cut only
/// if half of the room is too little for it.
std::pair<size_t, size_t> longest_first(size_t first, size_t second, size_t room) {
    const bool swapped = first > second;
    if (swapped) std::swap(first, second);
    second = first > room ? first : std::min(second, std::max(first, room - first));
    if (first + second > room) {
        first = room / 2;
        second = room - first;
    }
    if (swapped) std::swap(first, second);
    return {first, second};
}

/// Takes tokens off the range's left or right side until `left_over` are left.
void shorten(Encoding& encoding, const Range& range, size_t left_over, bool left) {
    const size_t surplus = range.size() - std::min(range.size(), left_over);
    const auto begin = static_cast<std::ptrdiff_t>(left ? range.begin : range.end - surplus),
               end = begin + static_cast<std::ptrdiff_t>(surplus);
    for (std::vector<int64_t>* values : {&encoding.ids, &encoding.type_ids})
        if (!values->empty()) values->erase(values->begin() + begin, values->begin() + end);
}

void truncate(Encoding& encoding, const TextInput& input, const TextTokenizer& tokenizer, size_t room) {
    const TextTokenizer::Options alone{.add_special_tokens = false, .read_special_tokens = input.special_tokens};
    const bool left = input.truncate == "left";
    const Range text = range_of(tokenizer.encode(input.text, alone), encoding.ids, 0);
    const Range pair = input.pair.empty() ? Range{encoding.ids.size(), encoding.ids.size()}
                                          : range_of(tokenizer.encode(input.pair, alone), encoding.ids, text.end);
    const size_t special = encoding.ids.size() - text.size() - pair.size();
    const size_t for_texts = room - std::min(room, special);
    const auto [of_text, of_pair] = longest_first(text.size(), pair.size(), for_texts);
    shorten(encoding, pair, of_pair, left);
    shorten(encoding, text, of_text, left);
}

Encoding encoded(const TextInput& input, const TextTokenizer& tokenizer) {
    const TextTokenizer::Options options{.read_special_tokens = input.special_tokens};
    if (!input.pair.empty()) return tokenizer.encode_pair(input.text, input.pair, options);
    Encoding encoding{tokenizer.encode(input.text, options), {}};
    encoding.type_ids.resize(encoding.ids.size());
    return encoding;
}

/// The first words of a prompt, for messages.
std::string beginning(const std::string& prompt) {
    constexpr size_t most = 40;
    size_t end = std::min(prompt.size(), most);
    while (end > 0 && end < prompt.size() && (static_cast<unsigned char>(prompt[end]) & 0xC0) == 0x80) --end;
    return "\"" + prompt.substr(0, end) + (end < prompt.size() ? "…\"" : "\"");
}

/// Whether the token stands for a text that a blank begins.
bool begins_with_blank(int64_t id, const TextTokenizer& tokenizer) {
    const std::string token = tokenizer.token_of(id).value_or("");
    return token.starts_with("▁") || token.starts_with("Ġ");
}

void check_known(const std::vector<int64_t>& ids, int64_t vocabulary) {
    const int64_t largest = *std::max_element(ids.begin(), ids.end());
    if (largest >= vocabulary)
        throw Error(
            "The tokenizer knows a token %1 and the model only %2 tokens; tokenizer and weights belong to different "
            "models.",
            largest, vocabulary);
}

}  // namespace

Encoding prompt_tokens(const TextInput& input, const TextTokenizer& tokenizer, const TextLimits& limits) {
    Encoding encoding = encoded(input, tokenizer);
    if (encoding.ids.empty() && limits.begin_id) encoding = {{*limits.begin_id}, {0}};
    if (encoding.ids.empty())
        throw Error("The prompt is empty, and this model has no token that begins a text; give it a prompt.");
    const auto length = static_cast<int64_t>(encoding.ids.size());
    const int64_t room = std::max<int64_t>(1, limits.context - input.new_tokens);
    if (!input.truncate.empty() && length > room) truncate(encoding, input, tokenizer, static_cast<size_t>(room));
    if (static_cast<int64_t>(encoding.ids.size()) > limits.context)
        throw Error(
            "The prompt %1 is %2 tokens long and the model's context %3; shorten it, or let it be truncated (left or "
            "right).",
            beginning(input.text), length, limits.context);
    check_known(encoding.ids, limits.vocabulary);
    return encoding;
}

std::vector<int64_t> prompt_ids(const TextTask& task, const TextTokenizer& tokenizer, const TextLimits& limits) {
    return prompt_tokens({.text = task.input(),
                          .truncate = task.truncate,
                          .special_tokens = task.special_tokens,
                          .new_tokens = task.max_new_tokens},
                         tokenizer, limits)
        .ids;
}

std::vector<int64_t> label_ids(const std::string& prompt, const std::string& label, const TextTokenizer& tokenizer,
                               bool special_tokens) {
    const TextTokenizer::Options whole{.read_special_tokens = special_tokens},
        alone{.add_special_tokens = false, .read_special_tokens = special_tokens};
    const std::vector<int64_t> before = tokenizer.encode(prompt, whole),
                               all = tokenizer.encode(prompt + " " + label, whole);
    if (all.size() >= before.size() && std::equal(before.begin(), before.end(), all.begin()))
        return {all.begin() + static_cast<std::ptrdiff_t>(before.size()), all.end()};
    std::vector<int64_t> own = tokenizer.encode(label, alone);
    const bool puts_blank = !label.starts_with(' ') && !own.empty() && begins_with_blank(own.front(), tokenizer);
    return puts_blank ? own : tokenizer.encode(" " + label, alone);
}

LabelledPrompt labelled_prompt(const ScoreTask& task, const TextTokenizer& tokenizer, const TextLimits& limits) {
    LabelledPrompt result;
    std::pair<size_t, std::string> longest;
    for (const std::string& label : task.labels) {
        result.labels.push_back(label_ids(task.prompt, label, tokenizer, task.special_tokens));
        const std::vector<int64_t>& ids = result.labels.back();
        if (ids.empty())
            throw Error("The label %1 has no tokens for this model; choose another one.", beginning(label));
        check_known(ids, limits.vocabulary);
        longest = std::max(longest, {ids.size(), label});
    }
    const auto room = static_cast<int64_t>(longest.first);
    result.prompt =
        prompt_tokens(
            {.text = task.prompt, .truncate = task.truncate, .special_tokens = task.special_tokens, .new_tokens = room},
            tokenizer, limits)
            .ids;
    if (static_cast<int64_t>(result.prompt.size()) + room > limits.context)
        throw Error(
            "The prompt %1 is %2 tokens long, its label %3 %4, and the model's context %5; shorten them, or let the "
            "prompt be truncated (left or right).",
            beginning(task.prompt), result.prompt.size(), beginning(longest.second), room, limits.context);
    return result;
}

}  // namespace fanlight
