#include "core/batch/timesteps.h"

#include <algorithm>
#include <charconv>

#include "core/base/text.h"

namespace fanlight {

std::string text_of_timesteps(const Timesteps& timesteps) {
    std::vector<std::string> numbers;
    for (const int t : timesteps) numbers.push_back(std::to_string(t));
    return join(numbers, ",");
}

std::optional<Timesteps> timesteps_in(std::string_view text) {
    constexpr std::string_view between = " \t,;";
    text = trimmed(text);
    if (text.starts_with('[') && text.ends_with(']') && text.size() > 1) text = text.substr(1, text.size() - 2);
    Timesteps timesteps;
    for (size_t begin = text.find_first_not_of(between); begin != std::string_view::npos;
         begin = text.find_first_not_of(between, begin)) {
        const size_t end = std::min(text.find_first_of(between, begin), text.size());
        int t = 0;
        const auto read = std::from_chars(text.data() + begin, text.data() + end, t);
        const bool descends = timesteps.empty() || t < timesteps.back();
        if (read.ec != std::errc() || read.ptr != text.data() + end || t < 0 || t > max_timestep || !descends ||
            timesteps.size() == max_timesteps)
            return std::nullopt;
        timesteps.push_back(t);
        begin = end;
    }
    return timesteps.empty() ? std::nullopt : std::optional(std::move(timesteps));
}

}  // namespace fanlight
