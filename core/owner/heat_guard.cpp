#include "core/owner/heat_guard.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <tuple>
#include <utility>

#include "core/devices/device_list.h"

namespace fanlight {

namespace {

constexpr int interval_ms = 3000;
constexpr int cooling_celsius = 5;  ///< below the limit, so that a card does not begin and stop all the time

using Temperatures = std::vector<std::pair<std::string, int>>;

Temperatures read_temperatures() {
    Temperatures celsius;
    for (const Device& device : list_devices()) celsius.emplace_back(device.id, device.temperature_c);
    return celsius;
}

/// "cuda:0+cuda:1" names two.
std::vector<std::string> gpus_in(const std::string& device) {
    std::vector<std::string> gpus;
    for (size_t at = 0, end = 0; at <= device.size(); at = end + 1) {
        end = std::min(device.find('+', at), device.size());
        if (const std::string one = device.substr(at, end - at); one.starts_with("cuda")) gpus.push_back(one);
    }
    return gpus;
}

}  // namespace

HeatGuard::HeatGuard(Hold hold) : hold_(std::move(hold)) {
    timer_.setInterval(interval_ms);
    timer_.callOnTimeout([this] { read(); });
}

void HeatGuard::watch(const std::vector<std::string>& devices, int max_celsius) {
    std::vector<Worker> workers;
    for (const std::string& device : devices) workers.push_back({gpus_in(device)});
    const bool any = std::any_of(workers.begin(), workers.end(), [](const Worker& one) { return !one.gpus.empty(); });
    max_celsius_ = any ? max_celsius : 0;
    for (size_t i = 0; i < workers.size() && i < workers_.size(); ++i) workers[i].held = workers_[i].held;
    workers_ = std::move(workers);
    if (max_celsius_ > 0) {
        timer_.start();
        return read();
    }
    timer_.stop();
    for (size_t i = 0; i < workers_.size(); ++i)
        if (std::exchange(workers_[i].held, false)) hold_(static_cast<int>(i), {});
}

void HeatGuard::read() {
    if (std::exchange(reading_, true)) return;
    QThreadPool::globalInstance()->start([guard = QPointer<HeatGuard>(this)] {
        Temperatures celsius = read_temperatures();
        QMetaObject::invokeMethod(qApp, [guard, celsius = std::move(celsius)] {
            if (!guard) return;
            guard->reading_ = false;
            guard->take(celsius);
        });
    });
}

void HeatGuard::take(const Temperatures& celsius) {
    if (max_celsius_ == 0) return;
    for (size_t i = 0; i < workers_.size(); ++i) {
        Worker& worker = workers_[i];
        const auto uses = [&](const auto& card) {
            return std::find(worker.gpus.begin(), worker.gpus.end(), card.first) != worker.gpus.end();
        };
        int hottest = -1;
        std::string card;
        for (const auto& each : celsius)
            if (uses(each) && each.second > hottest) std::tie(card, hottest) = each;
        const int limit = max_celsius_ - (worker.held ? cooling_celsius : 0);
        if (const bool hot = hottest > limit; hot != worker.held) {
            worker.held = hot;
            hold_(static_cast<int>(i),
                  hot ? Sentence("%1 is at %2 °C, above the limit of %3 °C: it begins nothing new until it has "
                                 "cooled down",
                                 card, hottest, max_celsius_)
                      : Sentence());
        }
    }
}

}  // namespace fanlight
