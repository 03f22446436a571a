#include "tests/fuzz/targets.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "core/base/file.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "tests/support/places.h"
#include "tests/support/safetensors_bytes.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

/// A folder of this process's own, empty at first, gone in the end.
class OwnFolder {
public:
    OwnFolder() : path(fs::temp_directory_path() / ("fanlight-fuzz-" + std::to_string(::getpid()))) {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~OwnFolder() {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    OwnFolder(const OwnFolder&) = delete;
    OwnFolder& operator=(const OwnFolder&) = delete;

    const fs::path path;
};

}  // namespace

std::vector<FuzzTarget> fuzz_targets() {
    std::vector<FuzzTarget> all;
    for (const auto& targets :
         {&checkpoint_targets, &model_targets, &tokenizer_targets, &prompt_targets, &image_targets, &run_targets})
        for (FuzzTarget& target : targets()) all.push_back(std::move(target));
    return all;
}

void expect(bool holds, const char* sentence) {
    if (holds) return;
    std::fprintf(stderr, "%s\n", sentence);
    std::abort();
}

void expect_utf8(std::string_view text) {
    expect(first_invalid_utf8(text) == std::string_view::npos, "a text is no UTF-8");
}

void read_by_any(const std::vector<std::function<void()>>& readers) {
    size_t refused = 0;
    for (const auto& read : readers) {
        try {
            read();
        } catch (const Error&) {
            if (++refused == readers.size()) throw;
        }
    }
}

std::vector<std::string> golden_files(std::string_view name) {
    constexpr std::uintmax_t most_bytes = 16 << 10;
    constexpr size_t most_files = 40;
    std::vector<std::string> contents;
    for (const auto& entry : fs::recursive_directory_iterator(source_path("/tests/golden/data")))
        if (entry.is_regular_file() && entry.path().filename() == name && entry.file_size() <= most_bytes &&
            contents.size() < most_files)
            contents.push_back(read_file(entry.path()));
    return contents;
}

void with_file(std::string_view name, std::string_view bytes, const std::function<void(const fs::path& file)>& read) {
    const OwnFolder folder;
    write_bytes(folder.path / name, std::string(bytes));
    read(folder.path / name);
}

void with_folder(std::string_view object, const std::vector<std::string>& known,
                 const std::function<void(const fs::path& folder)>& read) {
    const Json files = parse_json(object, "fuzz");
    const OwnFolder folder;
    for (const auto& [name, content] : files.items()) {
        if (std::find(known.begin(), known.end(), name) == known.end()) throw Error("No such file is read");
        write_bytes(folder.path / name, content.is_string() ? content.get<std::string>() : to_line(content));
    }
    read(folder.path);
}

std::string folder_seed(const fs::path& folder, const std::vector<std::string>& known) {
    Json files = Json::object();
    for (const std::string& name : known) {
        if (!fs::exists(folder / name)) continue;
        const std::string text = read_file(folder / name);
        files[name] = name.ends_with(".json") ? parse_json(text, name) : Json(text);
    }
    return to_line(files);
}

}  // namespace fanlight
