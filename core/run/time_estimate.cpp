#include "core/run/time_estimate.h"

#include <algorithm>

namespace fanlight {

// Recent

void TimeEstimate::Recent::add(double value) { values_[count_++ % values_.size()] = value; }

/// Of an even number the lower one: what disturbs makes slower.
double TimeEstimate::Recent::median() const {
    std::vector<double> sorted(values_.begin(), values_.begin() + static_cast<long>(std::min(count_, values_.size())));
    const auto middle = sorted.begin() + static_cast<long>((sorted.size() - 1) / 2);
    std::nth_element(sorted.begin(), middle, sorted.end());
    return *middle;
}

// TimeEstimate

void TimeEstimate::measured(int worker, const BatchKey& kind, double work, double seconds) {
    if (!(work > 0) || !(seconds > 0)) return;
    Pace& pace = workers_[worker];
    if (pace.first == 0) {
        pace.first = seconds / work;
        pace.first_seconds = seconds;
        return;
    }
    pace.all.add(seconds / work);
    pace.kinds[kind].add(seconds / work);
}

bool TimeEstimate::is_known() const {
    constexpr double warm_up_seconds = 5;
    return std::any_of(workers_.begin(), workers_.end(), [](const auto& worker) {
        return !worker.second.all.empty() || worker.second.first_seconds > 2 * warm_up_seconds;
    });
}

double TimeEstimate::Pace::of(const BatchKey& kind) const {
    const auto alike = kinds.find(kind);
    return alike == kinds.end() ? all.median() : alike->second.median();
}

/// Of a worker with no more than its first micro-batch: what another one takes, in the ratio of their first ones.
double TimeEstimate::pace_of(int worker, const BatchKey& kind) const {
    const auto own = workers_.find(worker);
    if (own != workers_.end() && !own->second.all.empty()) return own->second.of(kind);
    const auto other =
        std::find_if(workers_.begin(), workers_.end(), [](const auto& known) { return !known.second.all.empty(); });
    const double first = own == workers_.end() ? 0 : own->second.first;
    if (other != workers_.end()) return other->second.of(kind) * (first > 0 ? first / other->second.first : 1);
    return first > 0 || workers_.empty() ? first : workers_.begin()->second.first;
}

double TimeEstimate::seconds_of(int worker, const BatchKey& kind, double work) const {
    return pace_of(worker, kind) * work;
}

double TimeEstimate::makespan(std::vector<Worker> workers, const std::vector<Waiting>& waiting) const {
    // So many are shared out as if they could be divided; only the last ones are dealt one by one.
    constexpr int64_t dealt_to_each = 64;
    const auto dealt = dealt_to_each * static_cast<int64_t>(workers.size());
    int64_t left = 0;
    for (const Waiting& some : waiting) left += some.micro_batches;
    double shared = 0;
    for (const Waiting& some : waiting) {
        const int64_t at_once = std::clamp<int64_t>(left - dealt, 0, some.micro_batches);
        left -= some.micro_batches;
        double a_second = 0;
        std::vector<double> seconds;
        for (const Worker& worker : workers) {
            seconds.push_back(seconds_of(worker.number, some.kind, some.work));
            if (seconds.back() > 0) a_second += 1 / seconds.back();
        }
        if (a_second > 0) shared += static_cast<double>(at_once) / a_second;
        for (int64_t i = at_once; i < some.micro_batches; ++i) {
            size_t soonest = 0;
            const auto end = [&](size_t w) { return workers[w].busy_seconds + seconds[w]; };
            for (size_t w = 1; w < workers.size(); ++w)
                if (end(w) < end(soonest)) soonest = w;
            workers[soonest].busy_seconds = end(soonest);
        }
    }
    double last = 0;
    for (const Worker& worker : workers) last = std::max(last, worker.busy_seconds);
    return shared + last;
}

}  // namespace fanlight
