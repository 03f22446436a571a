#pragma once

#include <optional>
#include <string>

#include "core/base/json.h"
#include "core/owner/card_limits.h"

namespace fanlight {

/// Between two times of day, in this machine's time zone, no new items begin. Minutes since midnight; equal: never.
/// They may span midnight.
struct QuietHours {
    int from = 0, to = 0;

    bool has(int minute) const;

    bool operator==(const QuietHours&) const = default;
};

/// "22:00-07:00"; empty: no quiet hours.
std::string text_of(const QuietHours& hours);
/// Throws UsageError on anything that text_of() does not return, but takes "none" as well.
QuietHours quiet_hours_in(const std::string& text);
/// "07:00"
std::string time_of_day_text(int minute);
/// Minutes since midnight, now.
int time_of_day();
/// "07:00" if the hours are quiet now; else nullopt.
std::optional<std::string> quiet_until(const QuietHours& hours);

/// What owners do of their own accord; kept in the queue's file, since they need no window.
struct QueueSettings {
    bool go_on_after_crash = true;  ///< runs that were being made when their owner died go on by themselves
    std::string after_run;          ///< a shell command, executed after each run (after_commands.h); empty: none
    std::string after_queue;        ///< the same, when nothing waits any more
    QuietHours quiet;
    CardLimits cards;  ///< a GPU above one of them begins nothing new

    bool operator==(const QueueSettings&) const = default;
};

/// Sets a shell command; "" or "none": none. Throws UsageError if it is too long, or has more than one line.
void set_command(std::string& command, const std::string& text);

void write_settings(Json& json, const QueueSettings& settings);
/// Throws Error naming what is wrong, after `where`.
QueueSettings settings_in(const Json& json, const Place& where);

}  // namespace fanlight
