#pragma once

#include <string>

#include "core/parallel/roll_call.h"
#include "core/ranks/launcher.h"
#include "core/ranks/rank_share.h"

namespace fanlight {

/// All processes of the run, as seen by one of them.
struct Company {
    /// `notice`: how long waits are reported.
    Company(const Launched& as, const WaitNotice::Options& notice);

    /// The rendezvous for a further connection, which never serves the store itself.
    Rendezvous::Options as_client(double seconds) const;

    bool on_network() const { return launched.rendezvous.store.starts_with("tcp"); }

    const Launched launched;
    const std::string keys;  ///< prefix of all keys in the store
    Rendezvous meeting;
    RollCall roll_call;
};

/// Kept in the store, for one round.
class StoreBoard : public OrderBoard {
public:
    StoreBoard(Company& company, std::string keys, int last_stage)
        : company_(company), keys_(std::move(keys)), last_stage_(last_stage) {}

    int64_t take_ticket() override { return company_.meeting.add(keys_ + "ticket", 1) - 1; }
    void announce(int maker, int64_t n, int64_t batch) override;
    int64_t announced(int maker, int64_t n) override;

private:
    std::string key_of(int maker, int64_t n) const {
        return keys_ + "order/" + std::to_string(maker) + "/" + std::to_string(n);
    }

    Company& company_;
    const std::string keys_;
    const int last_stage_;  ///< its rank
};

}  // namespace fanlight
