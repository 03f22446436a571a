#pragma once

#include <QString>

namespace fanlight::ui {

/// A rough duration: "20 s", "4 min", "2 h 5 min".
QString durationText(double seconds);

}  // namespace fanlight::ui
