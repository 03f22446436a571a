#pragma once

#include <QElapsedTimer>
#include <QEventLoop>
#include <QFile>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <functional>
#include <vector>

/// What the benchmarks of the window share: clocks, and lines with a limit.
namespace fanlight {

/// Returns whether the figure keeps to its limit.
inline bool report(const char* what, double figure, double limit, const char* unit) {
    std::printf("%-46s %9.1f %s (limit %.0f)%s\n", what, figure, unit, limit, figure <= limit ? "" : "  EXCEEDED");
    std::fflush(stdout);
    return figure <= limit;
}

inline double milliseconds(const QElapsedTimer& timer) { return static_cast<double>(timer.nsecsElapsed()) / 1e6; }

/// Below which that part of the figures lies: 0.5 for the median.
inline double quantile(std::vector<double> figures, double part) {
    if (figures.empty()) return 0;
    std::sort(figures.begin(), figures.end());
    return figures[std::min(figures.size() - 1, static_cast<size_t>(part * static_cast<double>(figures.size())))];
}

inline double resident_mib() {
    QFile status("/proc/self/statm");
    if (!status.open(QIODevice::ReadOnly)) return 0;
    return status.readAll().split(' ').at(1).toDouble() * 4096 / (1 << 20);
}

/// Lets the events of this thread be handled until it is so; false: it took too long.
inline bool wait_until(const std::function<bool()>& done) {
    constexpr int timeout_ms = 30'000, between_looks_ms = 1;
    QEventLoop loop;
    QTimer looks;
    looks.callOnTimeout([&] {
        if (done()) loop.quit();
    });
    looks.start(between_looks_ms);
    QTimer::singleShot(timeout_ms, &loop, &QEventLoop::quit);
    if (!done()) loop.exec();
    return done();
}

}  // namespace fanlight
