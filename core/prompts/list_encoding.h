#pragma once

#include <string>

#include "core/base/place.h"

namespace fanlight {

/// A list's bytes as UTF-8 without a byte order mark in front. UTF-16 is read if it has one, as Excel's "Unicode Text"
/// and Windows' editors write it. Throws UsageError "NAME, line L, column C: …" for other encodings and NUL characters:
/// the whole text is checked, so that an unused column cannot hide them.
std::string utf8_of_list(std::string bytes, const Place& name);

}  // namespace fanlight
