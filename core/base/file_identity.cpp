#include "core/base/file_identity.h"

#include <set>

namespace fanlight {

std::string identity_of(const struct stat& status) {
    std::string identity =
        std::to_string(status.st_dev) + "-" + std::to_string(status.st_ino) + "-" + std::to_string(status.st_size);
    for (const timespec& time : {status.st_mtim, status.st_ctim})
        identity += "-" + std::to_string(time.tv_sec) + "." + std::to_string(time.tv_nsec);
    return identity;
}

std::string file_identity(const std::filesystem::path& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? identity_of(status) : "";
}

std::string identity_of_files(const std::filesystem::path& folder) {
    std::set<std::string> identities;
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored))
        identities.insert(entry.path().string() + " " + file_identity(entry.path()));
    std::string all;
    for (const std::string& identity : identities) all += "\n" + identity;
    return all;
}

}  // namespace fanlight
