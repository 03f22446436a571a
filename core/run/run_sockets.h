#pragma once

#include <filesystem>
#include <string>
#include <vector>

class QLocalSocket;

/// Where the run owners of this user listen (DESIGN 2): `$XDG_RUNTIME_DIR/fanlight`, else /tmp/fanlight-UID.
namespace fanlight {

/// The folder, made if it is not there. Throws Error when it is not ours alone (owner, mode 0700): then somebody else
/// could listen under our names.
std::filesystem::path sockets_folder();

/// Of the owner that stays up between runs (`fanlight serve`).
std::filesystem::path idle_owner_socket();

/// The socket that the run in this folder names in `.fanlight/socket`. Throws UsageError when the folder holds no run,
/// or the run names none since nobody is at work on it. Whether the owner lives shows on connecting.
std::filesystem::path socket_of_run(const std::filesystem::path& folder);

/// All sockets in sockets_folder(), dead ones included.
std::vector<std::filesystem::path> all_sockets();

/// Deletes a socket of sockets_folder() that nobody listens at any more: its owner was killed.
void remove_dead_socket(const std::filesystem::path& socket);

/// The process at the other end belongs to this user (SO_PEERCRED).
bool is_own_peer(const QLocalSocket& socket);

}  // namespace fanlight
