#pragma once

#include <QObject>
#include <QTimer>
#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/owner/card_limits.h"

namespace fanlight {

/// Watches the temperature and the power of the GPUs that a run's workers use, and says which workers are to begin
/// nothing new while a card of theirs is above a limit (card_limits()). What has begun is finished, so a card works
/// and rests in turn; nothing of it needs root's rights. Reads off its thread.
class CardGuard : public QObject {
public:
    /// `hold`: told, in the thread of this object, that a worker is to be held, and why (empty: no longer).
    using Hold = std::function<void(int worker, const Sentence& reason)>;

    explicit CardGuard(Hold hold, std::chrono::milliseconds interval = std::chrono::seconds(3));

    /// From now on guards these: `devices` by worker, as devices_in_use() names them. No GPU, or no limit: nothing is
    /// watched, and who was held is let go.
    void watch(const std::vector<std::string>& devices, const CardLimits& limits);

private:
    using Clock = std::chrono::steady_clock;

    struct Worker {
        std::vector<std::string> gpus;
        const CardLimit* held_by = nullptr;
    };
    struct Reading {
        Clock::time_point when;
        Device device;
    };

    void read();
    void take(const std::vector<Device>& devices);
    double value_of(const std::string& gpu, const CardLimit& limit) const;
    void hold_or_free(int number);

    const Hold hold_;
    std::vector<Worker> workers_;
    CardLimits limits_;
    std::map<std::string, std::deque<Reading>> readings_;  ///< by GPU, of the last minute, the latest at the end
    bool reading_ = false;
    QTimer timer_;
};

}  // namespace fanlight
