#include "core/devices/encoder_stay.h"

#include <algorithm>
#include <vector>

#include "core/base/error.h"

namespace fanlight {

namespace {

const std::vector<std::string>& stay_names() {
    static const std::vector<std::string> names = {"always", "while_reading", "in_turns"};
    return names;
}

}  // namespace

const std::string& name_of(EncoderStay stay) { return stay_names()[static_cast<size_t>(stay)]; }

EncoderStay encoder_stay_named(const std::string& name) {
    const auto& names = stay_names();
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) throw Error("Text encoders cannot stay %1; there are %2", in_quotes(name), listed(names));
    return static_cast<EncoderStay>(found - names.begin());
}

}  // namespace fanlight
