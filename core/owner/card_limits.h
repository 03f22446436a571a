#pragma once

#include <span>
#include <string>

#include "core/base/sentence.h"
#include "core/devices/device_list.h"

namespace fanlight {

/// What every GPU is to stay below; 0: no limit.
struct CardLimits {
    int celsius = 0, watts = 0;

    bool operator==(const CardLimits&) const = default;
};

/// One of them: how it is kept, and how a card is held to it.
struct CardLimit {
    const char* key;                                                   ///< in the queue's file
    const char* unit;                                                  ///< "°C"
    int CardLimits::*limit;                                            ///< in that unit
    int lowest, highest;                                               ///< that may be asked for
    Sentence (*range)(const CardLimit&, int value);                    ///< refuses any other
    double (*read)(const Device&);                                     ///< in that unit; negative: unknown
    int seconds;                                                       ///< it is the mean of so many; 0: the latest
    double (*free_at)(int limit);                                      ///< what a held card has to come down to
    Sentence (*words)(const std::string& card, int value, int limit);  ///< why a card is held
};

/// All that can be limited.
std::span<const CardLimit> card_limits();

/// Throws UsageError naming the limit that is out of its range.
void check_limits(const CardLimits& limits);

}  // namespace fanlight
