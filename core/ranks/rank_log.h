#pragma once

#include <filesystem>
#include <string>

#include "core/base/unique_fd.h"

namespace fanlight {

/// While it exists, standard error, mainly messages of c10d and Gloo, is redirected to a file, and the user sees only
/// what is passed to print(). Any thread.
class RankLog {
public:
    /// Redirects to rank-RANK.log in the folder, which is created if its parent exists. If the file cannot be written,
    /// nothing is redirected.
    RankLog(const std::filesystem::path& folder, int rank);
    ~RankLog();
    RankLog(const RankLog&) = delete;
    RankLog& operator=(const RankLog&) = delete;

    void print(const std::string& sentence) const;

private:
    const UniqueFd user_;
};

}  // namespace fanlight
