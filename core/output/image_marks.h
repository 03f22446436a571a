#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

// What the user says of the images of a folder. It is kept beside them, in `.fanlight/ratings.jsonl`, so it outlives
// any catalogue and travels with the folder. Each line is {"file": NAME} and one or more of "rating", "note" and
// "culled"; for each of these the last line about a file counts. Unknown keys are ignored.
namespace fanlight {

/// Stars: 1 to 5, 0 for none, -1 for a reject.
inline constexpr int rejected = -1;
inline constexpr int max_stars = 5;

inline constexpr size_t max_note_bytes = 4096;

struct ImageMarks {
    int rating = 0;
    std::string note;
    bool culled = false;  ///< moved to the trash; of a file that is there again it means nothing

    bool operator==(const ImageMarks&) const = default;
};
using MarksByFile = std::map<std::string, ImageMarks, std::less<>>;

/// One line: what has been said of a file.
struct ImageMark {
    std::string file;  ///< its name in the folder
    std::optional<int> rating = {};
    std::optional<std::string> note = {};
    std::optional<bool> culled = {};

    bool operator==(const ImageMark&) const = default;
};

/// A line without the newline. A note is cut to max_note_bytes, between two characters.
std::string mark_line(const ImageMark& mark);

/// Throws Error if the line is malformed, or names a file of another folder.
ImageMark parse_mark(std::string_view line);

std::filesystem::path marks_file(const std::filesystem::path& folder);

/// Malformed lines are skipped; a missing file means that nothing was said. Throws Error naming a file that cannot be
/// read.
MarksByFile read_marks(const std::filesystem::path& folder);

/// On disk when it returns; in one write, so that two programs' lines do not mix. Throws Error naming the file.
void append_marks(const std::filesystem::path& folder, const std::vector<ImageMark>& marks);

/// The names of the images that were moved to the trash and have not come back. Throws like read_marks().
std::set<std::string> culled_images(const std::filesystem::path& folder);

/// The names of those that are not there, and are no longer culled: they are to be made again. Throws like
/// read_marks().
std::set<std::string> forgotten_images(const std::filesystem::path& folder);

/// From now on these are not culled, but missing. Returns how many there were. Throws like both.
size_t forget_culled(const std::filesystem::path& folder);

}  // namespace fanlight
