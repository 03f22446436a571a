#pragma once

#include <QByteArray>

namespace fanlight::ui {

/// The arrangement that QMainWindow::saveState() gave, with left and right exchanged: areas, their corners, and docks
/// beside each other. Empty if `state` cannot be understood. Mirrored twice, it is the same again.
QByteArray mirroredDocks(const QByteArray& state);

}  // namespace fanlight::ui
