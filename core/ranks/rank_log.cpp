#include "core/ranks/rank_log.h"

#include <fcntl.h>

#include <cstdio>

#include "core/base/file.h"

namespace fanlight {

namespace {

std::filesystem::path made(const std::filesystem::path& folder) {
    std::error_code ignored;  // then opening the file fails
    std::filesystem::create_directory(folder, ignored);
    return folder;
}

}  // namespace

RankLog::RankLog(const std::filesystem::path& folder, int rank) : user_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
    append_standard_error_to(made(folder) / ("rank-" + std::to_string(rank) + ".log"));
}

RankLog::~RankLog() {
    std::fflush(stderr);
    if (user_) ::dup2(user_.get(), STDERR_FILENO);
}

void RankLog::print(const std::string& sentence) const { ::dprintf(user_.get(), "%s\n", sentence.c_str()); }

}  // namespace fanlight
