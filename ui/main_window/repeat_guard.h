#pragma once

#include <QByteArray>
#include <QDateTime>
#include <QHash>

#include "ui/bridge/run_bridge.h"

namespace fanlight::ui {

/// Knows whether what the user asks for has been asked for a moment ago: three quick clicks are one wish.
class RepeatGuard {
public:
    explicit RepeatGuard(const RunBridge* bridge) : bridge_(bridge) {}

    /// `wish`: a hash of all that is asked for.
    void begun(const QString& folder, const QByteArray& wish) { begun_[folder] = {wish, QDateTime::currentDateTime()}; }

    /// Whether a run of the same wish is about to begin, waits or is being made.
    bool isUnderWay(const QByteArray& wish) const;

private:
    struct Begun {
        QByteArray wish;
        QDateTime when;
    };

    const RunBridge* const bridge_;
    QHash<QString, Begun> begun_;  ///< by run folder
};

}  // namespace fanlight::ui
