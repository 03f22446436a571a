#include <cstdio>
#include <memory>
#include <set>

#include "app/cli/command.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/sha256.h"
#include "core/images/recipe_text.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_image_bytes = std::uintmax_t{1} << 30;

struct Options {
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
    if (!fs::exists(status)) return "is missing";
    if (!fs::is_regular_file(status)) return "is no regular file";
    const std::string bytes = read_file(file, max_image_bytes);
    if (static_cast<int64_t>(bytes.size()) != made->bytes)
        return "has " + std::to_string(bytes.size()) + " bytes instead of " + std::to_string(made->bytes);
    if (sha256_hex(bytes) != made->sha256) return "has another SHA-256 than recorded";
    if (!same_recipe(bytes, row.item, row.recipe())) return "tells of other settings than recorded";
    return {};
}

}  // namespace

Action add_verify(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("DIR", options->folder, "A run folder or an exported one")->required();
    app.add_flag("--json", options->json, "Print one object a bad image, then the counts, on stdout");
    return [options] {
        const fs::path folder = options->folder;
        const auto rows = finished_rows(folder);
        size_t bad = 0;
        for (const ManifestRow& row : rows) {
            const std::string problem = problem_of(folder, row);
            if (problem.empty()) continue;
            ++bad;
            if (options->json)
                std::printf("%s\n", to_line({{"file", row.item.place}, {"problem", problem}}).c_str());
            else
                std::fprintf(stderr, "%s %s.\n", (folder / row.item.place).c_str(), problem.c_str());
        }
        if (options->json)
            std::printf("%s\n", to_line({{"images", rows.size()}, {"bad", bad}}).c_str());
        else
            std::fprintf(stderr, "%zu of %zu images are as they were recorded.\n", rows.size() - bad, rows.size());
        return bad == 0 ? ExitCode::Done : ExitCode::SomeItemsFailed;
    };
}

}  // namespace fanlight
