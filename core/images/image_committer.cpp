#include "core/images/image_committer.h"

#include <unistd.h>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/sha256.h"
#include "core/images/recipe_text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_image_bytes = std::uintmax_t{2} << 30;

CommittedImage described(const Item& item, std::string_view png) {
    return {item.place, sha256_hex(png), static_cast<int64_t>(png.size())};
}

[[noreturn]] void refuse(const fs::path& folder, const Sentence& reason) {
    throw Error("Cannot write into the output folder %1: %2; choose another with --output", folder, reason);
}

}  // namespace

CommittedImage commit_image(const fs::path& folder, const Item& item, const Recipe& recipe, const ImageView& image) {
    const std::string png = encode_png(image, image_texts(item, recipe));
    if (commit_file(folder, item.place, png) == Commit::Written) return described(item, png);
    const std::string existing = read_file(folder / item.place, max_image_bytes);
    if (same_recipe(existing, item, recipe)) return described(item, existing);
    throw Error(
        "Cannot write %1: a file of that name exists and was made by another recipe; move it away or choose another "
        "output folder",
        (folder / item.place));
}

void check_writable(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) refuse(folder, Sentence(error.message()));
    const std::string probe = ".fanlight-write-test-" + std::to_string(::getpid());
    try {
        commit_file(folder, probe, "fanlight");
    } catch (const Error& failure) {
        const std::string sentence = failure.what();  // "Cannot create FILE: REASON"
        refuse(folder, Sentence(sentence.substr(sentence.rfind(": ") + 2)));
    }
    fs::remove(folder / probe, error);
}

}  // namespace fanlight
