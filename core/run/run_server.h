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

/// Lets processes of the same user look on at a run owner and steer it, over a socket that nobody else may open. What
/// is no message, or too long, ends that client and nothing else; one that reads too slowly misses events and is told
/// everything afresh once it has caught up. Lives in the thread of its event loop, and never blocks it.
class RunServer {
public:
    struct Hooks {
        /// What a new subscriber is told.
        std::function<std::vector<client::FromOwner>()> snapshot;
        /// Throws Error when it cannot be done: the client is told why.
        std::function<void(const client::ToOwner&)> obey;
        /// A client came, subscribed or went.
        std::function<void()> clients_changed = [] {};
    };

    /// `stays` is what Welcome says. Throws Error when it cannot listen there.
    RunServer(const std::filesystem::path& socket, bool stays, Hooks hooks);
    ~RunServer();
    RunServer(const RunServer&) = delete;
    RunServer& operator=(const RunServer&) = delete;

    /// To all subscribers. Progress is held back for a moment, and only the newest of each item is told: a thousand
    /// steps a second are no thousand messages.
    void tell(const client::FromOwner& message);

    /// A subscriber wants to see the pictures in the making.
    bool previews_wanted() const;

    int clients() const { return static_cast<int>(clients_.size()); }

private:
    struct Client;

    void welcome(QLocalSocket* socket);
    void read(Client& client);
    void obey(Client& client, const client::ToOwner& command);
    void send_snapshot(Client& client);
    void tell_progress();
    void pass_on(const client::FromOwner& message);
    void catch_up(Client& client);
    void send(Client& client, const client::FromOwner& message);
    void drop(Client& client);

    const Hooks hooks_;
    const bool stays_;
    QLocalServer server_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::map<std::pair<int64_t, int64_t>, client::OfRun<ItemProgress>> progress_;  ///< not yet told, by run and item
    QTimer progress_timer_;
};

}  // namespace fanlight
