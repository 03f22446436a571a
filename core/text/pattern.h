#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.h"

namespace fanlight {

/// The longest text, however the parts of a tokenizer change it: a file can describe parts that double it time and
/// again.
inline constexpr size_t kMaxTextBytes = 64u << 20;

/// Throws Error if a text is longer than that.
void check_text_size(size_t bytes);

/// Bytes begin to end of a text.
struct Match {
    size_t begin;
    size_t end;
};

/// Something to look for in valid UTF-8. Immutable; any thread.
class Pattern {
public:
    virtual ~Pattern() = default;

    /// Appends the matches, which are in order and do not overlap. Throws Error if a regular expression takes too long.
    virtual void find(std::string_view text, std::vector<Match>& matches) const = 0;
};

/// {"String": "text"} or {"Regex": "regular expression in Oniguruma's syntax"}. The expressions of GPT-2, Llama 3 and
/// Qwen 2 are recognised and run as code; ICU runs any other. Throws Error "WHERE: …".
std::shared_ptr<const Pattern> make_pattern(const Json& pattern, const Place& where);

/// The text with `content` in the place of each match; an empty text has none. Throws Error if that would take more
/// than 1 GiB.
std::string replace_matches(std::string_view text, const Pattern& pattern, std::string_view content);

/// Every character for which `predicate` is true is a match of its own.
std::shared_ptr<const Pattern> make_character_pattern(std::function<bool(int32_t character)> predicate);

/// The expression that GPT-2's byte-level pre-tokeniser has built in.
std::shared_ptr<const Pattern> gpt2_words();

/// `\w+|[^\w\s]+`
std::shared_ptr<const Pattern> words_and_symbols();

}  // namespace fanlight
