#pragma once

#include <QObject>
#include <QTimer>
#include <functional>
#include <string>
#include <vector>

#include "core/base/sentence.h"

namespace fanlight {

/// Watches the temperature of the GPUs that a run's workers use, and says which workers are to begin nothing new until
/// their cards have cooled down by a few degrees. Reads off its thread, every few seconds.
class HeatGuard : public QObject {
public:
    /// `hold`: told, in the thread of this object, that a worker is to be held, and why (empty: no longer).
    using Hold = std::function<void(int worker, const Sentence& reason)>;

    explicit HeatGuard(Hold hold);

    /// From now on guards these: `devices` by worker, as in RunPlan. No GPU, or
    /// a limit of 0 °C: nothing is watched, and who was held is let go.
    void watch(const std::vector<std::string>& devices, int max_celsius);

private:
    struct Worker {
        std::vector<std::string> gpus;
        bool held = false;
    };

    void read();
    void take(const std::vector<std::pair<std::string, int>>& celsius);

    const Hold hold_;
    std::vector<Worker> workers_;
    int max_celsius_ = 0;
    bool reading_ = false;
    QTimer timer_;
};

}  // namespace fanlight
