#include "app/cli/record_run.h"

#include <iostream>
#include <map>

#include "app/cli/help.h"
#include "app/cli/planned_run.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/batch/request_json.h"
#include "core/output/run_results.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

/// Prints results in the order of their items, each as soon as those before it are there.
class ResultStream {
public:
    /// As lines of results.jsonl, or else the texts alone.
    ResultStream(const RunFolder& run, bool as_rows) : run_(run), as_rows_(as_rows) {}

    void operator()(const RunEvent& event) {
        if (const auto* done = std::get_if<ItemDone>(&event)) put(done->result.item, row_of(*done));
        if (const auto* failed = std::get_if<ItemFailed>(&event)) put(failed->item, row_of(*failed));
    }

private:
    const Item& item(int64_t index) const { return run_.plan.items[static_cast<size_t>(index)]; }

    std::string row_of(const ItemDone& done) const {
        if (!as_rows_) return done.result.record() ? done.result.record()->text : "";
        Result result = done.result;
        return result_line(item(result.item), result);
    }
    std::string row_of(const ItemFailed& failed) const {
        return as_rows_ ? result_line(item(failed.item), FailedRecord{failed.item, failed.kind, failed.message}) : "";
    }

    void put(int64_t index, std::string row) {
        rows_[index] = std::move(row);
        for (; !rows_.empty() && rows_.begin()->first == next_; rows_.erase(rows_.begin()), ++next_)
            std::cout << rows_.begin()->second << std::endl;
    }

    const RunFolder& run_;
    const bool as_rows_;
    std::map<int64_t, std::string> rows_;
    int64_t next_ = 0;
};

fs::path record_folder(const std::string& output) {
    return output.empty() || output == "-" ? new_run_folder() : run_folder_of(output);
}

void refuse_existing(const GenerateOptions& o) {
    std::error_code ignored;
    const fs::path csv = fs::path(o.output).replace_extension(".csv");
    for (const fs::path& file : {fs::path(o.output), o.csv ? csv : fs::path()})
        if (fs::is_regular_file(file, ignored) && !fs::exists(o.output + ".run", ignored))
            throw UsageError("%1 is already there; give another name with -o, or move it away.", file);
}

/// "0  12 tokens, all labels: a prompt"
std::string item_line(const Item& item, size_t tokens) {
    Json parameters;
    item.task.write(parameters);
    const bool seeded = parameters.contains("seed");
    return std::to_string(item.index) + "  " + std::to_string(tokens) + " tokens, " + item.task.summary() +
           (seeded ? ", seed " + std::to_string(item.task.seed()) : "") + ": " + item.task.prompt();
}

ExitCode dry_run_records(const PlannedRun& plan, const RecordCommand& command, bool json) {
    print_notes(plan);
    const TextTokenizer tokenizer = TextTokenizer::load(plan.model_folder);
    size_t all_tokens = 0;
    for (const Item& item : plan.items) {
        const size_t tokens = command.tokens_of(item.task, tokenizer);
        all_tokens += tokens;
        Json line = item;
        line["prompt_tokens"] = tokens;
        std::cout << (json ? to_line(line) : item_line(item, tokens)) << '\n';
    }
    if (json)
        say_choices(plan);
    else
        std::cerr << plan.items.size() << " " << (plan.items.size() == 1 ? command.words.one : command.words.many)
                  << " from " << all_tokens << " tokens with " << plan.recipe.model << " on "
                  << join(plan.devices, ", ") << ", " << text_of(plan.batch_size()) << "; nothing was made.\n";
    return ExitCode::Done;
}

ExitCode finish(const CLI::App& app, const GenerateOptions& o, const ReportOptions& report) {
    check_resume(app);
    RunOptions options;
    options.folder = run_folder_of(o.resume);
    options.resume = resume_options(app, o);
    if (o.prepare) return print_prepared(resume_run(options.folder, options.resume));
    return exit_code(make_run(std::move(options), report));
}

}  // namespace

void add_record_options(CLI::App& app, const std::shared_ptr<GenerateOptions>& options, const std::string& seen) {
    add_placement_options(app, options);
    begin_group(app, "Output");
    app.add_option("-o,--output", options->output,
                   "A .jsonl file, a run folder (which gets a results.jsonl), or - for rows on standard output")
        ->type_name("FILE")
        ->default_str("only the " + seen + ", on standard output");
    app.add_flag("--csv", options->csv, "Write the results as CSV, too, beside the .jsonl file");
    app.add_option("--resume", options->resume, "Finish the run that this output belongs to")
        ->type_name("FILE")
        ->default_str("begin a new run");
    app.add_flag("--dry-run", options->dry_run, "Show what would be made, and stop");
    add_report_options(app, options->report);
    add_launch_options(app, options);
}

ExitCode make_records(const CLI::App& app, const GenerateOptions& o, const RecordCommand& command) {
    ReportOptions report = o.report;
    report.words = command.words;
    if (!o.resume.empty()) return finish(app, o, report);
    check_mode(app, o.mode);
    if (o.dry_run) return dry_run_records(checked_plan(o, command.request()), command, o.report.json);
    refuse_existing(o);
    RunOptions options;
    options.folder = record_folder(o.output);
    options.plan = placed_plan(o, command.request());
    options.plan->csv = o.csv;
    if (o.prepare && !o.report.quiet) print_notes(*options.plan);
    if (o.prepare) return print_prepared(create_run(options.folder, std::move(*options.plan)));
    if (!o.report.json && (o.output.empty() || o.output == "-"))
        report.also = [rows = o.output == "-"](const RunFolder& run, RunControl&) { return ResultStream(run, rows); };
    return exit_code(make_run(std::move(options), report));
}

}  // namespace fanlight
