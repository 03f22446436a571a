#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/stopwatch.h"
#include "core/parallel/rendezvous.h"

namespace fanlight {

/// Keeps track of which processes of a run are alive. Each reports to the store every few seconds from a separate
/// thread, however slow its work is; one that has not reported for `silence_seconds` has been killed, stopped or cut
/// off, and is abandoned. Time during which this process itself was stopped is not counted. Any thread.
class RollCall {
public:
    struct Options {
        std::string keys;              ///< prefix of the keys in the store
        double silence_seconds = 30;   ///< for a process that has reported before
        double arrival_seconds = 300;  ///< for one that has not arrived yet
    };

    /// Starts reporting. `meeting` must outlive it.
    RollCall(Rendezvous& meeting, Options options);
    ~RollCall();
    RollCall(const RollCall&) = delete;
    RollCall& operator=(const RollCall&) = delete;

    /// Stops reporting.
    void stop();
    /// Stops reporting and says why, so that the others need not wait. `reason`: a sentence.
    void leave(const std::string& reason);

    /// Observes these ranks from now on, too.
    void observe(const std::vector<int>& ranks);
    /// "rank 1 on nodeb", or "rank 1" until it has reported.
    std::string name_of(int rank) const;
    /// Why an observed process is abandoned, as a sentence without its full stop; nullopt while it is alive. If the
    /// store itself has gone, all are abandoned.
    std::optional<std::string> loss_of(int rank) const;
    /// The same for the first of several that is abandoned.
    std::optional<std::string> loss_among(const std::vector<int>& ranks) const;

    /// Waits for a key that `rank` is to set, however long that takes, and says who is missing or at work if it takes
    /// long (Rendezvous::Options::notice). Throws PartnerLost if the rank is abandoned.
    std::string wait_for(const std::string& key, int rank);

    /// While it exists, calls `sound`, from the roll call's thread and possibly several times, once one of these is
    /// abandoned.
    class Alarm {
    public:
        Alarm(RollCall& roll_call, std::vector<int> ranks, std::function<void()> sound);
        ~Alarm();
        Alarm(const Alarm&) = delete;
        Alarm& operator=(const Alarm&) = delete;

    private:
        friend class RollCall;
        RollCall& roll_call_;
        const std::vector<int> ranks_;
        const std::function<void()> sound_;
    };

private:
    struct Presence {
        std::string report;         ///< its latest report
        double silent_seconds = 0;  ///< since then
        Stopwatch since_check;
    };

    /// "Waiting for ranks 1-2 to arrive in FOLDER"
    std::string awaited(int rank) const;
    void report_until_stopped();
    void read_reports();
    std::string key_of(int rank) const { return options_.keys + "alive/" + std::to_string(rank); }
    std::optional<std::string> loss_of(int rank, const Presence& presence) const;

    Rendezvous& meeting_;
    const Options options_;
    mutable std::mutex mutex_;  ///< guards what follows
    std::condition_variable wake_;
    bool stopping_ = false;
    std::map<int, Presence> observed_;
    std::optional<std::string> store_loss_;
    const Alarm* alarm_ = nullptr;
    std::thread thread_;  ///< last: it uses the others
};

}  // namespace fanlight
