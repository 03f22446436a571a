#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace fanlight::stand_in {

/// Which work on which stream has been waited for, by vector clocks. Everything is really computed at once; this finds
/// programs that would be wrong if it were not. Any thread.
class Streams {
    template <typename Body>
    auto locked(const Body& body) {
        const std::lock_guard lock(mutex_);
        return body();
    }

public:
    using Stream = std::pair<int, int64_t>;  ///< device, number
    static constexpr Stream host = {-1, 0};  ///< the program itself

    using Clock = std::map<Stream, int64_t>;  ///< by stream, how much of its work is known to be done

    /// Another piece of work on this stream. Returns its number.
    int64_t begin_work(Stream stream) {
        return locked([&] { return ++issued_[stream]; });
    }

    /// What an event recorded now stands for.
    Clock record(Stream stream) {
        return locked([&] {
            Clock clock = known_[stream];
            clock[stream] = issued_[stream];
            return clock;
        });
    }

    /// From now on this stream, or the host, comes after the event.
    void wait(Stream waiting, const Clock& event) {
        locked([&] {
            for (const auto& [stream, number] : event) {
                int64_t& known = known_[waiting][stream];
                known = std::max(known, number);
            }
        });
    }

    /// The host waits for the stream, so what it starts afterwards, on any stream, comes after it, too.
    void synchronise(Stream stream) { wait(host, record(stream)); }

    /// Whether work that starts now on this stream comes after that work on another.
    bool is_after(Stream stream, Stream other, int64_t number) {
        return locked(
            [&] { return stream == other || known_[stream][other] >= number || known_[host][other] >= number; });
    }

private:
    std::mutex mutex_;
    std::map<Stream, int64_t> issued_;
    std::map<Stream, Clock> known_;
};

}  // namespace fanlight::stand_in
