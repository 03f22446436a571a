#pragma once

#include <string>

#include "core/base/json.h"

namespace fanlight {

/// A cell as in RFC 4180, in quotation marks if need be. An object or a list is JSON, an empty one an empty cell.
std::string csv_cell(const Json& value);

}  // namespace fanlight
