#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "app/cli/text_layout.h"
#include "core/base/text.h"
#include "core/owner/run_name.h"
#include "core/owner/run_owner.h"
#include "core/owner/run_queue.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

struct QueueOptions {
    bool json = false;
    std::string run, before, name;
    bool first = false, last = false;
    std::vector<std::string> runs;
};

/// A run is named by its number in the list, or by its folder.
std::string folder_of(const KnownRuns& runs, const std::string& name) {
    size_t number = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
    if (error == std::errc() && end == name.data() + name.size()) {
        if (number >= 1 && number <= runs.size()) return runs[number - 1].folder;
        throw UsageError("There is no run %1 in the queue; fanlight queue lists them", name);
    }
    return fs::absolute(name).lexically_normal().string();
}

/// Runs that were being made by a process that has died since are interrupted, whatever the file says.
KnownRuns runs_now() {
    KnownRuns runs = RunQueue().runs();
    for (KnownRun& run : runs) {
        if (run.phase == RunPhase::Running || run.phase == RunPhase::Paused) count_again(run);
        if (is_left(run)) run.phase = RunPhase::Interrupted;
    }
    return runs;
}

std::string title_of(const KnownRun& run) { return run_title(run.name, run.begun, run.prompt); }

Json json_of(const KnownRun& run, size_t number) {
    return {{"number", number},
            {"name", title_of(run)},
            {"folder", run.folder},
            {"phase", text_of(run.phase)},
            {"model", run.model},
            {"task", run.task},
            {"total", run.counts.total},
            {"done", run.counts.done},
            {"failed", run.counts.failed},
            {"cancelled", run.counts.cancelled},
            {"warnings", run.warnings},
            {"seconds", run.seconds},
            {"message", run.message.text()}};
}

/// "3 of 12, 1 failed"
std::string counts_text(const RunCounts& counts) {
    std::string text = std::to_string(counts.done) + " of " + std::to_string(counts.total);
    if (counts.failed > 0) text += ", " + std::to_string(counts.failed) + " failed";
    if (counts.cancelled > 0) text += ", " + std::to_string(counts.cancelled) + " cancelled";
    return text;
}

ExitCode list(const QueueOptions& options) {
    const KnownRuns runs = runs_now();
    if (options.json) {
        for (size_t i = 0; i < runs.size(); ++i) std::printf("%s\n", to_line(json_of(runs[i], i + 1)).c_str());
        return ExitCode::Done;
    }
    if (runs.empty()) {
        say("No runs are known yet; those of fanlight generate and of the window will be listed here.");
        return ExitCode::Done;
    }
    constexpr size_t name_width = 40;
    std::printf("%4s  %-11s  %-18s  %-40s  %s\n", "#", "STATE", "DONE", "NAME", "FOLDER");
    for (size_t i = 0; i < runs.size(); ++i) {
        const KnownRun& run = runs[i];
        std::printf("%4zu  %-11s  %-18s  %s  %s\n", i + 1, text_of(run.phase).c_str(), counts_text(run.counts).c_str(),
                    padded(excerpt(title_of(run), name_width - 1), name_width).c_str(), printable(run.folder).c_str());
    }
    if (const auto until = quiet_until(RunQueue().settings().quiet))
        say("Quiet until " + *until + ": nothing new begins before then; fanlight queue settings changes that.");
    return ExitCode::Done;
}

ExitCode rename(const QueueOptions& options) {
    RunQueue queue;
    queue.rename(folder_of(queue.runs(), options.run), options.name);
    return list({});
}

ExitCode move(const QueueOptions& options) {
    if (int{options.first} + int{options.last} + int{!options.before.empty()} != 1)
        throw UsageError("Say where to move the run: give one of --before RUN, --first and --last");
    RunQueue().change([&](KnownRuns& runs) {
        const auto waits = [](const KnownRun& run) { return run.phase == RunPhase::Queued; };
        const std::string folder = folder_of(runs, options.run);
        std::string before = options.before.empty() ? "" : folder_of(runs, options.before);
        if (const auto front = std::find_if(runs.begin(), runs.end(), waits); options.first && front != runs.end())
            before = front->folder;
        move_before(runs, folder, before);
    });
    return list({});
}

ExitCode remove(const QueueOptions& options) {
    RunQueue().change([&](KnownRuns& runs) {
        std::vector<std::string> folders;
        for (const std::string& name : options.runs) folders.push_back(folder_of(runs, name));
        for (const std::string& folder : folders) remove_from(runs, folder);
    });
    return list({});
}

/// Without names: all that were interrupted.
ExitCode resume(const QueueOptions& options) {
    RunQueue queue;
    const KnownRuns known = runs_now();
    std::vector<KnownRun> resumed;
    for (const std::string& name : options.runs) {
        resumed.push_back(known_run(folder_of(known, name)));
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
        if (resuming->parsed()) return resume(*options);
        return list(*options);
    };
}

}  // namespace fanlight
