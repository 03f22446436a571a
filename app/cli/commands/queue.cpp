#include <algorithm>
#include <charconv>
#include <cstdio>
#include <memory>
#include <vector>

#include "app/cli/command.h"
#include "app/cli/say.h"
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

/// With blanks up to so many characters, of which a terminal shows most in one column each.
std::string padded(std::string text, size_t characters) {
    const auto starts_character = [](char byte) { return (byte & 0xC0) != 0x80; };
    const auto length = static_cast<size_t>(std::count_if(text.begin(), text.end(), starts_character));
    return length < characters ? text + std::string(characters - length, ' ') : text;
}

ExitCode list(const QueueOptions& options) {
    const KnownRuns runs = runs_now();
    if (options.json) {
        for (size_t i = 0; i < runs.size(); ++i) std::printf("%s\n", to_line(json_of(runs[i], i + 1)).c_str());
        return ExitCode::Done;
    }
    if (runs.empty()) {
        say("No run is known; fanlight generate and the window add theirs.");
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
        say("Quiet until " + *until + ": nothing new begins before; fanlight queue settings changes that.");
    return ExitCode::Done;
}

ExitCode rename(const QueueOptions& options) {
    RunQueue queue;
    queue.rename(folder_of(queue.runs(), options.run), options.name);
    return list({});
}

ExitCode move(const QueueOptions& options) {
    if (int{options.first} + int{options.last} + int{!options.before.empty()} != 1)
        throw UsageError("Say where the run goes, by one of --before RUN, --first and --last");
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
            throw UsageError("Everything in %1 is made, so there is nothing to resume", resumed.back().folder);
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
        say("No run was interrupted and none is waiting, so there is nothing to resume.");
        return ExitCode::Done;
    }
    if (!is_idle_owner_up()) start_idle_owner();
    say((waiting == 1 ? "1 waiting run is" : std::to_string(waiting) + " waiting runs are") +
        std::string(" made in the background; fanlight queue shows how far they are, fanlight attach watches."));
    return ExitCode::Done;
}

}  // namespace

Action add_queue(CLI::App& app) {
    const auto options = std::make_shared<QueueOptions>();
    app.require_subcommand(0, 1);
    app.add_flag("--json", options->json, "One line of JSON for each run");
    CLI::App* listing = app.add_subcommand("list", "List the queue and the runs that are known (default)");
    listing->add_flag("--json", options->json, "One line of JSON for each run");
    CLI::App* moving = app.add_subcommand("move", "Move a waiting run");
    moving->add_option("RUN", options->run, "Its number in the list, or its folder")->required();
    moving->add_option("--before", options->before, "A waiting run that it goes before");
    moving->add_flag("--first", options->first, "Make it next");
    moving->add_flag("--last", options->last, "Make it after all others");
    CLI::App* renaming = app.add_subcommand("rename", "Name a run");
    renaming->add_option("RUN", options->run, "Its number in the list, or its folder")->required();
    renaming->add_option("NAME", options->name, "\"\": when it was begun, and its first prompt")->required();
    CLI::App* removing = app.add_subcommand("remove", "Remove runs from the list; their folders are kept");
    removing->add_option("RUN", options->runs, "Their numbers in the list, or their folders")->required();
    CLI::App* resuming = app.add_subcommand("resume", "Finish runs in the background, after those that wait");
    resuming->add_option("RUN", options->runs,
                         "Their numbers in the list, or their folders (default: all that were interrupted)");
    CLI::App* setting = app.add_subcommand("settings", "Show or change quiet hours, commands at the end and limits");
    const Action settings = add_queue_settings(*setting);
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
