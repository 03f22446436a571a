#pragma once

#include <QLocalSocket>
#include <QObject>
#include <filesystem>
#include <string>
#include <vector>

#include "core/protocol/client_messages.h"
#include "core/protocol/line_reader.h"
#include "core/run/run_state.h"

namespace fanlight {

/// One who looks on at a run owner and steers it: connects to its socket, keeps a picture of its runs, sends commands.
/// Nothing blocks; lives in the thread of its event loop. A command that cannot be done comes back as refused(), one
/// that is sent while nothing is connected is dropped: it would reach another owner than the one that was looked at.
class RunClient : public QObject {
    Q_OBJECT
public:
    explicit RunClient(QObject* parent = nullptr);
    ~RunClient() override;

    /// Tries once; connected() or lost() follows. The socket of an owner: sockets_folder(), socket_of_run() and
    /// idle_owner_socket() in run_sockets.h know them. Gives up a connection that is there.
    void connect_to(const std::filesystem::path& socket);
    /// Pictures in the making are to be told of as well, from the next connection on.
    void want_previews() { previews_ = true; }
    /// Leaves; the owner goes on. No signal follows.
    void disconnect_from_owner();

    /// Knows everything, and has not lost the owner since.
    bool is_connected() const { return welcomed_; }
    const client::Welcome& owner() const { return owner_; }

    /// All runs of the owner in the order in which they are made, those that have ended included.
    const std::vector<RunState>& runs() const { return runs_; }
    /// nullptr: no such run.
    const RunState* run(int64_t id) const;
    /// The one that is being made; nullptr: none is.
    const RunState* current() const;

    // Commands: client_messages.h says what each one means.
    void start(const std::filesystem::path& folder);
    /// `prompts`: JSON lines; too long a text is refused.
    void add(int64_t run, const std::string& prompts);
    void pause(int64_t run = client::current_run);
    void resume(int64_t run = client::current_run);
    void cancel(int64_t run = client::current_run, const std::vector<int64_t>& items = {});
    void retry(int64_t run = client::current_run, const std::vector<int64_t>& items = {});
    void move_items(int64_t run, const std::vector<int64_t>& items, int64_t before = -1);
    void move_run(int64_t run, int64_t before = -1);
    void enable_worker(int64_t run, int worker, bool enabled);
    void remove(int64_t run);
    void shut_down();

Q_SIGNALS:
    void connected();
    /// runs() is whole: after connected(), and again after this client was too slow for the events.
    void snapshot();
    /// Something has happened, and runs() knows it already. Not emitted for what a snapshot consists of.
    void happened(const fanlight::client::FromOwner& event);
    void refused(const QString& sentence);
    /// The owner has ended, was killed, or does not speak as it should; `reason` is one sentence. runs() keeps what was
    /// known, and those that had not ended have failed.
    void lost(const QString& reason);

private:
    void send(const client::ToOwner& message);
    void read();
    void take(const client::FromOwner& message);
    void apply(const client::Run& head);
    void apply(const client::Removed& removed);
    void apply(const client::RunOrder& order);
    /// Of one run that is known.
    template <typename Message>
    void apply(const Message& message) {
        if constexpr (requires(RunState & run) { run.apply(message); }) known(message.run).apply(message);
    }
    void lose(const QString& reason);
    RunState& known(int64_t id);

    QLocalSocket socket_;
    std::filesystem::path path_;
    protocol::LineReader lines_;
    client::Welcome owner_;
    std::vector<RunState> runs_;
    bool previews_ = false;
    bool attached_ = false;  ///< and have not said lost()
    bool welcomed_ = false;
    bool in_snapshot_ = false;
};

}  // namespace fanlight
