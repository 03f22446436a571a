#pragma once

#include <string>

namespace fanlight {

/// What a run may do about an item for which no device has enough memory, once everything has been tried that changes
/// no pixel: nothing, or go on with a recipe that needs less, which makes slightly other pixels.
enum class OnOom { Same, Any };

/// "same" or "any".
std::string name_of(OnOom on_oom);
/// Throws Error for any other name.
OnOom on_oom_named(const std::string& name);

}  // namespace fanlight
