#include "core/parallel/roll_call.h"

#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/base/json.h"
#include "core/base/stopwatch.h"
#include "core/parallel/in_words.h"
#include "core/parallel/pause.h"

namespace fanlight {

namespace {

constexpr int answers_in_silence = 6;  ///< reports that must be missed before a process is abandoned

std::string host_name() {
    std::array<char, 256> name{};
    ::gethostname(name.data(), name.size() - 1);
    return name.data();
}

/// One field of a process's report in the store, or "".
std::string word_in(const std::string& said, const char* key) {
    try {
        return said.empty() ? "" : optional_or<std::string>(parse_json(said, "roll call", 2), key, "", "roll call");
    } catch (const Error&) {
        return "";
    }
}

std::string name_in(const std::string& said, int rank) {
    std::string name = "rank " + std::to_string(rank);
    if (const std::string host = word_in(said, "host"); !host.empty()) name.append(" on ").append(host);
    return name;
}

}  // namespace

RollCall::RollCall(Rendezvous& meeting, Options options)
    : meeting_(meeting), options_(std::move(options)), thread_([this] { answer(); }) {}

RollCall::~RollCall() { stop(); }

void RollCall::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    wake_.notify_one();
    if (thread_.joinable()) thread_.join();
}

void RollCall::leave(const std::string& reason) {
    stop();
    if (store_loss_) return;
    try {
        meeting_.set(key_of(meeting_.options().rank), to_line(Json{{"host", host_name()}, {"ended", reason}}));
    } catch (const Error&) {
        // There is nobody left to notify.
    }
}

void RollCall::answer() {
    const std::chrono::duration<double> period(options_.silence_seconds / answers_in_silence);
    std::unique_lock lock(mutex_);
    for (int64_t count = 0; !stopping_ && !store_loss_; ++count) {
        lock.unlock();
        try {
            meeting_.set(key_of(meeting_.options().rank), to_line(Json{{"host", host_name()}, {"count", count}}));
            listen();
            lock.lock();
        } catch (const Error& error) {
            lock.lock();
            store_loss_ = error.what();
        }
        if (alarm_ && std::any_of(alarm_->ranks_.begin(), alarm_->ranks_.end(),
                                  [this](int rank) { return loss_of(rank, heard_[rank]).has_value(); }))
            alarm_->sound_();
        wake_.wait_for(lock, period, [this] { return stopping_; });
    }
}

/// Reads the observed processes' reports. Between two reads lie one period and the store's response time; anything
/// beyond is time during which this process was not running, and perhaps the others neither.
void RollCall::listen() {
    std::vector<int> ranks;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [rank, heard] : heard_) ranks.push_back(rank);
    }
    for (const int rank : ranks) {
        const std::string said = meeting_.has(key_of(rank)) ? meeting_.get(key_of(rank)) : "";
        const std::lock_guard lock(mutex_);
        Heard& heard = heard_[rank];
        const double most = 2 * options_.silence_seconds / answers_in_silence;
        heard.silent_seconds += std::min(heard.since_look.seconds(), most);
        heard.since_look = {};
        if (said == heard.said) continue;
        heard.said = said;
        heard.silent_seconds = 0;
    }
}

void RollCall::observe(const std::vector<int>& ranks) {
    const std::lock_guard lock(mutex_);
    for (const int rank : ranks) heard_.try_emplace(rank);
}

std::string RollCall::name_of(int rank) const {
    if (rank == meeting_.options().rank) return name_in(to_line(Json{{"host", host_name()}}), rank);
    return name_in(meeting_.has(key_of(rank)) ? meeting_.get(key_of(rank)) : "", rank);
}

std::optional<std::string> RollCall::loss_of(int rank) const { return loss_among({rank}); }

std::optional<std::string> RollCall::loss_among(const std::vector<int>& ranks) const {
    const std::lock_guard lock(mutex_);
    for (const int rank : ranks)
        if (const auto loss = loss_of(rank, heard_.contains(rank) ? heard_.at(rank) : Heard())) return loss;
    return std::nullopt;
}

std::optional<std::string> RollCall::loss_of(int rank, const Heard& heard) const {
    if (store_loss_) return store_loss_;
    const std::string ended = word_in(heard.said, "ended");
    std::string name = name_in(heard.said, rank);
    name.front() = 'R';
    if (!ended.empty()) return name + " has ended: " + ended;
    if (heard.said.empty() && heard.silent_seconds >= options_.arrival_seconds)
        return name + " has not come in " + seconds_text(options_.arrival_seconds);
    if (!heard.said.empty() && heard.silent_seconds >= options_.silence_seconds)
        return name + " has not been heard of for " + seconds_text(options_.silence_seconds);
    return std::nullopt;
}

std::string RollCall::wait_for(const std::string& key, int rank) {
    observe({rank});
    for (Pause pause;; pause.wait()) {
        const auto loss = loss_of(rank);  // before reading, since a last report before it ended counts
        if (meeting_.has(key)) return meeting_.get(key);
        if (loss) throw PartnerLost(*loss);
    }
}

RollCall::Alarm::Alarm(RollCall& roll_call, std::vector<int> ranks, std::function<void()> sound)
    : roll_call_(roll_call), ranks_(std::move(ranks)), sound_(std::move(sound)) {
    roll_call_.observe(ranks_);
    const std::lock_guard lock(roll_call_.mutex_);
    roll_call_.alarm_ = this;
}

RollCall::Alarm::~Alarm() {
    const std::lock_guard lock(roll_call_.mutex_);
    roll_call_.alarm_ = nullptr;
}

}  // namespace fanlight
