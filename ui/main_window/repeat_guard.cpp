#include "ui/main_window/repeat_guard.h"

#include <algorithm>

namespace fanlight::ui {

namespace {

constexpr qint64 startMs = 15'000;  ///< after which a run that no owner knows has not been started

}  // namespace

bool RepeatGuard::isUnderWay(const QByteArray& wish) const {
    QHash<QString, bool> hasEnded;
    for (const RunKey key : bridge_->runs()) {
        const RunState& run = *bridge_->run(key);
        hasEnded[QString::fromStdString(run.folder())] = run.ended();
    }
    const QDateTime now = QDateTime::currentDateTime();
    for (auto run = begun_.begin(); run != begun_.end(); ++run)
        if (run->wish == wish && !hasEnded.value(run.key(), run->when.msecsTo(now) > startMs)) return true;
    return false;
}

}  // namespace fanlight::ui
