#include "core/config/hugging_face_cache.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view repo_prefix = "models--";

std::string variable(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

fs::path with_home(const std::string& path) {
    return path == "~" || path.starts_with("~/") ? fs::path(variable("HOME") + path.substr(1)) : fs::path(path);
}

bool is_commit(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string folder_name(const std::string& repo_id) {
    std::string name(repo_prefix);
    for (const char c : repo_id) name += c == '/' ? "--" : std::string(1, c);
    return name;
}

/// The inverse of folder_name(); an organisation's name contains no "--".
std::string repo_id_of(std::string name) {
    name.erase(0, repo_prefix.size());
    if (const auto separator = name.find("--"); separator != std::string::npos) name.replace(separator, 2, "/");
    return name;
}

}  // namespace

fs::path hugging_face_home() {
    if (const std::string home = variable("HF_HOME"); !home.empty()) return with_home(home);
    const std::string cache = variable("XDG_CACHE_HOME");
    return with_home(cache.empty() ? "~/.cache" : cache) / "huggingface";
}

fs::path hugging_face_hub_cache() {
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"})
        if (const std::string folder = variable(name); !folder.empty()) return with_home(folder);
    return hugging_face_home() / "hub";
}

bool is_repo_id(const std::string& text) {
    const auto allowed = [](unsigned char c) {
        return std::isalnum(c) || c == '-' || c == '_' || c == '.' || c == '/';
    };
    const bool dots =
        text.starts_with('.') || text.find("..") != std::string::npos || text.find("/.") != std::string::npos;
    return !text.empty() && text.size() <= 96 && std::all_of(text.begin(), text.end(), allowed) && !dots &&
           std::count(text.begin(), text.end(), '/') <= 1 && text.front() != '/' && text.back() != '/';
}

std::optional<fs::path> cached_snapshot(const std::string& repo_id) {
    if (!is_repo_id(repo_id)) return std::nullopt;
    const fs::path repo = hugging_face_hub_cache() / folder_name(repo_id);
    std::error_code ignored;
    if (!fs::is_regular_file(repo / "refs/main", ignored)) return std::nullopt;
    const std::string reference = read_file(repo / "refs/main", 4096);
    const std::string commit(trimmed(reference));
    if (!is_commit(commit) || !fs::is_directory(repo / "snapshots" / commit, ignored)) return std::nullopt;
    return repo / "snapshots" / commit;
}

std::vector<std::string> cached_repo_ids() {
    std::vector<std::string> ids;
    std::error_code error;
    for (fs::directory_iterator entry(hugging_face_hub_cache(), error), end; !error && entry != end;
         entry.increment(error)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(repo_prefix)) continue;
        if (const std::string id = repo_id_of(name); cached_snapshot(id)) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

}  // namespace fanlight
