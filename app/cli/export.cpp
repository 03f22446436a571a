#include <cstdio>
#include <memory>

#include "app/cli/command.h"
#include "core/output/archive.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string folder;
    std::string zip;
    std::string target;
};

std::vector<ExportImage> images_of(const fs::path& folder) {
    std::vector<ExportImage> images;
    for (ManifestRow& row : finished_rows(folder)) {
        fs::path source = folder / row.item.file;
        images.push_back({std::move(source), std::move(row)});
    }
    if (images.empty()) throw Error(folder.string() + " holds no finished image; there is nothing to export.");
    return images;
}

}  // namespace

Action add_export(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("DIR", options->folder, "A run folder, also of a run that goes on")->required();
    auto* zip = app.add_option("--zip", options->zip, "Write the images and their manifest into this ZIP");
    app.add_option("--folder", options->target, "Copy them into this folder")->excludes(zip);
    return [options] {
        if (options->zip.empty() && options->target.empty())
            throw UsageError("Where to is missing: give --zip FILE or --folder DIR.");
        const fs::path target = options->zip.empty() ? options->target : options->zip;
        auto images = images_of(fs::absolute(options->folder));
        const size_t count = images.size();
        if (options->zip.empty())
            write_folder(target, std::move(images));
        else
            write_archive(target, std::move(images));
        std::fprintf(stderr, "%zu image%s in %s\n", count, count == 1 ? "" : "s", target.c_str());
        return ExitCode::Done;
    };
}

}  // namespace fanlight
