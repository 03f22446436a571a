#include "core/batch/picture_part.h"

#include <charconv>
#include <initializer_list>
#include <utility>

#include "core/batch/blanks.h"

namespace fanlight {

namespace {

std::optional<int> number_in(std::string_view text, int min) {
    text = without_blanks(text);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < min || number > max_told_pixels)
        return std::nullopt;
    return number;
}

/// Two numbers with one of the separators between them.
std::optional<std::pair<int, int>> pair_in(std::string_view text, std::initializer_list<std::string_view> separators,
                                           int min) {
    for (const std::string_view separator : separators) {
        const size_t at = text.find(separator);
        if (at == std::string_view::npos) continue;
        const auto first = number_in(text.substr(0, at), min),
                   second = number_in(text.substr(at + separator.size()), min);
        if (first && second) return std::pair(*first, *second);
        return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::string text_of(const PictureSize& size) { return std::to_string(size.width) + "x" + std::to_string(size.height); }

std::string text_of(const PicturePlace& place) { return std::to_string(place.left) + "," + std::to_string(place.top); }

std::optional<PictureSize> picture_size_in(std::string_view text) {
    const auto sides = pair_in(text, {"x", "X", "×", "*"}, 1);
    return sides ? std::optional(PictureSize{sides->first, sides->second}) : std::nullopt;
}

std::optional<PicturePlace> picture_place_in(std::string_view text) {
    const auto numbers = pair_in(text, {","}, 0);
    return numbers ? std::optional(PicturePlace{numbers->first, numbers->second}) : std::nullopt;
}

}  // namespace fanlight
