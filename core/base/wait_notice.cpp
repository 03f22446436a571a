#include "core/base/wait_notice.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "core/base/number_text.h"
#include "core/base/text.h"

namespace fanlight {

namespace {

constexpr double longest_seconds = 1e6;  ///< more than anyone waits

}  // namespace

double WaitNotice::usual_seconds() {
    constexpr double usual = 10;
    const char* given = std::getenv("FANLIGHT_NOTICE_SECONDS");
    const double seconds = given ? std::strtod(given, nullptr) : usual;
    return seconds > 0 && seconds < longest_seconds ? seconds : usual;
}

WaitNotice::WaitNotice(std::function<std::string()> what, Options options)
    : what_(std::move(what)), options_(std::move(options)), thread_([this] { tell_until_over(); }) {}

WaitNotice::WaitNotice(const std::string& what, Options options)
    : WaitNotice([what] { return what; }, std::move(options)) {}

WaitNotice::WaitNotice(const std::string& what) : WaitNotice(what, Options()) {}

WaitNotice::~WaitNotice() {
    {
        const std::lock_guard lock(mutex_);
        over_ = true;
    }
    wake_.notify_one();
    thread_.join();
}

void WaitNotice::tell_until_over() {
    const auto start = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    for (double seconds = options_.seconds; seconds < longest_seconds; seconds *= 2) {
        const auto due = start + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                     std::chrono::duration<double>(seconds));
        if (wake_.wait_until(lock, due, [this] { return over_; })) return;
        lock.unlock();  // what_ and tell may take locks that whoever waits holds
        const std::string sentence = what_() + " (" + duration_text(seconds).text() + " so far).";
        if (options_.tell)
            options_.tell(sentence);
        else
            std::fprintf(stderr, "%s\n", printable_sentence(sentence).c_str());
        lock.lock();
    }
}

}  // namespace fanlight
