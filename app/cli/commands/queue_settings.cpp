#include <cstdio>
#include <memory>
#include <optional>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "core/base/text.h"
#include "core/owner/run_queue.h"

namespace fanlight {

namespace {

struct SettingsOptions {
    std::optional<std::string> after_run, after_queue, quiet_hours, resume;
    std::optional<int> max_celsius, max_watts;

    bool any() const { return after_run || after_queue || quiet_hours || resume || max_celsius || max_watts; }
};

void change(QueueSettings& settings, const SettingsOptions& options) {
    if (options.after_run) set_command(settings.after_run, *options.after_run);
    if (options.after_queue) set_command(settings.after_queue, *options.after_queue);
    if (options.quiet_hours) settings.quiet = quiet_hours_in(*options.quiet_hours);
    if (options.resume) settings.go_on_after_crash = *options.resume == "yes";
    settings.cards.celsius = options.max_celsius.value_or(settings.cards.celsius);
    settings.cards.watts = options.max_watts.value_or(settings.cards.watts);
    check_limits(settings.cards);
}

std::string or_none(const std::string& text) { return text.empty() ? "none" : printable(text); }

void print_settings(const QueueSettings& settings) {
    const auto limit = [](int value, const char* unit) {
        return value > 0 ? std::to_string(value) + " " + unit : "none";
    };
    std::printf("after each run       %s\n", or_none(settings.after_run).c_str());
    std::printf("after the queue      %s\n", or_none(settings.after_queue).c_str());
    std::printf("quiet hours          %s\n", or_none(text_of(settings.quiet)).c_str());
    std::printf("temperature limit    %s\n", limit(settings.cards.celsius, "°C").c_str());
    std::printf("power limit          %s\n", limit(settings.cards.watts, "W").c_str());
    std::printf("resume after crash   %s\n", settings.go_on_after_crash ? "yes" : "no");
}

}  // namespace

Action add_queue_settings(CLI::App& app) {
    const auto options = std::make_shared<SettingsOptions>();
    app.add_option("--after-run", options->after_run,
                   "A shell command to run after each run that has finished or failed, or none. Its environment has "
                   "FANLIGHT_RUN_FOLDER, _NAME, _STATE, _TOTAL, _DONE, _FAILED, _CANCELLED and _SECONDS")
        ->type_name("COMMAND")
        ->default_str("none");
    app.add_option("--after-queue", options->after_queue,
                   "The same for when nothing waits any more; its environment also has FANLIGHT_QUEUE_RUNS, "
                   "_FAILED_RUNS, _TOTAL, _DONE, _FAILED, _CANCELLED and _SECONDS")
        ->type_name("COMMAND")
        ->default_str("none");
    app.add_option("--quiet-hours", options->quiet_hours,
                   "Begin no new items between these times of day, such as 22:00-07:00, or none")
        ->type_name("FROM-TO")
        ->default_str("none");
    app.add_option("--max-temperature", options->max_celsius,
                   "Begin no new items on a GPU hotter than this many °C until it has cooled down by 5 °C; 0: no limit")
        ->default_str("0");
    app.add_option("--max-power", options->max_watts,
                   "Begin no new items on a GPU that has drawn more than this many watts on average over the last "
                   "minute until that is 5 % lower; 0: no limit")
        ->default_str("0");
    app.add_option("--resume-after-crash", options->resume,
                   "Whether queued runs continue by themselves after a crash or a restart")
        ->default_str("yes")
        ->check(CLI::IsMember({"yes", "no"}));
    app.footer("Settings that are left out stay as they are.");
    add_examples(app, {"fanlight queue settings --quiet-hours 22:00-07:00 --max-temperature 85",
                       "fanlight queue settings --after-queue \"notify-send Done\""});
    return [options] {
        RunQueue queue;
        if (options->any()) queue.change_settings([&](QueueSettings& settings) { change(settings, *options); });
        print_settings(queue.settings());
        return ExitCode::Done;
    };
}

}  // namespace fanlight
