#include "core/checkpoints/weight_files.h"

namespace fanlight {

namespace fs = std::filesystem;

std::vector<fs::path> weight_files(const fs::path& model) {
    std::error_code error, ignored;
    if (fs::is_regular_file(model, error)) return {model};
    std::vector<fs::path> files;
    for (fs::recursive_directory_iterator entry(model, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().extension() == ".safetensors" && entry->is_regular_file(ignored))
            files.push_back(entry->path());
    return files;
}

int64_t weight_bytes(const fs::path& model) {
    int64_t bytes = 0;
    std::error_code ignored;
    for (const fs::path& file : weight_files(model)) bytes += static_cast<int64_t>(fs::file_size(file, ignored));
    return bytes;
}

}  // namespace fanlight
