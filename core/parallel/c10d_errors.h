#pragma once

#include <array>
#include <cstdio>
#include <exception>
#include <future>
#include <string>
#include <thread>

#include "core/base/error.h"

namespace fanlight {

/// The process at the other end has gone, is silent, or never appeared.
class PartnerLost : public Error {
public:
    using Error::Error;
};

/// "30 s"
inline std::string seconds_text(double seconds) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g s", seconds);
    return text.data();
}

/// Calls `function`; if c10d throws, throws Fault(`sentence`) for the user and writes c10d's own message to standard
/// error, which is a log.
template <typename Fault = Error, typename Function>
auto rethrow_as(const std::string& sentence, const Function& function) {
    try {
        return function();
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", sentence.c_str(), error.what());
        throw Fault(Sentence(sentence));
    }
}

/// Returns the result of `function`, or throws PartnerLost(`sentence`) if that takes longer than `seconds`: c10d waits
/// forever for a reply from a stopped server. The call is then left behind in its own thread, so it must own whatever
/// it captures.
template <typename Function>
auto within(double seconds, const std::string& sentence, Function function) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    auto result = task.get_future();
    std::thread(std::move(task)).detach();
    if (result.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::timeout)
        throw PartnerLost(Sentence(sentence));
    return result.get();
}

}  // namespace fanlight
