#include <cstdio>
#include <memory>
#include <set>
#include <sstream>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"
#include "core/images/recipe_text.h"
#include "core/output/run_results.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_image_bytes = std::uintmax_t{1} << 30;

struct VerifyOptions {
    std::string folder;
    bool json = false;
};

/// What is wrong with an image, as the end of a sentence; empty if it is the recorded one.
std::string problem_of(const fs::path& folder, const ManifestRow& row) {
    const ResultFile* made = row.made.file();
    if (!made) return {};  // it is in the journal, whose CRC has been checked
    const fs::path file = folder / row.item.place;
    std::error_code error;
    const auto status = fs::symlink_status(file, error);
    if (!fs::exists(status)) return made->sha256.empty() ? "was missing when the others were exported" : "is missing";
    if (!fs::is_regular_file(status)) return "is not a regular file";
    const std::string bytes = read_file(file, max_image_bytes);
    if (static_cast<int64_t>(bytes.size()) != made->bytes)
        return "has " + std::to_string(bytes.size()) + " bytes instead of " + std::to_string(made->bytes);
    if (sha256_hex(bytes) != made->sha256) return "does not match its recorded SHA-256";
    if (!same_recipe(bytes, row.item, row.recipe())) return "names other settings than those recorded";
    return {};
}

/// Checks the results file of texts against the journal. Prints what differs, and returns how many do.
size_t changed_lines(const fs::path& folder, const std::vector<ManifestRow>& rows, bool json) {
    constexpr std::uintmax_t max_bytes = std::uintmax_t{4} << 30;
    const fs::path file = results_file(folder);
    std::set<std::string> lines;
    std::istringstream text(read_file(file, max_bytes));
    for (std::string line; std::getline(text, line);) lines.insert(line);
    size_t changed = 0;
    for (const ManifestRow& row : rows) {
        if (lines.contains(result_line(row.item, row.made))) continue;
        ++changed;
        if (json)
            std::printf("%s\n",
                        to_line({{"item", row.item.index}, {"problem", "differs from what was recorded"}}).c_str());
        else
            say(file.string() + ": the line of item " + std::to_string(row.item.index) +
                " differs from what was recorded.");
    }
    return changed;
}

/// Says what of a run has not been made, if something has not.
void tell_unmade(const fs::path& folder, const std::vector<int64_t>& items, const std::string& kind) {
    if (items.empty()) return;
    const bool one = items.size() == 1, is_image = kind == "image";
    say(std::to_string(items.size()) + (is_image ? " image" : " text") + (one ? " is" : "s are") +
        " not made yet: item" + (one ? " " : "s ") + ranges_text(items) + ". Make what is missing with fanlight " +
        (is_image ? "generate" : kind) + " --resume " + folder.string() + ".");
}

/// Says what the user has moved to the trash.
void tell_culled(const fs::path& folder, const std::vector<int64_t>& items) {
    if (items.empty()) return;
    const bool one = items.size() == 1;
    say(std::to_string(items.size()) + (one ? " image was" : " images were") + " moved to the trash: item" +
        (one ? " " : "s ") + ranges_text(items) + ". Make " + (one ? "it" : "them") +
        " again with fanlight generate --resume " + folder.string() + " --remake-culled.");
}

}  // namespace

Action add_verify(CLI::App& app) {
    const auto options = std::make_shared<VerifyOptions>();
    app.add_option("DIR", options->folder, "A run folder, or a folder of exported images")->required();
    app.add_flag("--json", options->json,
                 "Print one JSON object for each bad image, then the counts, on standard output");
    add_examples(app, {"fanlight verify night"});
    return [options] {
        const fs::path folder = run_folder_of(options->folder);
        const RunRows run = run_rows(folder);
        const auto& rows = run.finished;
        size_t bad = 0;
        for (const ManifestRow& row : rows) {
            const std::string problem = problem_of(folder, row);
            if (problem.empty()) continue;
            ++bad;
            if (options->json)
                std::printf("%s\n", to_line({{"file", row.item.place}, {"problem", problem}}).c_str());
            else
                say((folder / row.item.place).string() + " " + problem + ".");
        }
        const bool texts = !rows.empty() && !rows.front().made.file();
        if (texts) bad = changed_lines(folder, rows, options->json);
        const char* made = texts ? "texts" : "images";
        if (options->json) {
            Json counts = {{made, rows.size()}, {"bad", bad}, {"unmade", run.unmade}};
            if (!run.culled.empty()) counts["culled"] = run.culled;
            std::printf("%s\n", to_line(counts).c_str());
        } else {
            std::fprintf(stderr, "%zu of %zu %s match their records.\n", rows.size() - bad, rows.size(), made);
            tell_unmade(folder, run.unmade, run.task);
            tell_culled(folder, run.culled);
        }
        return bad == 0 ? ExitCode::Done : ExitCode::SomeItemsFailed;
    };
}

}  // namespace fanlight
