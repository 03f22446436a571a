#include "core/owner/run_sockets.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QLocalSocket>
#include <algorithm>
#include <cstdlib>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/file_lock.h"
#include "core/base/text.h"

namespace fanlight {

namespace fs = std::filesystem;

namespace {

constexpr std::uintmax_t max_path_bytes = 4096;

fs::path folder_path() {
    const char* runtime = std::getenv("XDG_RUNTIME_DIR");
    if (runtime && *runtime == '/') return fs::path(runtime) / "fanlight";
    return "/tmp/fanlight-" + std::to_string(::getuid());
}

/// Whether it is a folder, not a link to one, that nobody else may enter.
bool is_ours_alone(const fs::path& folder) {
    struct stat status {};
    return ::lstat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::getuid() &&
           (status.st_mode & 077) == 0;
}

}  // namespace

fs::path sockets_folder() {
    fs::path folder = folder_path();
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        const std::string reason = errno_text();
        throw Error("Cannot create the folder %1: %2; set XDG_RUNTIME_DIR to a folder of yours", folder, reason);
    }
    if (!is_ours_alone(folder))
        throw Error(
            "%1 must be a folder of yours that nobody else may enter (mode 0700); remove it, or set XDG_RUNTIME_DIR to "
            "a folder of yours",
            folder);
    return folder;
}

fs::path idle_owner_socket() { return sockets_folder() / "serve.sock"; }
fs::path idle_owner_lock() { return idle_owner_socket().string() + ".lock"; }

fs::path socket_of_run(const fs::path& folder) {
    const fs::path own = folder / ".fanlight";
    std::error_code error;
    if (!fs::exists(own / "run.json", error))
        throw UsageError("%1 holds no run: there is no .fanlight/run.json in it", folder);
    if (!fs::exists(own / "socket", error))
        throw UsageError("The run in %1 is not being made now; fanlight queue resume %2 makes what is missing", folder,
                         folder);
    return std::string(trimmed(read_file(own / "socket", max_path_bytes)));
}

std::vector<fs::path> all_sockets() {
    std::vector<fs::path> sockets;
    for (const auto& entry : fs::directory_iterator(sockets_folder()))
        if (entry.path().extension() == ".sock") sockets.push_back(entry.path());
    std::sort(sockets.begin(), sockets.end());
    return sockets;
}

void remove_dead_socket(const fs::path& socket) {
    // An owner that begins puts its own socket in the place of a dead one; that must not be removed in its stead.
    const bool is_of_idle_owner = socket == folder_path() / "serve.sock";
    const UniqueFd lock = is_of_idle_owner ? lock_file(socket.string() + ".lock", 0) : UniqueFd();
    if (is_of_idle_owner && !lock) return;
    std::error_code error;
    const auto type = fs::symlink_status(socket, error).type();
    if (type == fs::file_type::socket && socket.parent_path() == folder_path()) fs::remove(socket, error);
}

bool is_own_peer(const QLocalSocket& socket) {
    ucred peer{};
    socklen_t size = sizeof peer;
    const auto fd = static_cast<int>(socket.socketDescriptor());
    return ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == ::getuid();
}

}  // namespace fanlight
