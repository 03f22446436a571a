#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace fanlight {

/// A size in pixels, written "1024x768".
struct PictureSize {
    int width = 0, height = 0;

    bool operator==(const PictureSize&) const = default;
};

/// A place in pixels from the left and from the top, written "64,0".
struct PicturePlace {
    int left = 0, top = 0;

    bool operator==(const PicturePlace&) const = default;
};

constexpr int max_told_pixels = 65536;  ///< of sizes and places that a network is only told of

std::string text_of(const PictureSize& size);
std::string text_of(const PicturePlace& place);

/// "1024x768", "1024×768" or "1024*768", with blanks or without; nullopt: anything else, or a side out of range.
std::optional<PictureSize> picture_size_in(std::string_view text);
/// "64,0", with blanks or without; nullopt: anything else, or out of range.
std::optional<PicturePlace> picture_place_in(std::string_view text);

}  // namespace fanlight
