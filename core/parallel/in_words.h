#pragma once

#include <array>
#include <cstdio>
#include <exception>
#include <future>
#include <string>
#include <thread>

#include "core/base/error.h"

namespace fanlight {

/// The process at the other end is gone, is silent, or was never there.
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

/// Calls `function`; where c10d throws, the user is told `sentence`, and c10d's own words go to standard error, which
/// is a log.
template <typename Fault = Error, typename Function>
auto in_words(const std::string& sentence, const Function& function) {
    try {
        return function();
    } catch (const Error&) {
        throw;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s\n", sentence.c_str(), error.what());
        throw Fault(sentence);
    }
}

/// What `function` returns, or PartnerLost(`sentence`) when that takes longer than `seconds`: c10d waits without an end
/// for the answer of a server that is stopped. Then the call stays behind in a thread of its own; what it captures must
/// be its own, too.
template <typename Function>
auto within(double seconds, const std::string& sentence, Function function) {
    std::packaged_task<decltype(function())()> task(std::move(function));
    auto result = task.get_future();
    std::thread(std::move(task)).detach();
    if (result.wait_for(std::chrono::duration<double>(seconds)) == std::future_status::timeout)
        throw PartnerLost(sentence);
    return result.get();
}

}  // namespace fanlight
