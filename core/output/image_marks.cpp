#include "core/output/image_marks.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/unique_fd.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_bytes = std::uintmax_t{256} << 20;
constexpr size_t max_file_name_bytes = 255;  // of a file
const Place where = Sentence("A line of the ratings");

[[noreturn]] void fail_to_record(const fs::path& file) {
    throw Error("Cannot write the ratings into %1: %2", file, errno_text());
}

bool is_name(const std::string& file) {
    return !file.empty() && file.size() <= max_file_name_bytes && file != "." && file != ".." &&
           file.find('/') == std::string::npos && file.find('\0') == std::string::npos;
}

template <typename T>
void read_into(std::optional<T>& value, const Json& record, const char* key) {
    if (record.contains(key)) value = required<T>(record, key, where);
}

std::string cut_note(const std::string& note) {
    size_t end = std::min(note.size(), max_note_bytes);
    const auto is_continued = [&] { return end < note.size() && (static_cast<uint8_t>(note[end]) & 0xC0) == 0x80; };
    while (end > 0 && is_continued()) --end;
    return note.substr(0, end);
}

/// A crash may have left half a line at the end, to which nothing may be appended.
bool ends_within_a_line(int fd) {
    char last = '\n';
    const off_t size = ::lseek(fd, 0, SEEK_END);
    return size > 0 && ::pread(fd, &last, 1, size - 1) == 1 && last != '\n';
}

}  // namespace

std::string mark_line(const ImageMark& mark) {
    Json record = {{"file", mark.file}};
    if (mark.rating) record["rating"] = *mark.rating;
    if (mark.note) record["note"] = cut_note(*mark.note);
    if (mark.culled) record["culled"] = *mark.culled;
    return to_line(record);
}

ImageMark parse_mark(std::string_view line) {
    const Json record = parse_json(line, where, 4);
    ImageMark mark{.file = required<std::string>(record, "file", where)};
    if (!is_name(mark.file)) throw Error("%1 is about a file that lies elsewhere", where);
    read_into(mark.rating, record, "rating");
    read_into(mark.note, record, "note");
    read_into(mark.culled, record, "culled");
    if (mark.rating && (*mark.rating < rejected || *mark.rating > max_stars))
        throw Error("%1: a rating is a number from -1 to 5", where);
    if (mark.note && mark.note->size() > max_note_bytes)
        throw Error("%1: a note is longer than %2 bytes", where, max_note_bytes);
    return mark;
}

fs::path marks_file(const fs::path& folder) { return folder / ".fanlight" / "ratings.jsonl"; }

namespace {

template <typename Take>
void each_mark(const fs::path& folder, const Take& take) {
    const fs::path file = marks_file(folder);
    std::error_code error;
    if (!fs::exists(file, error)) return;
    const std::string bytes = read_file(file, max_bytes);
    for (size_t start = 0; start < bytes.size();) {
        const size_t end = std::min(bytes.find('\n', start), bytes.size());
        const std::string_view line = std::string_view(bytes).substr(start, end - start);
        start = end + 1;
        try {
            take(parse_mark(line));
        } catch (const Error&) {
            // Torn or foreign; the other lines stand alone.
        }
    }
}

}  // namespace

MarksByFile read_marks(const fs::path& folder) {
    MarksByFile marks;
    each_mark(folder, [&](ImageMark mark) {
        ImageMarks& all = marks[mark.file];
        all.rating = mark.rating.value_or(all.rating);
        all.culled = mark.culled.value_or(all.culled);
        if (mark.note) all.note = std::move(*mark.note);
    });
    return marks;
}

void append_marks(const fs::path& folder, const std::vector<ImageMark>& marks) {
    if (marks.empty()) return;
    const fs::path file = marks_file(folder);
    std::error_code ignored;  // whether it can be written shows
    fs::create_directories(file.parent_path(), ignored);
    check_is_file(file);
    const UniqueFd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!fd) fail_to_record(file);
    std::string lines = ends_within_a_line(fd.get()) ? "\n" : "";
    for (const ImageMark& mark : marks) lines += mark_line(mark) + "\n";
    for (std::string_view rest = lines; !rest.empty();) {  // one write, unless the disk is full
        const ssize_t written = ::write(fd.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail_to_record(file);
        rest.remove_prefix(static_cast<size_t>(written));
    }
    if (::fdatasync(fd.get()) != 0) fail_to_record(file);
}

std::set<std::string> culled_images(const fs::path& folder) {
    std::set<std::string> names;
    std::error_code error;
    for (const auto& [name, marks] : read_marks(folder))
        if (marks.culled && !fs::exists(fs::symlink_status(folder / name, error))) names.insert(name);
    return names;
}

std::set<std::string> forgotten_images(const fs::path& folder) {
    std::set<std::string> names;
    each_mark(folder, [&](const ImageMark& mark) {
        if (mark.culled) *mark.culled ? void(names.erase(mark.file)) : void(names.insert(mark.file));
    });
    std::error_code error;
    std::erase_if(names, [&](const std::string& name) { return fs::exists(fs::symlink_status(folder / name, error)); });
    return names;
}

size_t forget_culled(const fs::path& folder) {
    std::vector<ImageMark> marks;
    for (const std::string& name : culled_images(folder)) marks.push_back({.file = name, .culled = false});
    append_marks(folder, marks);
    return marks.size();
}

}  // namespace fanlight
