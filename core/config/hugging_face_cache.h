#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fanlight {

/// $HF_HOME, else $XDG_CACHE_HOME/huggingface, else ~/.cache/huggingface.
std::filesystem::path hugging_face_home();

/// Where downloaded repositories are stored: $HF_HUB_CACHE, $HUGGINGFACE_HUB_CACHE (its older name), else hub/ in the
/// home.
std::filesystem::path hugging_face_hub_cache();

/// Whether the text is "name" or "organisation/name" in the characters that the Hub allows.
bool is_repo_id(const std::string& text);

/// The folder of a repository's `main` as last downloaded, if it is in the cache: models--ORG--NAME/snapshots/COMMIT,
/// with COMMIT from refs/main.
std::optional<std::filesystem::path> cached_snapshot(const std::string& repo_id);

/// The ids of all model repositories in the cache that have such a snapshot, sorted.
std::vector<std::string> cached_repo_ids();

}  // namespace fanlight
