#include "core/base/number_text.h"

#include <cmath>

#include "core/base/sentence.h"
#include "core/base/text.h"

namespace fanlight {

std::string ranges_text(const std::vector<int64_t>& numbers) {
    constexpr size_t most_ranges = 20;
    std::vector<std::string> ranges;
    for (size_t first = 0; first < numbers.size();) {
        if (ranges.size() == most_ranges) {
            ranges.push_back(std::to_string(numbers.size() - first) + " more");
            break;
        }
        size_t last = first;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        std::string range = std::to_string(numbers[first]);
        if (last > first) range += "-" + std::to_string(numbers[last]);
        ranges.push_back(std::move(range));
        first = last + 1;
    }
    return listed(ranges).text();
}

Sentence duration_text(double seconds) {
    const auto whole = static_cast<int64_t>(std::llround(seconds));
    if (whole < 60) return Sentence("%1 s", whole);
    if (whole < 3600) return Sentence("%1 min %2 s", whole / 60, whole % 60);
    return Sentence("%1 h %2 min", whole / 3600, whole % 3600 / 60);
}

}  // namespace fanlight
