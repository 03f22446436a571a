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

/// Which processes of a run are still there. Each says so in the store every few seconds, from a thread of its own, so
/// that it is heard however slow its work is; one that has not been heard of for `silence_seconds` was killed, is
/// stopped or cannot be reached, and is given up. Time in which the listener itself stood still is not counted. The
/// functions may be called from any thread.
class RollCall {
public:
    struct Options {
        std::string keys;              ///< before those in the store
        double silence_seconds = 30;   ///< of one that has been heard
        double arrival_seconds = 300;  ///< of one that has not come yet
    };

    /// Begins to answer. `meeting` outlives it.
    RollCall(Rendezvous& meeting, Options options);
    ~RollCall();
    RollCall(const RollCall&) = delete;
    RollCall& operator=(const RollCall&) = delete;

    /// Answers no more.
    void stop();
    /// Answers no more, and says why: the others need not wait. `reason`: a sentence.
    void leave(const std::string& reason);

    /// Listens to these from now on, too.
    void observe(const std::vector<int>& ranks);
    /// "rank 1 on nodeb", or "rank 1" before it has answered.
    std::string name_of(int rank) const;
    /// Why an observed process is given up, as a sentence without its end; nothing while it is there. Where the store
    /// itself is gone, all are.
    std::optional<std::string> loss_of(int rank) const;
    /// Of the first of several that is given up.
    std::optional<std::string> loss_among(const std::vector<int>& ranks) const;

    /// The value of a key that `rank` is to set, however long that takes. Throws PartnerLost when it is given up.
    std::string wait_for(const std::string& key, int rank);

    /// While it lives: calls `sound`, from the roll call's thread and maybe several times, once one of these is given
    /// up.
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
    struct Heard {
        std::string said;           ///< the latest
        double silent_seconds = 0;  ///< since then
        Stopwatch since_look;
    };

    void answer();
    void listen();
    std::string key_of(int rank) const { return options_.keys + "alive/" + std::to_string(rank); }
    std::optional<std::string> loss_of(int rank, const Heard& heard) const;

    Rendezvous& meeting_;
    const Options options_;
    mutable std::mutex mutex_;  ///< guards what follows
    std::condition_variable wake_;
    bool stopping_ = false;
    std::map<int, Heard> heard_;
    std::optional<std::string> store_loss_;
    const Alarm* alarm_ = nullptr;
    std::thread thread_;  ///< last: it uses the others
};

}  // namespace fanlight
