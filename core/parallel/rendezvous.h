#pragma once

#include <c10/util/intrusive_ptr.h>

#include <cstdint>
#include <string>

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
        /// "file:///FOLDER": a folder that all of them see, 0700 and of this attempt alone; nothing listens.
        /// "tcp://HOST:PORT": a store on the network, which a launcher serves.
        /// "tcp-serve://ADDRESS:PORT": the same, and rank 0 serves it, bound to that address and no other.
        std::string store;
        /// The address of this machine on which Gloo's connections of this process listen.
        std::string address = "127.0.0.1";
        double timeout_seconds = 60;  ///< for others to come, and for what they say
        /// For what a partner sends by Gloo, where more than timeout_seconds: somebody else watches that it is there.
        double patience_seconds = 0;
        double answer_seconds = 30;  ///< for the store to answer: it is stopped, else, or cannot be reached
    };

    /// Throws PartnerLost naming the place that cannot be reached. So do all functions when it is there no more.
    explicit Rendezvous(const Options& options);
    ~Rendezvous();
    Rendezvous(const Rendezvous&) = delete;
    Rendezvous& operator=(const Rendezvous&) = delete;

    const Options& options() const { return options_; }

    /// Adds to a counter that starts at 0; returns its new value. A ticket for each caller.
    int64_t add(const std::string& key, int64_t amount);
    void set(const std::string& key, const std::string& value);
    bool has(const std::string& key);
    /// Waits for it. Throws PartnerLost when nobody has set it in time.
    std::string get(const std::string& key);

    /// A store in which the keys of one group do not meet those of another.
    c10::intrusive_ptr<c10d::Store> store_of(const std::string& group) const;

private:
    template <typename Question>
    auto ask(const Question& question) const;

    const Options options_;
    c10::intrusive_ptr<c10d::Store> store_;
};

}  // namespace fanlight
