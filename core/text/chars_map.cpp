#include "core/text/chars_map.h"

#include <unicode/brkiter.h>
#include <unicode/utext.h>

#include <cstring>
#include <memory>

#include "core/base/base64.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/text/pattern.h"
#include "core/text/unicode.h"

namespace fanlight {

namespace {

/// A unit of the trie: the label of the way to it, where its children are, whether a value is among them.
bool has_value(uint32_t unit) { return (unit >> 8 & 1) != 0; }
uint32_t label(uint32_t unit) { return unit & 0x8000'00FFu; }
uint32_t children(uint32_t unit) { return unit >> 10 << ((unit & 1u << 9) >> 6); }
bool is_value(uint32_t unit) { return unit >> 31 != 0; }
uint32_t value(uint32_t unit) { return unit & 0x7FFF'FFFFu; }

/// Graphemes of texts that are not ASCII alone.
class Graphemes {
public:
    explicit Graphemes(std::string_view text) : size_(text.size()) {
        UErrorCode status = U_ZERO_ERROR;
        text_ = utext_openUTF8(nullptr, text.data(), static_cast<int64_t>(text.size()), &status);
        iterator_.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
        if (iterator_ && U_SUCCESS(status)) iterator_->setText(text_, status);
        if (U_FAILURE(status)) throw Error("Cannot divide a text into characters: %1", u_errorName(status));
    }
    ~Graphemes() { utext_close(text_); }
    Graphemes(const Graphemes&) = delete;
    Graphemes& operator=(const Graphemes&) = delete;

    size_t end_after(size_t at) {
        const int32_t end = iterator_->following(static_cast<int32_t>(at));
        return end == icu::BreakIterator::DONE ? size_ : static_cast<size_t>(end);
    }

private:
    size_t size_;
    UText* text_ = nullptr;
    std::unique_ptr<icu::BreakIterator> iterator_;
};

/// Whether a byte is in the middle of a character.
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

bool is_ascii_at(std::string_view text, size_t at) {
    return at >= text.size() || static_cast<unsigned char>(text[at]) < 0x80;
}

}  // namespace

CharsMap::CharsMap(std::string_view bytes, const Place& where) {
    if (bytes.empty()) return;
    uint32_t trie_bytes = 0;
    if (bytes.size() >= sizeof trie_bytes) std::memcpy(&trie_bytes, bytes.data(), sizeof trie_bytes);
    bytes.remove_prefix(std::min(bytes.size(), sizeof trie_bytes));
    if (trie_bytes == 0 || trie_bytes % sizeof(uint32_t) != 0 || trie_bytes > bytes.size())
        throw Error("%1: the character map is cut off", where);
    units_.resize(trie_bytes / sizeof(uint32_t));
    std::memcpy(units_.data(), bytes.data(), trie_bytes);
    replacements_ = bytes.substr(trie_bytes);
    check_values(where);
}

void CharsMap::check_values(const Place& where) const {
    bool good = first_invalid_utf8(replacements_) == std::string_view::npos;
    for (size_t i = 0; good && i < units_.size(); ++i) {
        if (is_value(units_[i]) || !has_value(units_[i])) continue;
        const size_t place = i ^ children(units_[i]);
        const size_t begin = place < units_.size() ? value(units_[place]) : replacements_.size();
        good = begin < replacements_.size() && !continues(replacements_[begin]);
    }
    if (!good) throw Error("%1: the character map is damaged", where);
}

CharsMap CharsMap::from_base64(std::string_view text, const Place& where) {
    const std::optional<std::string> bytes = fanlight::from_base64(text);
    if (!bytes) throw Error("%1: the character map is not base64", where);
    return {*bytes, where};
}

/// Calls found(length, replacement) for each entry that the text begins with, the shortest first, until it says false.
template <class Found>
void CharsMap::prefixes(std::string_view text, const Found& found) const {
    if (units_.empty()) return;
    size_t node = children(units_[0]);
    for (size_t length = 0; length < text.size(); ++length) {
        const auto byte = static_cast<unsigned char>(text[length]);
        node ^= byte;
        if (byte == 0 || node >= units_.size() || label(units_[node]) != byte) return;
        const uint32_t unit = units_[node];
        node ^= children(unit);
        if (has_value(unit) && !found(length + 1, replacement(value(units_[node])))) return;
    }
}

std::string_view CharsMap::replacement(uint32_t value) const {
    const std::string_view rest = std::string_view(replacements_).substr(value);
    return rest.substr(0, rest.find('\0'));
}

std::optional<std::string_view> CharsMap::shortest(std::string_view text) const {
    std::optional<std::string_view> result;
    prefixes(text, [&](size_t, std::string_view replacement) {
        result = replacement;
        return false;
    });
    return result;
}

void CharsMap::append_grapheme(std::string_view grapheme, std::string& normalised) const {
    constexpr size_t max_bytes = 5;
    if (grapheme.size() <= max_bytes) {
        if (const auto replacement = shortest(grapheme)) {
            normalised += *replacement;
            return;
        }
    }
    for (size_t at = 0; at < grapheme.size();) {
        const size_t begin = at;
        next_character(grapheme, at);
        const std::string_view character = grapheme.substr(begin, at - begin);
        normalised += shortest(character).value_or(character);
    }
}

std::string CharsMap::normalise_graphemes(std::string_view text) const {
    if (units_.empty()) return std::string(text);
    std::string normalised;
    normalised.reserve(text.size());
    std::unique_ptr<Graphemes> graphemes;
    for (size_t at = 0; at < text.size();) {
        // ASCII before ASCII stands alone, unless it is a line break of two characters.
        size_t end = at + 1;
        const bool line_break = text[at] == '\r' && end < text.size() && text[end] == '\n';
        if (!is_ascii_at(text, at) || !is_ascii_at(text, end)) {
            if (!graphemes) graphemes = std::make_unique<Graphemes>(text);
            end = graphemes->end_after(at);
        } else if (line_break) {
            ++end;
        }
        append_grapheme(text.substr(at, end - at), normalised);
        check_text_size(normalised.size());
        at = end;
    }
    return normalised;
}

std::string CharsMap::normalise_longest(std::string_view text) const {
    std::string normalised;
    normalised.reserve(text.size());
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        next_character(text, end);
        std::string_view result = text.substr(at, end - at);
        prefixes(text.substr(at), [&](size_t length, std::string_view replacement) {
            const bool whole = at + length == text.size() || !continues(text[at + length]);
            if (whole) end = at + length, result = replacement;
            return true;
        });
        normalised += result;
        check_text_size(normalised.size());
        at = end;
    }
    return normalised;
}

}  // namespace fanlight
