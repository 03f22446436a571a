#include "core/ranks/rank_company.h"

#include "core/base/json.h"

namespace fanlight {

namespace {

constexpr double arrival_seconds = 300;  ///< until all processes have arrived

Rendezvous::Options with_timeout(Rendezvous::Options options, double seconds) {
    options.timeout_seconds = seconds;
    return options;
}

Launched with_notice(Launched launched, const WaitNotice::Options& notice) {
    launched.rendezvous.notice = notice;
    return launched;
}

}  // namespace

Company::Company(const Launched& as, const WaitNotice::Options& notice)
    : launched(with_notice(as, notice)),
      keys("fanlight/" + launched.attempt + "/"),
      meeting(with_timeout(launched.rendezvous, arrival_seconds)),
      roll_call(meeting,
                {.keys = keys, .silence_seconds = launched.silence_seconds, .arrival_seconds = arrival_seconds}) {}

Rendezvous::Options Company::as_client(double seconds) const {
    Rendezvous::Options options = with_timeout(launched.rendezvous, seconds);
    const std::string serving = "tcp-serve://";
    if (options.store.starts_with(serving)) options.store = "tcp://" + options.store.substr(serving.size());
    return options;
}

void StoreBoard::announce(int maker, int64_t n, int64_t batch) {
    company_.meeting.set(key_of(maker, n), to_line(Json(batch)));
}

int64_t StoreBoard::announced(int maker, int64_t n) {
    const std::string text = company_.roll_call.wait_for(key_of(maker, n), last_stage_);
    return required<int64_t>({{"batch", parse_json(text, "a message of another process", 4)}}, "batch",
                             "a message of another process");
}

}  // namespace fanlight
