#include "ui/models/duration.h"

#include <QCoreApplication>
#include <cmath>

namespace fanlight::ui {

namespace {

QString translatedUnit(const char* text) { return QCoreApplication::translate("Duration", text); }

}  // namespace

QString durationText(double seconds) {
    if (seconds < 90) return translatedUnit(QT_TRANSLATE_NOOP("Duration", "%1 s")).arg(std::lround(seconds));
    const long minutes = std::lround(seconds / 60);
    if (minutes < 90) return translatedUnit(QT_TRANSLATE_NOOP("Duration", "%1 min")).arg(minutes);
    return translatedUnit(QT_TRANSLATE_NOOP("Duration", "%1 h %2 min")).arg(minutes / 60).arg(minutes % 60);
}

}  // namespace fanlight::ui
