#include "core/base/sentence.h"

#include "core/base/text.h"

namespace fanlight {

namespace {

/// The pattern with its places filled; what fills them is not searched for places.
std::string filled(std::string_view pattern, std::optional<int64_t> count, const std::vector<Sentence>& parts) {
    std::string text;
    for (size_t i = 0; i < pattern.size(); ++i) {
        const char next = pattern[i] == '%' && i + 1 < pattern.size() ? pattern[i + 1] : '\0';
        const bool is_place = next >= '1' && next <= '9' && static_cast<size_t>(next - '1') < parts.size();
        if (is_place)
            text += parts[static_cast<size_t>(next - '1')].text();
        else if (next == 'n' && count)
            text += std::to_string(*count);
        else
            text += pattern[i];
        i += is_place || (next == 'n' && count) ? 1 : 0;
    }
    return text;
}

}  // namespace

Sentence::Sentence(std::string pattern, std::optional<int64_t> count, std::vector<Sentence> parts)
    : text_(filled(pattern, count, parts)), pattern_(std::move(pattern)), count_(count), parts_(std::move(parts)) {}

Sentence Sentence::restored(std::string text, std::string pattern, std::optional<int64_t> count,
                            std::vector<Sentence> parts) {
    Sentence sentence(std::move(text));
    sentence.pattern_ = std::move(pattern);
    sentence.count_ = count;
    sentence.parts_ = std::move(parts);
    return sentence;
}

Sentence Sentence::shortened(size_t max_bytes) const {
    return text_.size() <= max_bytes ? *this : Sentence(text_.substr(0, max_bytes));
}

Sentence Sentence::open() const {
    Sentence sentence = *this;
    for (std::string* part : {&sentence.text_, &sentence.pattern_})
        if (part->ends_with('.')) part->pop_back();
    return sentence;
}

Sentence counted(int64_t count, SentencePattern<> one, SentencePattern<> several) {
    Sentence sentence(std::string(several.text()), count, {});
    if (count == 1) sentence.text_ = filled(one.text(), count, {});
    return sentence;
}

Sentence listed(const std::vector<std::string>& names, size_t most) {
    if (names.size() > most)
        return Sentence("%1 and %2 more",
                        join({names.begin(), names.begin() + static_cast<std::ptrdiff_t>(most)}, ", "),
                        names.size() - most);
    if (names.size() < 2) return names.empty() ? Sentence() : Sentence(names.front());
    return Sentence("%1 and %2", join({names.begin(), names.end() - 1}, ", "), names.back());
}

Sentence one_of(const std::vector<std::string>& names) {
    if (names.size() < 2) return names.empty() ? Sentence() : Sentence(names.front());
    return Sentence("%1 or %2", join({names.begin(), names.end() - 1}, ", "), names.back());
}

}  // namespace fanlight
