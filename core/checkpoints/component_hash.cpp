#include "core/checkpoints/component_hash.h"

#include <set>

#include "core/base/error.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

bool is_folder_at(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

/// Adds the names of files with these endings in a folder within the whole. Returns its folders' names.
std::set<std::string> add_names(const fs::path& whole, const fs::path& folder, const std::set<std::string>& endings,
                                std::set<std::string>& names) {
    std::set<std::string> folders;
    std::error_code error, ignored;
    for (fs::directory_iterator entry(whole / folder, error), end; !error && entry != end; entry.increment(error)) {
        const fs::path name = entry->path().filename();
        if (endings.contains(name.extension().string()) && entry->is_regular_file(ignored))
            names.insert((folder / name).generic_string());
        if (is_folder_at(entry->path())) folders.insert(name.string());
    }
    if (error) throw Error("Cannot read %1: %2", whole / folder, error.message());
    return folders;
}

}  // namespace

std::string component_hash(const fs::path& path, std::string (*hash_of_file)(const fs::path& file)) {
    if (!is_folder_at(path)) return hash_of_file(path);
    std::set<std::string> names;
    const std::set<std::string> folders = add_names(path, "", {".json", ".safetensors"}, names);
    if (names.contains("model_index.json"))
        for (const std::string& folder : folders) add_names(path, folder, {".json", ".safetensors", ".txt"}, names);
    std::string lines;
    for (const std::string& name : names) lines += hash_of_file(path / name) + "  " + name + "\n";
    return sha256_hex(lines);
}

}  // namespace fanlight
