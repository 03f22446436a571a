#include <algorithm>
#include <charconv>
#include <memory>
#include <numeric>
#include <vector>

#include "app/cli/cancelling.h"
#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/queue_listing.h"
#include "app/cli/say.h"
#include "core/owner/run_owner.h"
#include "core/run/run_folder.h"

namespace fanlight {

namespace {

struct QueueOptions {
    bool json = false;
    std::string run, before, name;
    bool first = false, last = false, all = false;
    std::vector<std::string> runs;
};

/// A run is named by its number in the list, or by its folder.
std::string named_folder(const KnownRuns& runs, const std::string& name) {
    size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) {
        if (number >= 1 && number <= runs.size()) return runs[number - 1].folder;
        throw UsageError("There is no run %1 in the queue; fanlight queue lists them", name);
    }
    return run_path(name).string();
}

ExitCode list(const QueueOptions& options) {
    const KnownRuns runs = runs_now();
    if (runs.empty() && !options.json) {
        say("No runs are known yet; those of fanlight generate and of the window will be listed here.");
        return ExitCode::Done;
    }
    std::vector<size_t> numbers(runs.size());
    std::iota(numbers.begin(), numbers.end(), 1);
    print_runs(runs, numbers, options.json);
    if (options.json) return ExitCode::Done;
    if (const auto until = quiet_until(RunQueue().settings().quiet))
        say("Quiet until " + *until + ": nothing new begins before then; fanlight queue settings changes that.");
    return ExitCode::Done;
}

ExitCode rename(const QueueOptions& options) {
    RunQueue queue;
    queue.rename(named_folder(queue.runs(), options.run), options.name);
    return list({});
}

ExitCode move(const QueueOptions& options) {
    if (int{options.first} + int{options.last} + int{!options.before.empty()} != 1)
        throw UsageError("Say where to move the run: give one of --before RUN, --first and --last");
    RunQueue().change([&](KnownRuns& runs) {
        const auto waits = [](const KnownRun& run) { return run.phase == RunPhase::Queued; };
        const std::string folder = named_folder(runs, options.run);
        std::string before = options.before.empty() ? "" : named_folder(runs, options.before);
        if (const auto front = std::find_if(runs.begin(), runs.end(), waits); options.first && front != runs.end())
            before = front->folder;
        move_before(runs, folder, before);
    });
    return list({});
}

ExitCode remove(const QueueOptions& options) {
    RunQueue().change([&](KnownRuns& runs) {
        std::vector<std::string> folders;
        for (const std::string& name : options.runs) folders.push_back(named_folder(runs, name));
        for (const std::string& folder : folders) remove_from(runs, folder);
    });
    return list({});
}

ExitCode cancel(const QueueOptions& options) {
    if (options.all != options.runs.empty())
        throw UsageError("Say which runs to cancel: give their numbers or folders, or --all");
    if (options.all) return cancel_all(false);
    const KnownRuns known = RunQueue().runs();
    std::vector<std::string> folders;
    for (const std::string& name : options.runs) {
        folders.push_back(named_folder(known, name));
        const auto run =
            std::find_if(known.begin(), known.end(), [&](const KnownRun& one) { return one.folder == folders.back(); });
        if (run == known.end()) throw Error("The queue knows no run in %1", folders.back());
        if (run->phase >= RunPhase::Finished)
            throw Error("The run in %1 has ended already, so there is nothing to cancel", folders.back());
    }
    cancel_runs(folders);
    return list({});
}

/// Without names: all that were interrupted.
ExitCode resume(const QueueOptions& options) {
    RunQueue queue;
    const KnownRuns known = runs_now();
    std::vector<KnownRun> resumed;
    for (const std::string& name : options.runs) {
        resumed.push_back(known_run(named_folder(known, name)));
        if (resumed.back().counts.done == resumed.back().counts.total)
            throw UsageError("Everything in %1 has been made, so there is nothing to resume", resumed.back().folder);
    }
    for (const KnownRun& run : known) {
        if (!options.runs.empty() || run.phase != RunPhase::Interrupted) continue;
        try {
            resumed.push_back(known_run(run.folder));
        } catch (const Error& error) {  // its disk may not be mounted; the others go on
            say(sentence_of(error).open().text() + "; this run stays interrupted.");
        }
    }
    const KnownRuns runs = queue.change([&](KnownRuns& all) {
        for (const KnownRun& run : resumed) enqueue(all, run);
    });
    const auto waiting =
        std::count_if(runs.begin(), runs.end(), [](const KnownRun& r) { return r.phase == RunPhase::Queued; });
    if (waiting == 0) {
        say("No runs were interrupted and none are waiting, so there is nothing to resume.");
        return ExitCode::Done;
    }
    if (!is_idle_owner_up()) start_idle_owner();
    say((waiting == 1 ? "1 waiting run is" : std::to_string(waiting) + " waiting runs are") +
        std::string(" being made in the background; fanlight queue shows their progress, fanlight attach watches."));
    return ExitCode::Done;
}

}  // namespace

Action add_queue(CLI::App& app) {
    const auto options = std::make_shared<QueueOptions>();
    app.require_subcommand(0, 1);
    const auto add_json = [&](CLI::App& command) {
        command.add_flag("--json", options->json, "Print one JSON object per run on standard output");
    };
    const auto add_command = [&](const char* name, const char* description) {
        CLI::App* command = app.add_subcommand(name, description);
        command->group("Commands");
        return command;
    };
    constexpr const char* number = "Its number in the list, or its folder";
    constexpr const char* numbers = "Their numbers in the list, or their folders";

    add_json(app);
    CLI::App* listing = add_command("list", "List the queue and the known runs; also without a command");
    add_json(*listing);
    add_examples(*listing, {"fanlight queue list"});
    CLI::App* moving = add_command("move", "Move a waiting run");
    moving->add_option("RUN", options->run, number)->required();
    moving->add_option("--before", options->before, "Move it before this waiting run")
        ->type_name("RUN")
        ->default_str("none");
    moving->add_flag("--first", options->first, "Make it next");
    moving->add_flag("--last", options->last, "Make it after all others");
    add_examples(*moving, {"fanlight queue move 3 --first", "fanlight queue move 3 --before 2"});
    CLI::App* renaming = add_command("rename", "Name a run");
    renaming->add_option("RUN", options->run, number)->required();
    renaming->add_option("NAME", options->name, "Its new name; \"\": go back to date, time and first prompt")
        ->required();
    add_examples(*renaming, {"fanlight queue rename 2 \"giraffes, second try\""});
    CLI::App* removing = add_command("remove", "Remove runs from the list; their folders are kept");
    removing->add_option("RUN", options->runs, numbers)->required();
    add_examples(*removing, {"fanlight queue remove 1 2"});
    CLI::App* cancelling =
        add_command("cancel", "Take waiting runs from the queue and end running ones; they can be resumed");
    cancelling->add_option("RUN", options->runs, numbers)->default_str("none");
    cancelling->add_flag("--all", options->all, "Cancel whatever waits or is being made");
    add_examples(*cancelling, {"fanlight queue cancel 3", "fanlight queue cancel --all"});
    CLI::App* resuming = add_command("resume", "Finish runs in the background, after those already waiting");
    resuming->add_option("RUN", options->runs, numbers)->default_str("all interrupted runs");
    add_examples(*resuming, {"fanlight queue resume", "fanlight queue resume night"});
    CLI::App* setting = add_command("settings", "Show or change quiet hours, limits and commands to run at the end");
    const Action settings = add_queue_settings(*setting);
    add_examples(app, {"fanlight queue", "fanlight queue --json"});
    return [=] {
        if (setting->parsed()) return settings();
        if (renaming->parsed()) return rename(*options);
        if (moving->parsed()) return move(*options);
        if (removing->parsed()) return remove(*options);
        if (cancelling->parsed()) return cancel(*options);
        if (resuming->parsed()) return resume(*options);
        return list(*options);
    };
}

}  // namespace fanlight
