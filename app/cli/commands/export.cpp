#include <algorithm>
#include <memory>

#include "app/cli/command.h"
#include "app/cli/help.h"
#include "app/cli/say.h"
#include "core/images/contact_sheet.h"
#include "core/output/archive.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

struct ExportOptions {
    std::string folder;
    std::string zip;
    std::string target;
    std::string contact_sheet;
};

std::vector<ExportImage> images_of(const fs::path& folder) {
    std::vector<ExportImage> images;
    MarksByFile marks = read_marks(folder);
    for (ManifestRow& row : finished_rows(folder)) {
        if (!row.made.file()) continue;
        fs::path source = folder / row.item.place;
        ImageMarks& said = marks[row.item.place];
        images.push_back({std::move(source), std::move(row), std::move(said)});
    }
    if (images.empty()) throw Error("%1 holds no finished image, so there is nothing to export.", folder);
    return images;
}

std::vector<SheetImage> cells_of(const std::vector<ExportImage>& images) {
    std::vector<SheetImage> cells;
    for (const ExportImage& image : images) cells.push_back({image.source, image.row.item.index});
    return cells;
}

/// Returns how many files are missing.
size_t write_images(const ExportOptions& options) {
    const auto images = images_of(fs::absolute(options.folder));
    size_t most = 0;
    const auto tell = [&](const std::string& where, const std::vector<fs::path>& missing) {
        const size_t count = images.size() - missing.size();
        say(std::to_string(count) + (count == 1 ? " image in " : " images in ") + where);
        for (const fs::path& file : missing) say(file.string() + " is missing and was left out.");
        most = std::max(most, missing.size());
    };
    if (!options.contact_sheet.empty())
        tell(options.contact_sheet, *write_contact_sheet(options.contact_sheet, cells_of(images)));
    if (!options.zip.empty())
        tell(options.zip, *write_archive(options.zip, images));
    else if (!options.target.empty())
        tell(options.target, *write_folder(options.target, images));
    return most;
}

}  // namespace

Action add_export(CLI::App& app) {
    const auto options = std::make_shared<ExportOptions>();
    app.add_option("DIR", options->folder, "A run folder; the run may still be running")->required();
    auto* zip = app.add_option("--zip", options->zip, "Pack the images and their manifest into this ZIP file")
                    ->type_name("FILE")
                    ->default_str("none");
    app.add_option("--folder", options->target, "Copy the images and their manifest into this folder")
        ->type_name("DIR")
        ->default_str("none")
        ->excludes(zip);
    app.add_option("--contact-sheet", options->contact_sheet, "Draw all images as one PNG")
        ->type_name("FILE")
        ->default_str("none");
    add_examples(app, {"fanlight export night --zip night.zip --contact-sheet night.png"});
    return [options] {
        if (options->zip.empty() && options->target.empty() && options->contact_sheet.empty())
            throw UsageError("Say where to export to: --zip FILE, --folder DIR or --contact-sheet FILE.");
        return write_images(*options) == 0 ? ExitCode::Done : ExitCode::SomeItemsFailed;
    };
}

}  // namespace fanlight
