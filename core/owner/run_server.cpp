#include "core/owner/run_server.h"

#include <unistd.h>

#include <QDeadlineTimer>
#include <QLocalSocket>
#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/owner/run_sockets.h"

namespace fanlight {

namespace {

constexpr int max_clients = 64;
constexpr int farewell_ms = 500;
constexpr int progress_ms = 50;
constexpr qint64 max_backlog_bytes = 4 << 20;  ///< unread bytes; beyond that the client gets a fresh snapshot later

}  // namespace

struct RunServer::Client {
    struct LaterDeleted {
        void operator()(QLocalSocket* socket) const {
            socket->disconnect();
            socket->abort();
            socket->deleteLater();  // it may be the sender of the current signal
        }
    };

    std::unique_ptr<QLocalSocket, LaterDeleted> socket;
    protocol::LineReader lines;
    bool subscribed = false;
    bool previews = false;  ///< whether the client wants them
    bool behind = false;    ///< it has missed messages
};

RunServer::RunServer(const std::filesystem::path& socket, bool stays, Hooks hooks)
    : hooks_(std::move(hooks)), stays_(stays) {
    progress_timer_.setSingleShot(true);
    progress_timer_.setInterval(progress_ms);
    progress_timer_.callOnTimeout([this] { send_progress(); });
    server_.setSocketOptions(QLocalServer::UserAccessOption);
    QObject::connect(&server_, &QLocalServer::newConnection, &server_, [this] {
        while (QLocalSocket* connection = server_.nextPendingConnection()) welcome(connection);
    });
    if (!server_.listen(QString::fromStdString(socket.string())))
        throw Error("Cannot listen at %1 for other programs to watch: %2", socket, server_.errorString().toStdString());
    namespace fs = std::filesystem;
    fs::permissions(socket, fs::perms::owner_read | fs::perms::owner_write);
}

RunServer::~RunServer() {
    const QDeadlineTimer deadline(farewell_ms);
    for (const auto& client : clients_)
        while (client->socket->bytesToWrite() > 0)
            if (!client->socket->waitForBytesWritten(static_cast<int>(deadline.remainingTime()))) break;
}

void RunServer::welcome(QLocalSocket* socket) {
    auto client = std::make_unique<Client>();
    client->socket.reset(socket);
    if (clients() >= max_clients || !is_own_peer(*socket)) return;
    socket->setReadBufferSize(static_cast<qint64>(protocol::max_line_bytes));
    Client& known = *clients_.emplace_back(std::move(client));
    QObject::connect(socket, &QLocalSocket::readyRead, socket, [this, &known] { read(known); });
    QObject::connect(socket, &QLocalSocket::bytesWritten, socket, [this, &known] { catch_up(known); });
    QObject::connect(socket, &QLocalSocket::disconnected, socket, [this, &known] { drop(known); });
    send(known, client::Welcome{client::version, FANLIGHT_VERSION, ::getpid(), stays_});
    hooks_.clients_changed();
}

void RunServer::read(Client& client) {
    const QByteArray bytes = client.socket->readAll();
    try {
        client.lines.feed({bytes.constData(), static_cast<size_t>(bytes.size())});
        while (const auto line = client.lines.next()) {
            if (client.socket->bytesToWrite() > max_backlog_bytes)
                throw Error("Read the answers before sending more requests");
            obey(client, client::to_owner(*line));
        }
    } catch (const Error& error) {
        send(client, client::Refused{sentence_of(error)});
        client.socket->flush();
        drop(client);
    }
}

void RunServer::obey(Client& client, const client::ToOwner& command) {
    if (const auto* subscribe = std::get_if<client::Subscribe>(&command)) {
        if (subscribe->protocol != client::version)
            throw Error("This run owner speaks version %1, not %2; use one version of Fanlight", client::version,
                        subscribe->protocol);
        client.previews = subscribe->previews;
        send_snapshot(client);
        return hooks_.clients_changed();
    }
    try {
        hooks_.obey(command);
    } catch (const Error& error) {
        send(client, client::Refused{sentence_of(error)});
    }
}

void RunServer::send_snapshot(Client& client) {
    client.subscribed = true;
    client.behind = false;
    send(client, client::Snapshot{false});
    for (const client::FromOwner& message : hooks_.snapshot()) send(client, message);
    send(client, client::Snapshot{true});
}

void RunServer::broadcast(const client::FromOwner& message) {
    if (const auto* progress = std::get_if<client::OfRun<ItemProgress>>(&message)) {
        const auto [held, is_new] = progress_.try_emplace({progress->run, progress->item}, *progress);
        if (!is_new) {
            std::string text = std::move(held->second.text) + progress->text;
            held->second = *progress;
            held->second.text = std::move(text);
        }
        if (!progress_timer_.isActive()) progress_timer_.start();
        return;
    }
    send_progress();  // first, since the message may end the item
    send_to_all(message);
}

void RunServer::send_progress() {
    progress_timer_.stop();
    for (const auto& [item, progress] : std::exchange(progress_, {})) send_to_all(progress);
}

void RunServer::send_to_all(const client::FromOwner& message) {
    const bool is_preview = std::holds_alternative<client::OfRun<ItemPreview>>(message);
    std::string line;
    for (const auto& client : clients_) {
        if (!client->subscribed || (is_preview && !client->previews)) continue;
        client->behind |= client->socket->bytesToWrite() > max_backlog_bytes;
        if (client->behind) continue;
        if (line.empty()) line = client::to_line(message) + "\n";
        client->socket->write(line.data(), static_cast<qint64>(line.size()));
    }
}

bool RunServer::previews_wanted() const {
    return std::any_of(clients_.begin(), clients_.end(), [](const auto& client) { return client->previews; });
}

void RunServer::catch_up(Client& client) {
    if (client.behind && client.socket->bytesToWrite() == 0) send_snapshot(client);
}

void RunServer::send(Client& client, const client::FromOwner& message) {
    const std::string line = client::to_line(message) + "\n";
    client.socket->write(line.data(), static_cast<qint64>(line.size()));
}

void RunServer::drop(Client& client) {
    std::erase_if(clients_, [&](const auto& known) { return known.get() == &client; });
    hooks_.clients_changed();
}

}  // namespace fanlight
