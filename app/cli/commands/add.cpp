#include <cstdio>
#include <filesystem>
#include <memory>

#include "app/cli/attachment.h"
#include "app/cli/command.h"
#include "app/cli/generate_options.h"
#include "app/cli/help.h"
#include "app/cli/project_options.h"
#include "core/config/program_paths.h"
#include "core/output/run_results.h"
#include "core/plan/row_models.h"
#include "core/prompts/prompt_json.h"
#include "core/protocol/run_plan.h"

namespace fanlight {

namespace {

namespace fs = std::filesystem;

constexpr size_t chunk_bytes =
    256 << 10;  ///< of JSON lines per message; encoded as a JSON string they may be twice as long

struct AddOptions {
    std::vector<std::string> words;
    std::string prompt_file;
    ListOptions list;
};

bool holds_a_run(const std::string& folder) {
    std::error_code error;
    return fs::exists(fs::path(folder) / ".fanlight" / "run.json", error);
}

/// The rows as JSON lines, in chunks that fit into a message. `negative_prompt`: the run's.
std::vector<std::string> chunks_of(const PlanRequest& request, const std::string& negative_prompt) {
    std::vector<std::string> chunks(1);
    ListNotes notes;
    ImageRowSettler settler{ModelPlaces(resources_folder())};
    const auto take = [&](PromptRow row) {
        settler.settle(row, notes);
        apply_styles(row, {}, negative_prompt, *request.styles);
        const std::string line = prompt_object(row) + "\n";
        if (!chunks.back().empty() && chunks.back().size() + line.size() > chunk_bytes) chunks.emplace_back();
        chunks.back() += line;
    };
    for (const PromptRow& row : request.rows) take(row);
    ListReading reading(request.task);
    reading.notes = &notes;
    if (request.list) request.list(reading, take);
    for (const Sentence& note : notes.sentences()) std::fprintf(stderr, "%s.\n", note.text().c_str());
    return chunks;
}

std::string negative_prompt_of(const Task& task) {
    return task.is<ImageTask>() ? task.as<ImageTask>().negative_text() : "";
}

ExitCode add(AddOptions options) {
    check_columns(options.list, options.prompt_file);
    std::string folder;
    if (!options.words.empty() && holds_a_run(run_folder_of(options.words.front()).string())) {
        folder = run_folder_of(options.words.front()).string();
        options.words.erase(options.words.begin());
    }
    Attachment attachment(folder);
    const std::string path = attachment.run()->folder();
    GenerateOptions given;
    const Task first = read_plan(path).items.front().task;
    given.request.task = first.kind();
    given.prompts = options.words;
    given.prompt_file = options.prompt_file;
    given.list = options.list;
    take_rows_of_project(given);
    const auto chunks = chunks_of(plan_request(given), negative_prompt_of(first));
    const int64_t before = attachment.run()->size();
    int64_t size = before;
    for (const std::string& chunk : chunks) {
        attachment.steer([&](RunClient& client, int64_t run) { client.add(run, chunk); },
                         [&](const RunState& run) { return run.size() > size; });
        if (!attachment.run()) throw Error("The run has been removed");
        size = attachment.run()->size();
    }
    std::fprintf(stderr, "Added %lld %s%s, in %s.\n", static_cast<long long>(size - before),
                 first.suffix().empty() ? "text" : "image", size - before == 1 ? "" : "s", path.c_str());
    return ExitCode::Done;
}

}  // namespace

Action add_add(CLI::App& app) {
    const auto options = std::make_shared<AddOptions>();
    app.add_option(
           "WORDS", options->words,
           "The run folder, unless only one run is in progress, then prompts; settings that they leave open are those "
           "of the run's first item")
        ->transform(&without_mark);
    app.add_option("-p,--prompts", options->prompt_file,
                   "A prompt list, as for fanlight generate, or - for standard input")
        ->type_name("FILE")
        ->default_str("none");
    add_list_options(app, options->list);
    add_examples(app, {"fanlight add night \"a giraffe\"", "fanlight add -p more.csv"});
    return [options] { return add(*options); };
}

}  // namespace fanlight
