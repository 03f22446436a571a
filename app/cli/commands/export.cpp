#include <memory>

#include "app/cli/command.h"
#include "app/cli/say.h"
#include "core/images/contact_sheet.h"
#include "core/output/archive.h"
#include "core/run/finished_rows.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

struct Options {
    std::string folder;
    std::string zip;
    std::string target;
    std::string contact_sheet;
};

std::vector<ExportImage> images_of(const fs::path& folder) {
    std::vector<ExportImage> images;
    for (ManifestRow& row : finished_rows(folder)) {
        fs::path source = folder / row.item.place;
        images.push_back({std::move(source), std::move(row)});
    }
    if (images.empty()) throw Error(folder.string() + " holds no finished image; there is nothing to export.");
    return images;
}

void write_sheet(const fs::path& file, const std::vector<ExportImage>& images) {
    std::vector<SheetImage> cells;
    for (const ExportImage& image : images) cells.push_back({image.source, image.row.item.index});
    write_contact_sheet(file, cells);
}

void write_images(const Options& options) {
    auto images = images_of(fs::absolute(options.folder));
    const size_t count = images.size();
    const auto written = [&](const std::string& where) {
        say(std::to_string(count) + (count == 1 ? " image in " : " images in ") + where);
    };
    if (!options.contact_sheet.empty()) {
        write_sheet(options.contact_sheet, images);
        written(options.contact_sheet);
    }
    if (!options.zip.empty()) {
        write_archive(options.zip, std::move(images));
        written(options.zip);
    } else if (!options.target.empty()) {
        write_folder(options.target, std::move(images));
        written(options.target);
    }
}

}  // namespace

Action add_export(CLI::App& app) {
    const auto options = std::make_shared<Options>();
    app.add_option("DIR", options->folder, "A run folder, also of a run that goes on")->required();
    auto* zip = app.add_option("--zip", options->zip, "Write the images and their manifest into this ZIP");
    app.add_option("--folder", options->target, "Copy them into this folder")->excludes(zip);
    app.add_option("--contact-sheet", options->contact_sheet, "Draw all images on one, as a PNG");
    return [options] {
        if (options->zip.empty() && options->target.empty() && options->contact_sheet.empty())
            throw UsageError("Where to is missing: give --zip FILE, --folder DIR or --contact-sheet FILE.");
        write_images(*options);
        return ExitCode::Done;
    };
}

}  // namespace fanlight
