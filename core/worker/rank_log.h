#pragma once

#include <filesystem>
#include <string>

#include "core/base/unique_fd.h"

namespace fanlight {

/// While it lives, what is said on standard error, c10d's and Gloo's words above all, goes into a file, and the user
/// hears what is told. Any thread.
class RankLog {
public:
    /// To rank-RANK.log in the folder, which is made in one that is there. Where the file cannot be written, nothing is
    /// kept from the user.
    RankLog(const std::filesystem::path& folder, int rank);
    ~RankLog();
    RankLog(const RankLog&) = delete;
    RankLog& operator=(const RankLog&) = delete;

    void tell(const std::string& sentence) const;

private:
    const UniqueFd user_;
};

}  // namespace fanlight
