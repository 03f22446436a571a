#pragma once

#include <QStringList>

namespace fanlight::ui {

/// The components of a kind (core/batch/replaced_component.h) in the folders of this machine, as find_component() takes
/// them. Reads the folders: not in the GUI thread.
QStringList componentsHere(const QString& kind);

}  // namespace fanlight::ui
