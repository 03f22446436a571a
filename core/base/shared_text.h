#pragma once

#include <concepts>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/shared.h"

namespace fanlight {

/// An immutable string whose copies share its memory, for text that thousands of images have in common. May be shared
/// between threads.
class SharedText {
public:
    SharedText() = default;
    SharedText(std::string text) {
        if (!text.empty()) text_ = Shared<std::string>(std::move(text));
    }
    SharedText(const char* text) : SharedText(std::string(text)) {}

    const std::string& str() const {
        static const std::string none;
        return text_ ? *text_.get() : none;
    }
    operator const std::string&() const { return str(); }
    operator std::string_view() const { return str(); }
    bool empty() const { return !text_; }
    size_t size() const { return str().size(); }

    friend bool operator==(const SharedText&, const SharedText&) = default;
    template <std::convertible_to<std::string_view> Other>
    friend bool operator==(const SharedText& a, const Other& b) {
        return a.str() == std::string_view(b);
    }
    friend std::string operator+(std::string a, const SharedText& b) { return std::move(a) + b.str(); }
    friend std::ostream& operator<<(std::ostream& stream, const SharedText& text) { return stream << text.str(); }

private:
    Shared<std::string> text_;  ///< none if the text is empty
};

}  // namespace fanlight
