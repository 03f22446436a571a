#pragma once

#include <filesystem>
#include <string>
#include <vector>

class QLocalSocket;

/// Where this user's run owners listen: `$XDG_RUNTIME_DIR/fanlight`, else /tmp/fanlight-UID.
namespace fanlight {

/// The folder, created if missing. Throws Error if it is not private (owner, mode 0700): then somebody else could
/// listen under our names.
std::filesystem::path sockets_folder();

/// The socket of the owner that stays up between runs (`fanlight serve`).
std::filesystem::path idle_owner_socket();
/// Held by that owner; the kernel releases it with the process.
std::filesystem::path idle_owner_lock();

/// The socket named in a run folder's `.fanlight/socket`. Throws UsageError if the folder contains no run, or the run
/// is not in progress. Whether the owner is alive shows on connecting.
std::filesystem::path socket_of_run(const std::filesystem::path& folder);

/// All sockets in sockets_folder(), including dead ones.
std::vector<std::filesystem::path> all_sockets();

/// Deletes a socket in sockets_folder() on which nobody listens any more, since its owner was killed.
void remove_dead_socket(const std::filesystem::path& socket);

/// Whether the process at the other end belongs to this user (SO_PEERCRED).
bool is_own_peer(const QLocalSocket& socket);

}  // namespace fanlight
