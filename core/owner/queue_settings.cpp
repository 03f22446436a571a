#include "core/owner/queue_settings.h"

#include <cstdio>
#include <ctime>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr int minutes_a_day = 24 * 60;
constexpr size_t max_command_bytes = 4096;

/// -1: that is no time of day.
int minute_in(const std::string& text) {
    int hour = 0, minute = 0;
    char after = 0;
    if (text.size() > 5 || std::sscanf(text.c_str(), "%2d:%2d%c", &hour, &minute, &after) != 2) return -1;
    return hour >= 0 && hour < 24 && minute >= 0 && minute < 60 ? hour * 60 + minute : -1;
}

}  // namespace

bool QuietHours::has(int minute) const {
    return from <= to ? from <= minute && minute < to : minute >= from || minute < to;
}

std::string time_of_day_text(int minute) {
    char text[8];
    std::snprintf(text, sizeof text, "%02d:%02d", minute / 60 % 24, minute % 60);
    return text;
}

std::string text_of(const QuietHours& hours) {
    return hours.from == hours.to ? "" : time_of_day_text(hours.from) + "-" + time_of_day_text(hours.to);
}

QuietHours quiet_hours_in(const std::string& text) {
    if (text.empty() || text == "none") return {};
    const size_t dash = std::min(text.find('-'), text.size());
    const int from = minute_in(text.substr(0, dash)), to = dash < text.size() ? minute_in(text.substr(dash + 1)) : -1;
    if (from < 0 || to < 0 || from == to)
        throw UsageError("Quiet hours are two times of day, such as 22:00-07:00, or none, not %1", in_quotes(text));
    return {from, to};
}

int time_of_day() {
    const std::time_t now = std::time(nullptr);
    std::tm local{};
    ::localtime_r(&now, &local);
    return (local.tm_hour * 60 + local.tm_min) % minutes_a_day;
}

std::optional<std::string> quiet_until(const QuietHours& hours) {
    return hours.has(time_of_day()) ? std::optional(time_of_day_text(hours.to)) : std::nullopt;
}

void set_command(std::string& command, const std::string& text) {
    const std::string line(text == "none" ? "" : trimmed(text));
    if (line.size() > max_command_bytes || line.find_first_of("\n\r") != std::string::npos ||
        line.find('\0') != std::string::npos)
        throw UsageError("A command after a run is one line of at most %1 bytes; put more into a script, and name that",
                         max_command_bytes);
    command = line;
}

void check_max_celsius(int celsius) {
    if (celsius != 0 && (celsius < lowest_max_celsius || celsius > highest_max_celsius))
        throw UsageError("The highest temperature of a GPU must be from %1 to %2 °C, or 0 for no limit, not %3",
                         lowest_max_celsius, highest_max_celsius, celsius);
}

void write_settings(Json& json, const QueueSettings& settings) {
    json["go_on_after_crash"] = settings.go_on_after_crash;
    json["after_run"] = settings.after_run;
    json["after_queue"] = settings.after_queue;
    json["quiet_hours"] = text_of(settings.quiet);
    json["max_celsius"] = settings.max_celsius;
}

QueueSettings settings_in(const Json& json, const Place& where) {
    QueueSettings settings{.go_on_after_crash = required<bool>(json, "go_on_after_crash", where)};
    set_command(settings.after_run, optional_or<std::string>(json, "after_run", "", where));
    set_command(settings.after_queue, optional_or<std::string>(json, "after_queue", "", where));
    settings.quiet = quiet_hours_in(optional_or<std::string>(json, "quiet_hours", "", where));
    settings.max_celsius = optional_or<int>(json, "max_celsius", 0, where);
    check_max_celsius(settings.max_celsius);
    return settings;
}

}  // namespace fanlight
