#include "core/base/text.h"

namespace fanlight {

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts) {
        if (&part != &parts.front()) text += separator;
        text += part;
    }
    return text;
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\r\n\v\f";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::string listed(const std::vector<std::string>& names) {
    if (names.size() < 2) return join(names, "");
    return join({names.begin(), names.end() - 1}, ", ") + " and " + names.back();
}

size_t first_invalid_utf8(std::string_view text) {
    const auto continues = [&](size_t at) {
        return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
    };
    for (size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        if (lead < 0x80) {
            ++i;
            continue;
        }
        const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
        if (lead < 0xC2 || lead > 0xF4) return i;
        for (size_t k = 1; k < length; ++k)
            if (!continues(i + k)) return i;
        const auto second = static_cast<unsigned char>(text[i + 1]);
        const bool overlong = (lead == 0xE0 && second < 0xA0) || (lead == 0xF0 && second < 0x90);
        const bool surrogate = lead == 0xED && second >= 0xA0;
        const bool beyond = lead == 0xF4 && second >= 0x90;
        if (overlong || surrogate || beyond) return i;
        i += length;
    }
    return std::string_view::npos;
}

}  // namespace fanlight
