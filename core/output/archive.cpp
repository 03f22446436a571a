#include "core/output/archive.h"

#include <fcntl.h>
#include <unistd.h>
#include <zip.h>

#include <map>
#include <memory>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/unique_fd.h"
#include "core/output/csv.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_image_bytes = std::uintmax_t{1} << 30;
constexpr double progress_step = 0.001;
constexpr const char* ratings_csv = "ratings.csv";

[[noreturn]] void fail_to_pack(const fs::path& file, const char* reason) {
    throw Error("Cannot write %1: %2", file, reason);
}

/// Discards an archive that was not closed.
struct Discard {
    void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, Discard>;

void add(const Zip& zip, const fs::path& file, const std::string& name, zip_source_t* source, bool compress) {
    const zip_int64_t index =
        source ? zip_file_add(zip.get(), name.c_str(), source, ZIP_FL_ENC_UTF_8) : zip_int64_t{-1};
    if (index < 0) {
        const std::string reason = zip_strerror(zip.get());
        zip_source_free(source);
        fail_to_pack(file, reason.c_str());
    }
    const zip_int32_t method = compress ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
    zip_set_file_compression(zip.get(), static_cast<zip_uint64_t>(index), method, 0);
}

/// Installs libzip's callbacks while it exists.
struct Watch {
    const ExportProgress& progress;
    bool stopped = false;

    void attach(zip_t* zip) {
        if (!progress) return;
        zip_register_progress_callback_with_state(
            zip, progress_step,
            [](zip_t*, double done, void* self) {
                auto* watch = static_cast<Watch*>(self);
                watch->stopped |= !watch->progress(done);
            },
            nullptr, this);
        zip_register_cancel_callback_with_state(
            zip, [](zip_t*, void* self) { return static_cast<Watch*>(self)->stopped ? 1 : 0; }, nullptr, this);
    }
};

std::vector<ManifestRow> rows_of(const std::vector<ExportImage>& images) {
    std::vector<ManifestRow> rows;
    rows.reserve(images.size());
    for (const ExportImage& image : images) rows.push_back(image.row);
    return rows;
}

/// What the user says of the exported images; both are empty if that is nothing.
struct ExportedMarks {
    std::string csv, lines;
};

ExportedMarks marks_of(const std::vector<ExportImage>& images) {
    ExportedMarks exported;
    for (const auto& [source, row, marks, is_missing] : images) {
        if (is_missing || (marks.rating == 0 && marks.note.empty())) continue;
        const std::string& name = row.item.place;
        if (exported.csv.empty()) exported.csv = csv_line({"file", "rating", "note"});
        exported.csv += csv_line({csv_cell(name), csv_cell(marks.rating), csv_cell(marks.note)});
        exported.lines += mark_line({.file = name, .rating = marks.rating, .note = marks.note}) + "\n";
    }
    return exported;
}

/// The files that are missing; their rows say so.
std::vector<fs::path> mark_missing(std::vector<ExportImage>& images) {
    std::vector<fs::path> missing;
    for (ExportImage& image : images) {
        std::error_code ignored;
        image.is_missing = !fs::is_regular_file(image.source, ignored);
        if (!image.is_missing) continue;
        missing.push_back(image.source);
        image.row.made.content = ResultFile{.name = image.row.item.place};
    }
    if (!images.empty() && missing.size() == images.size())
        throw Error("Cannot export %1: none of the files is there any more",
                    counted(static_cast<int64_t>(missing.size()), "%n image", "%n images"));
    return missing;
}

void move_into_place(const fs::path& from, const fs::path& to) {
    const UniqueFd fd(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0 || ::rename(from.c_str(), to.c_str()) != 0) {
        const std::string reason = errno_text();
        ::unlink(from.c_str());
        fail_to_pack(to, reason.c_str());
    }
}

}  // namespace

void make_names_unique(std::vector<ExportImage>& images) {
    std::map<std::string, int> count;
    for (const ExportImage& image : images) ++count[image.row.item.place];
    std::set<std::string> taken;
    for (ExportImage& image : images) {
        const std::string name = image.row.item.place;
        const std::string run = image.source.parent_path().filename().string();
        std::string unique = count[name] > 1 ? run + "-" + name : name;
        for (int number = 2; !taken.insert(unique).second; ++number)
            unique = run + "-" + std::to_string(number) + "-" + name;
        image.row.item.place = unique;
    }
}

MissingFiles write_archive(const fs::path& file, std::vector<ExportImage> images, const ExportProgress& progress) {
    make_names_unique(images);
    std::vector<fs::path> missing = mark_missing(images);
    const fs::path partial =
        file.parent_path() / ("." + file.filename().string() + "." + std::to_string(::getpid()) + ".part");
    int error = 0;
    Zip zip(zip_open(partial.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &error));
    if (!zip) {
        zip_error_t reason;
        zip_error_init_with_code(&reason, error);
        const std::string text = zip_error_strerror(&reason);
        zip_error_fini(&reason);
        fail_to_pack(file, text.c_str());
    }
    for (const ExportImage& image : images)
        if (!image.is_missing)
            add(zip, file, image.row.item.place, zip_source_file(zip.get(), image.source.c_str(), 0, -1), false);
    const std::string csv = manifest_csv(rows_of(images));
    const std::string jsonl = manifest_jsonl(rows_of(images));
    add(zip, file, "manifest.csv", zip_source_buffer(zip.get(), csv.data(), csv.size(), 0), true);
    add(zip, file, "manifest.jsonl", zip_source_buffer(zip.get(), jsonl.data(), jsonl.size(), 0), true);
    const ExportedMarks marks = marks_of(images);
    if (!marks.csv.empty()) {
        add(zip, file, ratings_csv, zip_source_buffer(zip.get(), marks.csv.data(), marks.csv.size(), 0), true);
        add(zip, file, marks_file("").string(), zip_source_buffer(zip.get(), marks.lines.data(), marks.lines.size(), 0),
            true);
    }

    Watch watch{progress};
    watch.attach(zip.get());
    if (zip_close(zip.get()) != 0) {
        if (watch.stopped) return std::nullopt;
        const std::string reason = zip_strerror(zip.get());
        fail_to_pack(file, reason.c_str());
    }
    (void)zip.release();  // freed by closing
    move_into_place(partial, file);
    return missing;
}

MissingFiles write_folder(const fs::path& folder, std::vector<ExportImage> images, const ExportProgress& progress) {
    make_names_unique(images);
    std::vector<fs::path> missing = mark_missing(images);
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) throw Error("Cannot create the folder %1: %2", folder, error.message());
    for (const char* manifest : {"manifest.csv", "manifest.jsonl"})
        if (fs::exists(folder / manifest, error))
            throw Error("%1 holds a manifest already; choose another folder", folder);
    for (const fs::path& ratings : {folder / ratings_csv, marks_file(folder)})
        if (fs::exists(ratings, error)) throw Error("%1 holds ratings of other images; choose another folder", folder);
    for (size_t i = 0; i < images.size(); ++i) {
        const std::string& name = images[i].row.item.place;
        if (progress && !progress(static_cast<double>(i) / static_cast<double>(images.size()))) return std::nullopt;
        if (images[i].is_missing) continue;
        if (commit_file(folder, name, read_file(images[i].source, max_image_bytes)) == Commit::Exists)
            throw Error("%1 exists already; choose another folder", (folder / name));
    }
    if (const ExportedMarks marks = marks_of(images); !marks.csv.empty()) {
        replace_file(folder / ratings_csv, marks.csv);
        fs::create_directories(marks_file(folder).parent_path(), error);
        replace_file(marks_file(folder), marks.lines);
    }
    write_manifest(folder, rows_of(images));
    return missing;
}

}  // namespace fanlight
