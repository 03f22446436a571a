#pragma once

#include <QLocalServer>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/protocol/client_messages.h"
#include "core/protocol/line_reader.h"

class QLocalSocket;

namespace fanlight {

/// Lets clients of the same user show and control an owner's runs, through a socket that nobody else can open. An
/// invalid or too long message disconnects that client only; one that reads too slowly misses events and gets a fresh
/// snapshot once it has caught up. Lives in the thread of its event loop, and never blocks it.
class RunServer {
public:
    struct Hooks {
        /// The messages for a new subscriber.
        std::function<std::vector<client::FromOwner>()> snapshot;
        /// Throws Error if the command cannot be carried out; the client gets the reason.
        std::function<void(const client::ToOwner&)> obey;
        /// A client has connected, subscribed or disconnected.
        std::function<void()> clients_changed = [] {};
    };

    /// `stays` is for the Welcome message. Throws Error if it cannot listen there.
    RunServer(const std::filesystem::path& socket, bool stays, Hooks hooks);
    ~RunServer();
    RunServer(const RunServer&) = delete;
    RunServer& operator=(const RunServer&) = delete;

    /// Sends to all subscribers. Progress is held back for a moment, and only the latest of each item is sent, with all
    /// that its text has grown by: a thousand steps per second do not become a thousand messages.
    void broadcast(const client::FromOwner& message);

    /// Whether a subscriber wants previews.
    bool previews_wanted() const;

    int clients() const { return static_cast<int>(clients_.size()); }

private:
    struct Client;

    void welcome(QLocalSocket* socket);
    void read(Client& client);
    void obey(Client& client, const client::ToOwner& command);
    void send_snapshot(Client& client);
    void send_progress();
    void send_to_all(const client::FromOwner& message);
    void catch_up(Client& client);
    void send(Client& client, const client::FromOwner& message);
    void drop(Client& client);

    const Hooks hooks_;
    const bool stays_;
    QLocalServer server_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::map<std::pair<int64_t, int64_t>, client::OfRun<ItemProgress>> progress_;  ///< not yet sent, by run and item
    QTimer progress_timer_;
};

}  // namespace fanlight
