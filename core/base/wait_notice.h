#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace fanlight {

/// While it exists, something is waited for. If that takes long, it says so, and again each time the wait has become
/// twice as long: from a thread of its own, since whoever waits may be blocked in a call of another library.
class WaitNotice {
public:
    struct Options {
        /// Until the first notice; by default 10, or $FANLIGHT_NOTICE_SECONDS.
        double seconds = usual_seconds();
        /// Called from the notice's thread; null: prints to standard error, which is a worker's and a rank's log.
        std::function<void(const std::string& sentence)> tell = {};
    };

    /// `what` returns the beginning of a sentence, "Waiting for rank 1", to which is added for how long. It is called
    /// from the notice's thread, each time anew, and must not throw.
    WaitNotice(std::function<std::string()> what, Options options);
    WaitNotice(const std::string& what, Options options);
    explicit WaitNotice(const std::string& what);
    ~WaitNotice();
    WaitNotice(const WaitNotice&) = delete;
    WaitNotice& operator=(const WaitNotice&) = delete;

private:
    static double usual_seconds();
    void tell_until_over();

    const std::function<std::string()> what_;
    const Options options_;
    std::mutex mutex_;  ///< guards what follows
    std::condition_variable wake_;
    bool over_ = false;
    std::thread thread_;  ///< last: it uses the others
};

}  // namespace fanlight
