#include "core/parallel/roll_call.h"

#include <algorithm>

#include "core/base/host_name.h"
#include "core/base/json.h"
#include "core/base/number_text.h"
#include "core/base/stopwatch.h"
#include "core/parallel/c10d_errors.h"
#include "core/parallel/pause.h"

namespace fanlight {

namespace {

constexpr int reports_per_silence = 6;  ///< reports that must be missed before a process is abandoned

/// One field of a process's report in the store, or "".
std::string field_of(const std::string& report, const char* key) {
    try {
        return report.empty() ? "" : optional_or<std::string>(parse_json(report, "roll call", 2), key, "", "roll call");
    } catch (const Error&) {
        return "";
    }
}

std::string name_from(const std::string& report, int rank) {
    std::string name = "rank " + std::to_string(rank);
    if (const std::string host = field_of(report, "host"); !host.empty()) name.append(" on ").append(host);
    return name;
}

}  // namespace

RollCall::RollCall(Rendezvous& meeting, Options options)
    : meeting_(meeting), options_(std::move(options)), thread_([this] { report_until_stopped(); }) {}

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

void RollCall::report_until_stopped() {
    const std::chrono::duration<double> period(options_.silence_seconds / reports_per_silence);
    std::unique_lock lock(mutex_);
    for (int64_t count = 0; !stopping_ && !store_loss_; ++count) {
        lock.unlock();
        try {
            meeting_.set(key_of(meeting_.options().rank), to_line(Json{{"host", host_name()}, {"count", count}}));
            read_reports();
            lock.lock();
        } catch (const Error& error) {
            lock.lock();
            store_loss_ = error.what();
        }
        if (alarm_ && std::any_of(alarm_->ranks_.begin(), alarm_->ranks_.end(),
                                  [this](int rank) { return loss_of(rank, observed_[rank]).has_value(); }))
            alarm_->sound_();
        wake_.wait_for(lock, period, [this] { return stopping_; });
    }
}

/// Reads the observed processes' reports. Between two reads lie one period and the store's response time; anything
/// beyond is time during which this process was not running, and perhaps the others neither.
void RollCall::read_reports() {
    std::vector<int> ranks;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [rank, presence] : observed_) ranks.push_back(rank);
    }
    for (const int rank : ranks) {
        const std::string report = meeting_.has(key_of(rank)) ? meeting_.get(key_of(rank)) : "";
        const std::lock_guard lock(mutex_);
        Presence& presence = observed_[rank];
        const double longest = 2 * options_.silence_seconds / reports_per_silence;
        presence.silent_seconds += std::min(presence.since_check.seconds(), longest);
        presence.since_check = {};
        if (report == presence.report) continue;
        presence.report = report;
        presence.silent_seconds = 0;
    }
}

void RollCall::observe(const std::vector<int>& ranks) {
    const std::lock_guard lock(mutex_);
    for (const int rank : ranks) observed_.try_emplace(rank);
}

std::string RollCall::name_of(int rank) const {
    if (rank == meeting_.options().rank) return name_from(to_line(Json{{"host", host_name()}}), rank);
    return name_from(meeting_.has(key_of(rank)) ? meeting_.get(key_of(rank)) : "", rank);
}

std::optional<std::string> RollCall::loss_of(int rank) const { return loss_among({rank}); }

std::optional<std::string> RollCall::loss_among(const std::vector<int>& ranks) const {
    const std::lock_guard lock(mutex_);
    for (const int rank : ranks)
        if (const auto loss = loss_of(rank, observed_.contains(rank) ? observed_.at(rank) : Presence())) return loss;
    return std::nullopt;
}

std::optional<std::string> RollCall::loss_of(int rank, const Presence& presence) const {
    if (store_loss_) return store_loss_;
    const std::string ended = field_of(presence.report, "ended");
    std::string name = name_from(presence.report, rank);
    name.front() = 'R';
    if (!ended.empty()) return name + " has ended: " + ended;
    if (presence.report.empty() && presence.silent_seconds >= options_.arrival_seconds)
        return name + " has not arrived in " + seconds_text(options_.arrival_seconds);
    if (!presence.report.empty() && presence.silent_seconds >= options_.silence_seconds)
        return name + " has not been heard from for " + seconds_text(options_.silence_seconds);
    return std::nullopt;
}

std::string RollCall::wait_for(const std::string& key, int rank) {
    observe({rank});
    std::optional<WaitNotice> notice;
    for (Pause pause;; pause.wait()) {
        const auto loss = loss_of(rank);  // before reading, since a last report before it ended counts
        if (meeting_.has(key)) return meeting_.get(key);
        if (loss) throw PartnerLost(Sentence(*loss));
        if (!notice) notice.emplace([this, rank] { return awaited(rank); }, meeting_.options().notice);
    }
}

std::string RollCall::awaited(int rank) const {
    const std::lock_guard lock(mutex_);
    std::vector<int64_t> missing;
    for (const auto& [other, presence] : observed_)
        if (presence.report.empty() && other != meeting_.options().rank) missing.push_back(other);
    const auto found = observed_.find(rank);
    if (missing.empty())
        return "Waiting for " + name_from(found == observed_.end() ? "" : found->second.report, rank) +
               ", which is still working";
    return (missing.size() == 1 ? "Waiting for rank " : "Waiting for ranks ") + ranges_text(missing) + " to arrive " +
           meeting_.place();
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
