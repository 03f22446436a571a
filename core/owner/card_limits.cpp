#include "core/owner/card_limits.h"

#include "core/base/error.h"

namespace fanlight {

namespace {

// Well below the limit, so that a card does not begin and stop all the time.
constexpr int cooling_celsius = 5;
constexpr double resting_share = 0.95;

constexpr CardLimit limits[] = {
    {.key = "max_celsius",
     .unit = "°C",
     .limit = &CardLimits::celsius,
     .lowest = 40,
     .highest = 120,
     .range =
         [](const CardLimit& own, int value) {
             return Sentence("The highest temperature of a GPU must be from %1 to %2 °C, or 0 for no limit, not %3",
                             own.lowest, own.highest, value);
         },
     .read = [](const Device& device) { return double(device.temperature_c); },
     .seconds = 0,
     .free_at = [](int limit) { return double(limit - cooling_celsius); },
     .words =
         [](const std::string& card, int value, int limit) {
             return Sentence("%1 is at %2 °C, above the limit of %3 °C: it begins nothing new until it has cooled down",
                             card, value, limit);
         }},
    {.key = "max_watts",
     .unit = "W",
     .limit = &CardLimits::watts,
     .lowest = 20,
     .highest = 5000,
     .range =
         [](const CardLimit& own, int value) {
             return Sentence("The highest power of a GPU must be from %1 to %2 W, or 0 for no limit, not %3",
                             own.lowest, own.highest, value);
         },
     .read = [](const Device& device) { return device.power_watts; },
     .seconds = 60,
     .free_at = [](int limit) { return resting_share * limit; },
     .words =
         [](const std::string& card, int value, int limit) {
             return Sentence(
                 "%1 has drawn %2 W on average over the last minute, above the limit of %3 W: it begins nothing new "
                 "until that is lower",
                 card, value, limit);
         }},
};

}  // namespace

std::span<const CardLimit> card_limits() { return limits; }

void check_limits(const CardLimits& asked) {
    for (const CardLimit& each : limits)
        if (const int value = asked.*each.limit; value != 0 && (value < each.lowest || value > each.highest))
            throw UsageError(each.range(each, value));
}

}  // namespace fanlight
