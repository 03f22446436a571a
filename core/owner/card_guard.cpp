#include "core/owner/card_guard.h"

#include <QCoreApplication>
#include <QPointer>
#include <QThreadPool>
#include <algorithm>
#include <cmath>
#include <utility>

namespace fanlight {

namespace {

/// "cuda:0+cuda:1" names two.
std::vector<std::string> gpus_in(const std::string& device) {
    std::vector<std::string> gpus;
    for (size_t at = 0, end = 0; at <= device.size(); at = end + 1) {
        end = std::min(device.find('+', at), device.size());
        if (const std::string one = device.substr(at, end - at); one.starts_with("cuda")) gpus.push_back(one);
    }
    return gpus;
}

std::chrono::seconds longest_mean() {
    int seconds = 0;
    for (const CardLimit& limit : card_limits()) seconds = std::max(seconds, limit.seconds);
    return std::chrono::seconds(seconds);
}

}  // namespace

CardGuard::CardGuard(Hold hold, std::chrono::milliseconds interval) : hold_(std::move(hold)) {
    timer_.setInterval(interval);
    timer_.callOnTimeout([this] { read(); });
}

void CardGuard::watch(const std::vector<std::string>& devices, const CardLimits& limits) {
    std::vector<Worker> workers;
    for (const std::string& device : devices) workers.push_back({gpus_in(device)});
    const bool any = std::any_of(workers.begin(), workers.end(), [](const Worker& one) { return !one.gpus.empty(); });
    limits_ = any ? limits : CardLimits();
    for (size_t i = 0; i < workers.size() && i < workers_.size(); ++i) workers[i].held_by = workers_[i].held_by;
    workers_ = std::move(workers);
    if (limits_ != CardLimits()) {
        timer_.start();
        return read();
    }
    timer_.stop();
    for (size_t i = 0; i < workers_.size(); ++i)
        if (std::exchange(workers_[i].held_by, nullptr)) hold_(static_cast<int>(i), {});
}

void CardGuard::read() {
    if (std::exchange(reading_, true)) return;
    QThreadPool::globalInstance()->start([guard = QPointer<CardGuard>(this)] {
        std::vector<Device> devices = list_devices();
        QMetaObject::invokeMethod(qApp, [guard, devices = std::move(devices)] {
            if (!guard) return;
            guard->reading_ = false;
            guard->take(devices);
        });
    });
}

void CardGuard::take(const std::vector<Device>& devices) {
    if (limits_ == CardLimits()) return;
    const Clock::time_point now = Clock::now();
    for (const Device& device : devices) readings_[device.id].push_back({now, device});
    for (auto& [gpu, readings] : readings_)
        while (!readings.empty() && readings.front().when < now - longest_mean()) readings.pop_front();
    for (size_t i = 0; i < workers_.size(); ++i) hold_or_free(static_cast<int>(i));
}

/// Negative: unknown.
double CardGuard::value_of(const std::string& gpu, const CardLimit& limit) const {
    const auto known = readings_.find(gpu);
    if (known == readings_.end() || known->second.empty()) return -1;
    const std::deque<Reading>& readings = known->second;
    const Clock::time_point since = readings.back().when - std::chrono::seconds(limit.seconds);
    double sum = 0;
    int count = 0;
    for (auto reading = readings.rbegin(); reading != readings.rend() && reading->when >= since; ++reading) {
        const double value = limit.read(reading->device);
        if (value < 0) continue;
        sum += value;
        ++count;
    }
    return count > 0 ? sum / count : -1;
}

void CardGuard::hold_or_free(int number) {
    Worker& worker = workers_[static_cast<size_t>(number)];
    const CardLimit* excess = nullptr;
    Sentence reason;
    for (const CardLimit& limit : card_limits()) {
        const int most = limits_.*limit.limit;
        if (most == 0) continue;
        const double bound = worker.held_by == &limit ? limit.free_at(most) : most;
        for (const std::string& gpu : worker.gpus) {
            const double value = value_of(gpu, limit);
            if (excess || value <= bound) continue;
            excess = &limit;
            reason = limit.words(gpu, static_cast<int>(std::lround(value)), most);
        }
    }
    if (excess != std::exchange(worker.held_by, excess)) hold_(number, reason);
}

}  // namespace fanlight
