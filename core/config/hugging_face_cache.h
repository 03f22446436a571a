#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace fanlight {

/// $HF_HOME, else $XDG_CACHE_HOME/huggingface, else ~/.cache/huggingface.
std::filesystem::path hugging_face_home();

/// Where downloaded repositories lie: $HF_HUB_CACHE, $HUGGINGFACE_HUB_CACHE (its older name), else hub/ in the home.
std::filesystem::path hugging_face_hub_cache();

/// "name" or "organisation/name" in the letters that the Hub allows.
bool is_repo_id(const std::string& text);

/// The folder of the commit that a repository's `main` stood at when it was last downloaded, if it is in the cache:
/// models--ORG--NAME/snapshots/COMMIT, COMMIT as refs/main says.
std::optional<std::filesystem::path> cached_snapshot(const std::string& repo_id);

/// The ids of all model repositories in the cache that have such a snapshot, sorted.
std::vector<std::string> cached_repo_ids();

}  // namespace fanlight
