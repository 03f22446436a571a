#pragma once

#include <QVariantMap>

#include "core/project/project_file.h"

namespace fanlight::ui {

/// A project's settings as they are remembered between projects.
QVariantMap toMap(const ProjectSettings& settings);
/// Values that cannot be read come back as defaults.
ProjectSettings settingsOf(const QVariantMap& map);

}  // namespace fanlight::ui
