#pragma once

#include <c10/util/intrusive_ptr.h>

#include <cstdint>
#include <string>

#include "core/base/wait_notice.h"

namespace c10d {
class Store;
}

namespace fanlight {

/// Where the processes of a group meet: a c10d store that all of them can reach. Any thread.
class Rendezvous {
public:
    struct Options {
        int rank = 0;
        int size = 1;
        /// "file:///FOLDER": a folder visible to all of them, 0700 and for this attempt alone; nothing listens.
        /// "tcp://HOST:PORT": a store on the network, which a launcher serves. "tcp-serve://ADDRESS:PORT": the same,
        /// but served by rank 0, bound to that address only.
        std::string store;
        /// The address of this machine on which this process's Gloo connections listen.
        std::string address = "127.0.0.1";
        double timeout_seconds = 60;  ///< for others to arrive, and for their messages
        /// Timeout for Gloo messages, if longer than timeout_seconds: something else checks that the partner is alive.
        double gloo_timeout_seconds = 0;
        double response_seconds = 30;     ///< for the store to respond; after that it counts as stopped or unreachable
        WaitNotice::Options notice = {};  ///< how long waits are reported
    };

    /// Throws PartnerLost naming the store that cannot be reached. So do all functions once it has gone.
    explicit Rendezvous(const Options& options);
    ~Rendezvous();
    Rendezvous(const Rendezvous&) = delete;
    Rendezvous& operator=(const Rendezvous&) = delete;

    const Options& options() const { return options_; }
    /// "at HOST:PORT", "in FOLDER"
    std::string place() const;

    /// Adds to a counter that starts at 0 and returns its new value: a ticket for each caller.
    int64_t add(const std::string& key, int64_t amount);
    void set(const std::string& key, const std::string& value);
    bool has(const std::string& key);
    /// Waits for the value. Throws PartnerLost if it is not set in time.
    std::string get(const std::string& key);

    /// A view of the store in which the group's keys cannot clash with another group's.
    c10::intrusive_ptr<c10d::Store> store_of(const std::string& group) const;

private:
    std::string value_of(const std::string& key) const;
    template <typename Question>
    auto ask(const Question& question) const;

    const Options options_;
    c10::intrusive_ptr<c10d::Store> store_;
};

}  // namespace fanlight
