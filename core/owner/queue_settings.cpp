#include "core/owner/queue_settings.h"

#include <cstdio>
#include <ctime>

#include "core/base/error.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr int minutes_a_day = 24 * 60;
constexpr size_t max_command_bytes = 4096;

/// One or two digits, a colon, two digits; -1: that is no time of day.
int minute_in(std::string_view text) {
    const size_t colon = text.find(':');
    if ((colon != 1 && colon != 2) || text.size() != colon + 3) return -1;
    const auto number = [](std::string_view digits) {
        int value = 0;
        for (const char c : digits) value = c >= '0' && c <= '9' ? value * 10 + (c - '0') : 100;
        return value;
    };
    const int hour = number(text.substr(0, colon)), minute = number(text.substr(colon + 1));
    return hour < 24 && minute < 60 ? hour * 60 + minute : -1;
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

void write_settings(Json& json, const QueueSettings& settings) {
    json["go_on_after_crash"] = settings.go_on_after_crash;
    json["after_run"] = settings.after_run;
    json["after_queue"] = settings.after_queue;
    json["quiet_hours"] = text_of(settings.quiet);
    for (const CardLimit& each : card_limits()) json[each.key] = settings.cards.*each.limit;
}

QueueSettings settings_in(const Json& json, const Place& where) {
    QueueSettings settings{.go_on_after_crash = required<bool>(json, "go_on_after_crash", where)};
    set_command(settings.after_run, optional_or<std::string>(json, "after_run", "", where));
    set_command(settings.after_queue, optional_or<std::string>(json, "after_queue", "", where));
    settings.quiet = quiet_hours_in(optional_or<std::string>(json, "quiet_hours", "", where));
    for (const CardLimit& each : card_limits()) settings.cards.*each.limit = optional_or<int>(json, each.key, 0, where);
    check_limits(settings.cards);
    return settings;
}

}  // namespace fanlight
