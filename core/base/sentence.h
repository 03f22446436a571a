#pragma once

#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace fanlight {

/// The English pattern of a sentence whose places "%1" to "%9" take so many parts. That each part has its place, and
/// each place its part, is checked when it is compiled.
template <typename... Parts>
class SentencePattern {
public:
    template <size_t size>
    consteval SentencePattern(const char (&text)[size]) : text_(text) {  // NOLINT(google-explicit-constructor)
        bool used[10] = {};
        for (size_t i = 0; i + 1 < size; ++i) {
            if (text[i] != '%' || text[i + 1] < '1' || text[i + 1] > '9') continue;
            const auto place = static_cast<size_t>(text[i + 1] - '0');
            if (place > sizeof...(Parts)) throw "a place without a part";
            used[place] = true;
        }
        for (size_t place = 1; place <= sizeof...(Parts); ++place)
            if (!used[place]) throw "a part without a place";
    }

    const char* text() const { return text_; }

private:
    const char* text_;
};

/// A sentence for people, or a part of one: an English pattern and what stands in its places, so that a window can say
/// it in another language. The pattern is the key of its translations; a value, such as a file's name, has none. A
/// part that counts something is made by counted().
class Sentence {
public:
    Sentence() = default;

    /// A value: what it says is the same in every language. Explicit, lest an English sentence become one by accident.
    explicit Sentence(std::string value) : text_(std::move(value)) {}

    /// A whole sentence, without places.
    template <size_t size>
    Sentence(const char (&text)[size]) : text_(text), pattern_(text) {}  // NOLINT(google-explicit-constructor)

    template <typename... Parts>
    explicit Sentence(SentencePattern<std::type_identity_t<Parts>...> pattern, const Parts&... parts)
        : Sentence(pattern.text(), std::nullopt, std::vector<Sentence>{part(parts)...}) {}

    /// One that was sent or kept by text(), pattern(), count() and parts().
    static Sentence restored(std::string text, std::string pattern, std::optional<int64_t> count,
                             std::vector<Sentence> parts);

    /// In English.
    const std::string& text() const { return text_; }
    bool empty() const { return text_.empty(); }
    /// If it is longer than that, its English text cut there.
    Sentence shortened(size_t max_bytes) const;
    /// Without its full stop, to be continued.
    Sentence open() const;

    /// Empty for a value.
    const std::string& pattern() const { return pattern_; }
    const std::vector<Sentence>& parts() const { return parts_; }
    /// What stands for "%n" in the pattern, which is then the one of several.
    std::optional<int64_t> count() const { return count_; }

    bool operator==(const Sentence&) const = default;

private:
    friend Sentence counted(int64_t count, SentencePattern<> one, SentencePattern<> several);

    Sentence(std::string pattern, std::optional<int64_t> count, std::vector<Sentence> parts);

    template <typename Value>
    static Sentence part(const Value& value) {
        if constexpr (std::same_as<Value, Sentence>)
            return value;
        else if constexpr (requires {
                               { value.sentence() } -> std::same_as<Sentence>;
                           })  // a place
            return value.sentence();
        else if constexpr (std::same_as<Value, std::filesystem::path>)
            return Sentence(value.string());
        else if constexpr (std::same_as<Value, char>)
            return Sentence(std::string(1, value));
        else if constexpr (std::integral<Value>)
            return Sentence(std::to_string(value));
        else
            return Sentence(std::string(value));
    }

    std::string text_, pattern_;
    std::optional<int64_t> count_;
    std::vector<Sentence> parts_;
};

/// "1 image" or "12 images": counted(n, "%n image", "%n images").
Sentence counted(int64_t count, SentencePattern<> one, SentencePattern<> several);

/// A list: "a, b and c", or "a, b and 3 more" with at most `most` of its names.
Sentence listed(const std::vector<std::string>& names, size_t most = std::numeric_limits<size_t>::max());

/// A choice: "a, b or c".
Sentence one_of(const std::vector<std::string>& names);

}  // namespace fanlight
