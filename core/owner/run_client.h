#pragma once

#include <QLocalSocket>
#include <QObject>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/sentence.h"
#include "core/owner/run_state.h"
#include "core/protocol/client_messages.h"
#include "core/protocol/line_reader.h"

namespace fanlight {

/// A client of a run owner: connects to its socket, mirrors the state of its runs, sends commands. Nothing blocks;
/// lives in the thread of its event loop. A command that cannot be carried out leads to refused(); one sent while
/// disconnected is dropped, since it might reach a different owner.
class RunClient : public QObject {
    Q_OBJECT
public:
    explicit RunClient(QObject* parent = nullptr);
    ~RunClient() override;

    /// Tries once; connected() or lost() follows. For sockets see run_sockets.h. Closes an existing connection first.
    void connect_to(const std::filesystem::path& socket);
    /// Requests previews, from the next connection on.
    void want_previews() { previews_ = true; }
    /// Disconnects; the owner continues. No signal follows.
    void disconnect_from_owner();

    /// Whether the complete state has been received and the owner has not been lost since.
    bool is_connected() const { return welcomed_; }
    const client::Welcome& owner() const { return owner_; }

    /// All runs of the owner in the order in which they are worked on, including those that have ended.
    const std::vector<RunState>& runs() const { return runs_; }
    /// nullptr: no such run.
    const RunState* run(int64_t id) const;
    /// The current run; nullptr: none.
    const RunState* current() const;
    /// Adds the states of a listed run's items (recorded_items()), unless the owner has told them meanwhile.
    void learn(int64_t run, const std::vector<client::FromOwner>& items);

    // Commands; see client_messages.h.
    void start(const std::filesystem::path& folder);
    /// `prompts`: JSON lines; a text that is too long is refused.
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
    /// runs() is complete: after connected(), and again after this client was too slow for the events.
    void snapshot();
    /// An event that runs() already reflects. Not emitted for the parts of a snapshot.
    void happened(const fanlight::client::FromOwner& event);
    void refused(const fanlight::Sentence& sentence);
    /// The owner has exited, was killed, or violated the protocol; `reason` is one sentence. runs() keeps the last
    /// known state; the run that was being made counts as interrupted.
    void lost(const fanlight::Sentence& reason);

private:
    void send(const client::ToOwner& message);
    void read();
    void take(const client::FromOwner& message);
    void apply(const client::Run& head);
    void apply(const client::Removed& removed);
    void apply(const client::RunOrder& order);
    /// A message about a known run.
    template <typename Message>
    void apply(const Message& message) {
        if constexpr (requires(RunState & run) { run.apply(message); }) known(message.run).apply(message);
    }
    void lose(const Sentence& reason);
    RunState& known(int64_t id);

    QLocalSocket socket_;
    std::filesystem::path path_;
    protocol::LineReader lines_;
    client::Welcome owner_;
    std::vector<RunState> runs_;
    bool previews_ = false;
    bool attached_ = false;  ///< lost() has not been emitted yet
    bool welcomed_ = false;
    bool in_snapshot_ = false;
};

}  // namespace fanlight
