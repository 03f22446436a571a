#include "core/checkpoints/component_hash.h"

#include <set>

#include "core/base/error.h"

namespace fanlight {

namespace fs = std::filesystem;

std::string component_hash(const fs::path& path, std::string (*hash_of_file)(const fs::path& file)) {
    std::error_code error, ignored;
    if (!fs::is_directory(path, ignored)) return hash_of_file(path);
    std::set<std::string> names;
    for (fs::directory_iterator entry(path, error), end; !error && entry != end; entry.increment(error)) {
        const std::string kind = entry->path().extension().string();
        if ((kind == ".json" || kind == ".safetensors") && entry->is_regular_file(ignored))
            names.insert(entry->path().filename().string());
    }
    if (error) throw Error("Cannot read %1: %2", path, error.message());
    std::string lines;
    for (const std::string& name : names) lines += hash_of_file(path / name) + "  " + name + "\n";
    return sha256_hex(lines);
}

}  // namespace fanlight
